import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import type { AppStoreConnectClient } from '../../functions/app-store-connect/client/client.ts';
import { readPages } from '../../functions/app-store-connect/client/pages.ts';
import type { ApiRead } from '../../functions/app-store-connect/protocol/api-request.ts';
import {
  parseRateLimit,
  parseRetryAfter,
} from '../../functions/app-store-connect/rate-limit/rate-limit-header.ts';

const ORIGIN = 'https://api.appstoreconnect.apple.com';
const page = z.object({ data: z.array(z.object({ id: z.string() })) });

/** A client that answers from a list of documents and notes what was asked. */
function clientOf(documents: unknown[]): { client: AppStoreConnectClient; asked: ApiRead[] } {
  const asked: ApiRead[] = [];
  return {
    asked,
    client: {
      baseUrl: ORIGIN,
      read: (request, consume) => {
        asked.push(request);
        return consume(Response.json(documents[asked.length - 1]));
      },
      write: () => Promise.reject(new Error('nothing is written here')),
      turnToWrite: () => Promise.reject(new Error('nothing is written here')),
    },
  };
}

const idsOf = async (client: AppStoreConnectClient): Promise<string[]> => {
  const ids: string[] = [];
  for await (const { data } of readPages(client, { path: '/v1/apps', query: { limit: '1' } }, page)) {
    ids.push(...data.map(({ id }) => id));
  }
  return ids;
};

describe('A list', () => {
  it('is read page by page', async () => {
    const next = `${ORIGIN}/v1/apps?cursor=AB%3D&limit=1`;
    const { client, asked } = clientOf([
      { data: [{ id: '1' }], links: { next } },
      { data: [{ id: '2' }], links: {} },
    ]);
    assert.deepEqual(await idsOf(client), ['1', '2']);
    assert.deepEqual(asked[1], { path: '/v1/apps', query: { cursor: 'AB=', limit: '1' } });
  });

  for (const next of [
    'https://evil.example/v1/apps?cursor=2',
    'http://api.appstoreconnect.apple.com/v1/apps?cursor=2',
    'https://api.appstoreconnect.apple.com.evil.example/v1/apps',
    'https://user@api.appstoreconnect.apple.com/v1/apps',
    'https://api.appstoreconnect.apple.com:8443/v1/apps',
    '/v1/apps?cursor=2',
    'file:///etc/passwd',
  ]) {
    it(`does not follow ${next}`, async () => {
      const { client, asked } = clientOf([{ data: [], links: { next } }]);
      await assert.rejects(idsOf(client), /links\.next/);
      assert.equal(asked.length, 1);
    });
  }

  it('of another form is an answer that nobody described', async () => {
    await assert.rejects(idsOf(clientOf([{ data: 'x' }]).client), /returned an unexpected response format/);
  });
});

describe('Apple’s count of requests', () => {
  const cases: [string | null, ReturnType<typeof parseRateLimit>][] = [
    ['user-hour-lim:3500;user-hour-rem:500;', { hour: { limit: 3500, remaining: 500 } }],
    ['user-hour-lim:3500;user-hour-rem:500', { hour: { limit: 3500, remaining: 500 } }],
    [
      'User-Hour-Lim: 3600; User-Hour-Rem: 0; user-minute-lim:300;user-minute-rem:2;',
      { hour: { limit: 3600, remaining: 0 }, minute: { limit: 300, remaining: 2 } },
    ],
    // On price writes, without any count of the hour.
    ['user-minute-lim:250;user-minute-rem:244;', { minute: { limit: 250, remaining: 244 } }],
    // Two headers of one name, as fetch joins them.
    [
      'user-hour-lim:3600;user-hour-rem:3599;, user-minute-lim:150;user-minute-rem:149;',
      { hour: { limit: 3600, remaining: 3599 }, minute: { limit: 150, remaining: 149 } },
    ],
    ['user-minute-lim:250;user-hour-lim:3600;user-hour-rem:1;', { hour: { limit: 3600, remaining: 1 } }],
    ['user-hour-lim:3500;', undefined],
    ['nonsense', undefined],
    [null, undefined],
  ];
  for (const [header, expected] of cases) {
    it(`${header}`, () => assert.deepEqual(parseRateLimit(header), expected));
  }

  it('Retry-After is seconds or a date', () => {
    const now = Date.parse('2026-11-24T17:00:00Z');
    assert.equal(parseRetryAfter('120', now), 120_000);
    assert.equal(parseRetryAfter('Tue, 24 Nov 2026 17:01:00 GMT', now), 60_000);
    assert.equal(parseRetryAfter('soon', now), undefined);
  });
});
