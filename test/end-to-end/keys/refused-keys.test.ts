import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type LocalKey, secretOf, startWorld, type World } from '../../../local/world/world.ts';
import {
  dailySales,
  dayBefore,
  itemOf,
  MORNING,
  messageFor,
  salesTsv,
  settingsFor,
} from '../reports/sales.ts';

const newKeyPair = (namedCurve = 'P-256') =>
  generateKeyPairSync('ec', {
    namedCurve,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

describe('A key that Apple refuses, through the real handlers', () => {
  let world: World;
  let good: LocalKey;
  let day = 0;

  before(async () => {
    world = await startWorld({ now: MORNING, settings: settingsFor(30) });
    const key = world.keys.get('acme');
    assert.ok(key);
    good = key;
  });
  after(() => world.close());
  beforeEach(() => {
    day += 1;
    world.simulator.reports.put({ ...dailySales(dayBefore(day)), tsv: salesTsv() });
  });

  /** Fetches one day with this secret in place; gives the ledger's item and what Lambda was told. */
  const fetchWith = async (secret: string) => {
    // Twice, so that the previous version holds the same and no good key is left to fall back to.
    for (const _ of [1, 2]) await world.storeReportsSecret('acme', secret);
    // The function reads a secret again after five minutes.
    await world.pass(6 * 60_000);
    const answer = await world.cloud.invoke('FetchReport', messageFor(dayBefore(day)));
    return { item: await itemOf(world, dayBefore(day)), answer };
  };
  const parked = () => ({ batchItemFailures: [{ itemIdentifier: `message-${dayBefore(day)}` }] });

  it('another private key under the same key ID', async () => {
    const { privateKey } = newKeyPair();
    const { item, answer } = await fetchWith(secretOf({ ...good, privateKeyPem: privateKey }, MORNING));
    assert.equal(item?.state, 'waiting');
    assert.match(item?.lastAnswer ?? '', /may not be that of key ID LOCALKEY00.*thumbprint [\w-]{43}/s);
    assert.deepEqual(answer, { batchItemFailures: [] }, 'it waits, and is not received again and again');
  });

  it('an issuer of another team', async () => {
    const issuerId = '11111111-2222-3333-4444-555555555555';
    const { item } = await fetchWith(secretOf({ ...good, issuerId }, MORNING));
    assert.match(
      item?.lastAnswer ?? '',
      /401.*issuer ID 11111111-2222-3333-4444-555555555555 may be that of another team/s,
    );
  });

  it('a key that was revoked', async () => {
    const { publicKey, privateKey } = newKeyPair();
    const keyId = 'REVOKED001';
    world.simulator.addKey({ team: 'acme', keyId, kind: 'team', roles: ['FINANCE'], publicKey });
    world.simulator.revokeKey(keyId);
    const { item } = await fetchWith(secretOf({ ...good, keyId, privateKeyPem: privateKey }, MORNING));
    assert.match(item?.lastAnswer ?? '', /revoked or never activated/);
  });

  it('a role that is too narrow', async () => {
    const { publicKey, privateKey } = newKeyPair();
    const keyId = 'DEVELOPER1';
    world.simulator.addKey({ team: 'acme', keyId, kind: 'team', roles: ['DEVELOPER'], publicKey });
    const { item } = await fetchWith(secretOf({ ...good, keyId, privateKeyPem: privateKey }, MORNING));
    assert.match(item?.lastAnswer ?? '', /Reports need Finance/);
  });

  it('an individual key', async () => {
    const { publicKey, privateKey } = newKeyPair();
    const keyId = 'INDIVIDUAL';
    world.simulator.addKey({ team: 'acme', keyId, kind: 'individual', roles: ['ADMIN'], publicKey });
    const secret = JSON.stringify({ keyId, privateKey, kind: 'individual' });
    const { item } = await fetchWith(secret);
    assert.match(item?.lastAnswer ?? '', /individual key, and those cannot read Sales and Finance/);
  });

  it('an unsigned agreement is not the key’s fault', async () => {
    world.simulator.setAgreement('acme', false);
    const { item } = await fetchWith(secretOf(good, MORNING));
    world.simulator.setAgreement('acme', true);
    assert.match(item?.lastAnswer ?? '', /Only the Account Holder can sign it.*do not rotate/s);
  });

  it('a secret on the wrong curve never reaches Apple', async () => {
    const { privateKey } = newKeyPair('P-384');
    const before = world.simulator.requests().length;
    const { item, answer } = await fetchWith(secretOf({ ...good, privateKeyPem: privateKey }, MORNING));
    assert.equal(world.simulator.requests().length, before);
    assert.match(item?.lastAnswer ?? '', /is on the curve secp384r1/);
    assert.deepEqual(answer, parked());
  });

  it('a secret that is the .p8 file alone is told so', async () => {
    const { item } = await fetchWith(good.privateKeyPem);
    assert.match(item?.lastAnswer ?? '', /is not JSON; store/);
  });

  it('a new key in the secret is used at once after a 401, without waiting for the five minutes', async () => {
    const { publicKey, privateKey } = newKeyPair();
    const keyId = 'ROTATED001';
    world.simulator.addKey({ team: 'acme', keyId, kind: 'team', roles: ['FINANCE'], publicKey });
    const { item: first } = await fetchWith(secretOf(good, MORNING));
    assert.equal(first?.state, 'stored');
    await world.storeReportsSecret('acme', secretOf({ ...good, keyId, privateKeyPem: privateKey }, MORNING));
    world.simulator.revokeKey(good.keyId);
    day += 1;
    world.simulator.reports.put({ ...dailySales(dayBefore(day)), tsv: salesTsv() });
    const before = world.simulator.requests().length;
    const answer = await world.cloud.invoke('FetchReport', messageFor(dayBefore(day)));
    assert.deepEqual(answer, { batchItemFailures: [] });
    assert.deepEqual(
      world.simulator
        .requests()
        .slice(before)
        .map(({ keyId: used, status }) => [used, status]),
      [
        [good.keyId, 401],
        [keyId, 200],
      ],
    );
  });
});
