import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type AppStoreConnectClient, createClient } from '../../functions/app-store-connect/client/client.ts';
import { AppStoreConnectError } from '../../functions/app-store-connect/protocol/errors.ts';
import {
  parseRateLimit,
  parseRetryAfter,
} from '../../functions/app-store-connect/rate-limit/rate-limit-header.ts';
import {
  listReportInstances,
  listReportSegments,
} from '../../functions/app-store-connect/resources/analytics-reports.ts';
import { readPriceSchedule } from '../../functions/app-store-connect/resources/price-schedules.ts';
import {
  readSubscription,
  readSubscriptionPrices,
} from '../../functions/app-store-connect/resources/subscription-prices.ts';
import { SecretValue } from '../../functions/platform/logging/secret-value.ts';
import { newKeyPair, teamKey } from '../app-store-connect/keys.ts';
import { ends, play, tellsNo } from './cases.ts';
import { damaged, mutated, nastyText } from './hostile.ts';

const NOW = Date.parse('2026-11-24T18:00:00Z');
const ORIGIN = 'https://api.appstoreconnect.apple.com';
const key = await teamKey(newKeyPair().privateKey);
/** Looks like a token; signed by nobody. */
const TOKEN = `eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJub2JvZHkifQ.${'s'.repeat(86)}`;

/** The real client; its answers are given, its token is always the same. */
const clientOf = (answer: () => Response): AppStoreConnectClient =>
  createClient({
    baseUrl: ORIGIN,
    fetch: async () => answer(),
    tokens: {
      requirePermission: async () => undefined,
      signer: async () => ({ key, versionId: '1', versionCreatedAt: NOW }),
      lastAccepted: () => undefined,
      renewTokens: () => undefined,
      wasAcceptedLately: () => false,
      rereadKey: async () => false,
      usePreviousKey: async () => false,
      forRead: async () => ({ value: new SecretValue(TOKEN), issuedAt: NOW, expiresAt: NOW + 60_000 }),
      forWrite: async () => ({ value: new SecretValue(TOKEN), issuedAt: NOW, expiresAt: NOW + 60_000 }),
      observeSkew: () => false,
      accepted: async () => undefined,
      refused: async () => undefined,
    },
    quota: { retryAt: async () => undefined, observe: async () => undefined },
    priority: 'today',
    clock: { now: () => NOW },
    sleep: async () => undefined,
    random: () => 0.5,
    remainingMillis: () => 300_000,
  });

const DOCUMENTS = [
  {
    data: [
      {
        type: 'subscriptionPrices',
        id: 'p1',
        attributes: {
          startDate: '2026-12-01',
          preserved: false,
          processingDate: '2026-11-23',
          granularity: 'DAILY',
          url: 'https://x.example/a',
          checksum: 'ab',
          sizeInBytes: 3,
        },
        relationships: {
          territory: { data: { type: 'territories', id: 'USA' } },
          subscriptionPricePoint: { data: { type: 'subscriptionPricePoints', id: 'pp1' } },
          appPricePoint: { data: { type: 'appPricePoints', id: 'pp1' } },
        },
      },
    ],
    included: [
      { type: 'territories', id: 'USA', attributes: { currency: 'USD' } },
      { type: 'subscriptionPricePoints', id: 'pp1', attributes: { customerPrice: '9.99', proceeds: '7.0' } },
    ],
    links: { next: `${ORIGIN}/v1/subscriptions/1/prices?cursor=A` },
  },
  {
    data: {
      type: 'appPriceSchedules',
      id: 's1',
      attributes: { name: 'Pro', state: 'APPROVED' },
      relationships: { baseTerritory: { data: { type: 'territories', id: 'USA' } } },
    },
  },
];
const REFUSAL = {
  errors: [
    {
      id: 'i',
      status: '403',
      code: 'FORBIDDEN_ERROR',
      title: 'No',
      detail: `You sent Bearer ${TOKEN}`,
      source: { pointer: '/data' },
    },
  ],
};

const bodyOf = (json: unknown): string => {
  try {
    return JSON.stringify(json) ?? '';
  } catch {
    // Deeper than JSON.stringify goes, but not deeper than an answer may be.
    return `{"data":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
  }
};

describe('Whatever Apple answers', () => {
  it('a document becomes resources or an error by name', (context) => {
    const text = fc.oneof(
      mutated(...DOCUMENTS).map(bodyOf),
      damaged(bodyOf(DOCUMENTS[0]), '<html>Service</html>'),
    );
    const reads: ((client: AppStoreConnectClient) => Promise<unknown>)[] = [
      (client) => readSubscriptionPrices(client, '1', 'UPFRONT'),
      (client) => readSubscription(client, '1'),
      (client) => readPriceSchedule(client, 'app', '1'),
      (client) => listReportInstances(client, 'r', 'DAILY'),
      (client) => listReportSegments(client, 'i'),
    ];
    return play(context, 'documents', fc.tuple(text, fc.constantFrom(...reads)), async ([body, read]) => {
      await ends(() => read(clientOf(() => new Response(body))), [TOKEN]);
    });
  });

  it('a refusal becomes an error by name that quotes no token; a write in doubt stays in doubt', (context) => {
    const text = fc.oneof(
      mutated(REFUSAL).map(bodyOf),
      damaged(bodyOf(REFUSAL), `<p>authorization: Bearer ${TOKEN}`),
    );
    const status = fc.constantFrom(200, 201, 400, 401, 403, 404, 406, 409, 410, 418, 422, 429, 500, 503);
    return play(context, 'refusals', fc.tuple(text, status, fc.boolean()), async ([body, code, isWrite]) => {
      const client = clientOf(() => new Response(body, { status: code }));
      const work = isWrite
        ? () => client.write({ method: 'POST', path: '/v1/x', body: {} })
        : () => client.read({ path: '/v1/x' }, (answer) => answer.text());
      try {
        await work();
      } catch (error) {
        assert.ok(error instanceof AppStoreConnectError, String(error));
        tellsNo([TOKEN], `${error.message} ${JSON.stringify(error.errors)}`);
        if (isWrite && (code < 300 || code >= 500)) assert.ok(error.outcomeUnknown, 'may have taken effect');
      }
    });
  });

  it('the headers become bounded numbers or nothing', (context) => {
    const good = damaged(
      'user-hour-lim:3500;user-hour-rem:500;',
      '120',
      'Tue, 24 Nov 2026 18:05:00 GMT',
      'user-minute-lim:9',
    );
    return play(context, 'answerHeaders', fc.oneof(good, nastyText), (header) => {
      const { hour, minute } = parseRateLimit(header) ?? {};
      for (const { limit, remaining } of [hour, minute].filter((one) => one !== undefined))
        assert.ok(Number.isSafeInteger(limit) && Number.isSafeInteger(remaining) && remaining >= 0);
      const wait = parseRetryAfter(header, NOW) ?? 0;
      assert.ok(wait >= 0 && wait <= 24 * 3_600_000, `waits ${wait} ms`);
    });
  });
});
