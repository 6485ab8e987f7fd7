import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { createDecoder, createVerifier } from 'fast-jwt';
import { mintToken } from '../../functions/app-store-connect/auth/token.ts';
import { scopeOf } from '../../functions/app-store-connect/auth/token-scope.ts';
import { ISSUER, individualKey, newKeyPair, teamKey } from './keys.ts';

const NOW = Date.parse('2026-11-24T17:07:00Z');
const clock = { now: () => NOW };
const seconds = NOW / 1000;
const { privateKey, publicKey } = newKeyPair();
const request = { path: '/v1/salesReports', query: { 'filter[vendorNumber]': '85012345', limit: '10' } };
const read = (lifetimeMillis: number, scoped = true) =>
  ({ kind: 'read', request, lifetimeMillis, scoped }) as const;

// fast-jwt shares no code with the library that signs.
const verify = createVerifier({ key: publicKey, algorithms: ['ES256'], clockTimestamp: NOW, complete: true });
const decode = createDecoder({ complete: true });

describe('A token', () => {
  it('verifies in another JWT library, with the header Apple asks for', async () => {
    const { value } = await mintToken(await teamKey(privateKey), read(300_000), clock);
    const { header } = verify(value.reveal());
    assert.deepEqual(header, { alg: 'ES256', kid: 'ABCDE12345', typ: 'JWT' });
  });

  it('does not verify with another key', async () => {
    const { value } = await mintToken(await teamKey(newKeyPair().privateKey), read(300_000), clock);
    assert.throws(() => verify(value.reveal()), /signature/i);
  });

  it('of a team key names the issuer and no subject', async () => {
    const { value } = await mintToken(await teamKey(privateKey), read(300_000), clock);
    const { payload } = decode(value.reveal());
    assert.deepEqual(payload, {
      iss: ISSUER,
      iat: seconds - 60,
      exp: seconds + 300,
      aud: 'appstoreconnect-v1',
      scope: ['GET /v1/salesReports?filter[vendorNumber]=85012345'],
    });
  });

  it('of an individual key has the subject "user" and no issuer', async () => {
    const { value } = await mintToken(await individualKey(privateKey), read(300_000), clock);
    const { payload } = decode(value.reveal());
    assert.equal(payload.sub, 'user');
    assert.ok(!('iss' in payload));
  });

  it('for a write has no scope and ends two minutes from now', async () => {
    const { value, expiresAt } = await mintToken(await teamKey(privateKey), { kind: 'write' }, clock);
    const { payload } = decode(value.reveal());
    assert.ok(!('scope' in payload));
    assert.equal(payload.exp, seconds + 120);
    assert.equal(expiresAt, NOW + 120_000);
  });

  it('has no scope where scoping is turned off', async () => {
    const { value } = await mintToken(await teamKey(privateKey), read(300_000, false), clock);
    assert.ok(!('scope' in decode(value.reveal()).payload));
  });

  it('lives no longer than its invocation, and never over 19 minutes from iat to exp', async () => {
    for (const lifetime of [0, 1, 999, 60_000, 900_000, 1_140_000, 86_400_000]) {
      const { value } = await mintToken(await teamKey(privateKey), read(lifetime), clock);
      const { payload } = decode(value.reveal());
      assert.ok(payload.exp - payload.iat <= 19 * 60, `${lifetime}`);
      assert.ok(payload.exp <= seconds + Math.max(1, Math.ceil(lifetime / 1000)), `${lifetime}`);
      assert.ok(payload.exp > seconds);
    }
  });

  it('does not show itself', async () => {
    const token = await mintToken(await teamKey(privateKey), read(300_000), clock);
    for (const text of [inspect(token, { depth: 9 }), JSON.stringify(token), `${token.value}`]) {
      assert.doesNotMatch(text, /eyJ/);
    }
  });
});

describe('The scope of a read', () => {
  const cases: [string, Parameters<typeof scopeOf>[0]][] = [
    ['GET /v1/apps/123', { path: '/v1/apps/123' }],
    ['GET /v1/apps?filter[platform]=IOS', { path: '/v1/apps', query: { 'filter[platform]': 'IOS' } }],
    ['GET /v1/apps?a=1&b=2', { path: '/v1/apps', query: { b: '2', a: '1' } }],
    ['GET /v1/apps', { path: '/v1/apps', query: { cursor: 'x', limit: '200', sort: 'name' } }],
    ['GET /v1/apps?q=a%26b%20c%25', { path: '/v1/apps', query: { q: 'a&b c%' } }],
  ];
  for (const [scope, request_] of cases) {
    it(scope, () => assert.equal(scopeOf(request_), scope));
  }
});
