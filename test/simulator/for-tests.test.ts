import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { SignJWT } from 'jose';
import { simulateAppStoreConnect, type TestKey } from '../../local/simulator/for-tests/index.ts';

const tokenOf = ({ keyId, issuerId, privateKey }: TestKey): Promise<string> =>
  new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid: keyId, typ: 'JWT' })
    .setIssuer(issuerId)
    .setAudience('appstoreconnect-v1')
    .setIssuedAt()
    .setExpirationTime('2m')
    .sign(createPrivateKey(privateKey));

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

describe('The simulator for tests of other programs', () => {
  it('has one team, takes keys, reports and products, fails on demand, and tells what it was asked', async () => {
    await using apple = await simulateAppStoreConnect();
    const key = apple.addKey({ role: 'FINANCE' });
    const headers = { authorization: `Bearer ${await tokenOf(key)}` };
    const ask = (date: string) =>
      fetch(
        `${apple.url}/v1/salesReports?${new URLSearchParams({
          'filter[vendorNumber]': apple.vendor,
          'filter[reportType]': 'SALES',
          'filter[reportSubType]': 'SUMMARY',
          'filter[frequency]': 'DAILY',
          'filter[reportDate]': date,
          'filter[version]': '1_0',
        })}`,
        { headers },
      );
    // Apple keeps days for a year, and this simulator goes by the real clock.
    const [day, dayAfter] = [daysAgo(20), daysAgo(19)];
    apple.putReport({ report: 'SALES/SUMMARY/DAILY', date: day, tsv: 'one\n' });
    apple.putNoSales({ report: 'SALES/SUMMARY/DAILY', date: dayAfter });
    const fault = apple.fail({ effect: { kind: 'status', status: 503, code: 'UNAVAILABLE' } });
    assert.equal((await ask(day)).status, 503);
    assert.equal(fault.struck(), 1);
    assert.equal(gunzipSync(Buffer.from(await (await ask(day)).arrayBuffer())).toString(), 'one\n');
    assert.equal((await ask(dayAfter)).status, 404);
    apple.revokeKey(key.keyId);
    assert.equal((await ask(day)).status, 401);
    assert.deepEqual(
      apple.requests().map(({ status }) => status),
      [503, 200, 404, 401],
    );
    for (const kind of ['subscription', 'inAppPurchase', 'app'] as const) {
      apple.putProduct({ kind, id: `${kind}-1`, prices: { USA: '9.99' } });
      assert.equal(apple.pricesOn({ kind, id: `${kind}-1` }, '2026-11-26')['USA'], '9.99');
    }
  });

  it('listens on the loopback interface, unless told otherwise', async () => {
    await using usual = await simulateAppStoreConnect();
    await using open = await simulateAppStoreConnect({ host: '0.0.0.0' });
    const elsewhere = (url: string): string => url.replace('127.0.0.1', '127.0.0.2');
    assert.equal((await fetch(`${elsewhere(open.url)}/v1/apps`)).status, 401);
    await assert.rejects(fetch(`${elsewhere(usual.url)}/v1/apps`), 'nobody listens there');
  });

  it('says of a report that it cannot put what form it has to have', async () => {
    await using apple = await simulateAppStoreConnect();
    assert.throws(
      () => apple.putReport({ report: 'SALES', date: '2026-01-05', tsv: '' }),
      /SALES\/SUMMARY\/DAILY/,
    );
  });
});
