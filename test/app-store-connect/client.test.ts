import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppStoreConnectError } from '../../functions/app-store-connect/protocol/errors.ts';
import { readSalesReport } from '../../functions/app-store-connect/resources/sales-reports.ts';
import type { FaultEffect } from '../../local/simulator/index.ts';
import { bytesOf, freeQuota, putReport, salesRead, startClient, VENDOR } from './apple.ts';

async function errorOf(work: Promise<unknown>): Promise<AppStoreConnectError> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof AppStoreConnectError, String(error));
    return error;
  }
  return assert.fail('nothing was thrown');
}

const serverError: FaultEffect = { kind: 'status', status: 500, code: 'UNEXPECTED_ERROR' };

describe('A read', () => {
  it('carries a token that is scoped to exactly this request', async (context) => {
    const { client, simulator } = await startClient(context);
    putReport(simulator);
    assert.ok((await client.read(salesRead, bytesOf)) > 20);
    const [seen] = simulator.requests();
    assert.equal(seen?.tokenAccepted, true);
    assert.match(JSON.stringify(seen?.tokenClaims), /"scope":\["GET \/v1\/salesReports\?filter/);
  });

  for (const [name, effect] of Object.entries<FaultEffect>({
    'a server error': serverError,
    'a web page with status 502': { kind: 'html', status: 502 },
    'a connection dropped before an answer': { kind: 'dropBefore' },
    'a connection dropped half-way through the body': { kind: 'dropMidBody' },
  })) {
    it(`is tried again after ${name}, after a wait with jitter`, async (context) => {
      const { client, simulator, waits } = await startClient(context);
      putReport(simulator);
      simulator.faults.add({ effect, times: 2 });
      await client.read(salesRead, bytesOf);
      assert.equal(simulator.requests().length, 3);
      assert.deepEqual(waits, [250, 500]);
    });
  }

  it('is given up after four tries, as retryable', async (context) => {
    const { client, simulator } = await startClient(context);
    simulator.faults.add({ effect: serverError, times: Infinity });
    const error = await errorOf(client.read(salesRead, bytesOf));
    assert.deepEqual(
      [error.code, error.retryable, simulator.requests().length],
      ['APPLE_UNAVAILABLE', true, 4],
    );
  });

  it('waits as long as Retry-After says', async (context) => {
    const { client, simulator, waits } = await startClient(context);
    putReport(simulator);
    simulator.faults.add({ effect: { kind: 'rateLimited', retryAfterSeconds: 7 } });
    await client.read(salesRead, bytesOf);
    assert.deepEqual(waits, [7000]);
  });

  it('is left to a later invocation when Retry-After is long or absent', async (context) => {
    const { client, simulator } = await startClient(context);
    simulator.faults.add({ effect: { kind: 'rateLimited', retryAfterSeconds: 600 } });
    const stated = await errorOf(client.read(salesRead, bytesOf));
    assert.deepEqual([stated.code, stated.retryAfterMillis], ['RATE_LIMITED', 600_000]);
    simulator.faults.add({ effect: { kind: 'rateLimited' } });
    const silent = await errorOf(client.read(salesRead, bytesOf));
    assert.deepEqual([silent.code, silent.retryAfterMillis], ['RATE_LIMITED', undefined]);
    assert.equal(simulator.requests().length, 2);
  });

  it('is answered though what the answer shows of the key cannot be written down', async (context) => {
    const lost: unknown[] = [];
    const quota = { ...freeQuota(), observe: () => Promise.reject(new Error('DynamoDB is out')) };
    const { client, simulator } = await startClient(context, {
      quota,
      onNoteLost: (error) => lost.push(error),
    });
    putReport(simulator);
    assert.ok((await client.read(salesRead, bytesOf)) > 20);
    assert.equal(lost.length, 1);
  });

  it('is not begun with too little time left', async (context) => {
    const { client, simulator } = await startClient(context, { remainingMillis: () => 5_500 });
    assert.equal((await errorOf(client.read(salesRead, bytesOf))).code, 'DEADLINE');
    assert.equal(simulator.requests().length, 0);
  });

  it('is held where the quota is reserved, without asking Apple', async (context) => {
    const quota = { ...freeQuota(), retryAt: async () => Date.parse('2026-11-24T17:17:00Z') };
    const { client, simulator } = await startClient(context, { quota });
    const error = await errorOf(client.read(salesRead, bytesOf));
    assert.deepEqual([error.code, error.retryAfterMillis], ['BUDGET_RESERVED', 600_000]);
    assert.equal(simulator.requests().length, 0);
  });

  it('waits for its turn in the pace of a minute', async (context) => {
    const held = [Date.parse('2026-11-24T17:07:04Z'), undefined];
    const { client, simulator, waits } = await startClient(context, {
      quota: { ...freeQuota(), retryAt: async () => held.shift() },
      random: () => 0,
    });
    putReport(simulator);
    await client.read(salesRead, bytesOf);
    assert.deepEqual([waits, simulator.requests().length], [[4000], 1]);
  });

  it('gives up waiting for its turn after twenty seconds, without asking Apple', async (context) => {
    const quota = { ...freeQuota(), retryAt: async () => Date.parse('2026-11-24T17:07:08Z') };
    const { client, simulator, waits } = await startClient(context, { quota, random: () => 0 });
    assert.equal((await errorOf(client.read(salesRead, bytesOf))).code, 'BUDGET_RESERVED');
    assert.deepEqual([waits, simulator.requests().length], [[8000, 8000], 0]);
  });

  it('tells the quota what Apple counts', async (context) => {
    const quota = freeQuota();
    const { client, simulator } = await startClient(context, { quota });
    putReport(simulator);
    await client.read(salesRead, bytesOf);
    assert.deepEqual(quota.observed, [3499]);
  });

  it('gives Apple’s words and request id when it is refused', async (context) => {
    const { client, simulator } = await startClient(context);
    const wrong = { ...salesRead, query: { ...salesRead.query, 'filter[vendorNumber]': '86000000' } };
    const error = await errorOf(client.read(wrong, bytesOf));
    assert.equal(error.detail, 'Invalid vendor number specified. Try again.');
    assert.equal(error.requestId, simulator.requests()[0]?.requestId);
    assert.equal(error.retryable, false);
  });

  it('follows no redirect: a token stays with the host it was made for', async (context) => {
    const { client, simulator } = await startClient(context);
    const effect = {
      kind: 'status',
      status: 302,
      code: 'MOVED',
      headers: { location: 'https://example.com/' },
    } as const;
    simulator.faults.add({ effect, times: Infinity });
    assert.equal((await errorOf(client.read(salesRead, bytesOf))).code, 'NETWORK');
  });

  it('of a report is asked once more without types when Apple answers 406', async (context) => {
    const { client, simulator } = await startClient(
      context,
      {},
      { behaviour: { reportAccept: 'must-not-ask-for-gzip' } },
    );
    putReport(simulator);
    const request = {
      vendorNumber: VENDOR,
      reportType: 'SALES',
      reportSubType: 'SUMMARY',
      frequency: 'DAILY',
      reportDate: '2026-11-23',
      version: '1_0',
    };
    await readSalesReport(client, request, bytesOf);
    assert.deepEqual(
      simulator.requests().map(({ status }) => status),
      [406, 200],
    );
  });
});

describe('A write', () => {
  const write = { method: 'POST', path: '/v1/subscriptionPrices', body: { data: {} } } as const;

  for (const effect of [serverError, { kind: 'dropBefore' }, { kind: 'dropAfter' }] as const) {
    it(`is sent once and is in doubt after ${effect.kind}`, async (context) => {
      const { client, simulator } = await startClient(context);
      simulator.faults.add({ effect, times: Infinity });
      const error = await errorOf(client.write(write));
      assert.equal(error.outcomeUnknown, true);
      assert.equal(simulator.requests().length, 1);
    });
  }

  it('is not in doubt after a definite refusal, as of a Finance key', async (context) => {
    const { client, simulator } = await startClient(context);
    const error = await errorOf(client.write(write));
    assert.deepEqual([error.code, error.outcomeUnknown], ['FORBIDDEN', false]);
    const [seen] = simulator.requests();
    assert.doesNotMatch(JSON.stringify(seen?.tokenClaims), /scope/);
  });

  it('is not begun when it could not be waited for', async (context) => {
    const { client, simulator } = await startClient(context, { remainingMillis: () => 60_000 });
    assert.equal((await errorOf(client.write(write))).code, 'DEADLINE');
    assert.equal(simulator.requests().length, 0);
  });

  it('does not go out where its key was had only after its time: another worker may have read Apple by then', async (context) => {
    let looks = 0;
    const clock = { now: () => Date.parse('2026-11-24T17:07:00Z') + 56_000 * looks++ };
    const { client, simulator } = await startClient(context, { clock });
    const error = await errorOf(client.write(write));
    assert.deepEqual([error.code, error.outcomeUnknown, error.retryable], ['DEADLINE', false, true]);
    assert.equal(simulator.requests().length, 0);
  });
});
