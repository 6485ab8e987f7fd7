import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSigner } from 'fast-jwt';
import { exportSPKI } from 'jose';
import {
  type Apple,
  ask,
  issuerId,
  keys,
  lastSeen,
  salesPath,
  startApple,
  type TokenParts,
  token,
} from './apple.ts';

const secondsOf = (apple: Apple): number => Math.floor(apple.clock.now() / 1000);
const genericDetail =
  'Provide a properly configured and signed bearer token, and make sure that it has not expired. Learn more about ' +
  'Generating Tokens for API Requests https://developer.apple.com/go/?id=api-generating-tokens';

describe('a bearer token', () => {
  it('of a team key is accepted', async (context) => {
    const apple = await startApple(context);
    const heard = await ask(apple, salesPath());
    assert.equal(heard.status, 404);
    assert.equal(lastSeen(apple).tokenAccepted, true);
  });

  it('signed by another JOSE library is accepted', async (context) => {
    const apple = await startApple(context);
    const sign = createSigner({
      algorithm: 'ES256',
      kid: 'FINANCE123',
      key: keys.finance.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    });
    const now = secondsOf(apple);
    const foreign = sign({ iss: issuerId, iat: now, exp: now + 60, aud: 'appstoreconnect-v1' });
    await ask(apple, salesPath(), { token: foreign });
    assert.equal(lastSeen(apple).tokenAccepted, true);
  });

  it('of an individual key has sub=user and no issuer', async (context) => {
    const apple = await startApple(context);
    it('is refused now and then where Apple is to do so, and accepted when it is sent again', async (context) => {
      const apple = await startApple(context);
      apple.simulator.behaviour.strayRefusalEvery = 3;
      const bearer = await token(apple);
      const outcomes: (string | undefined)[] = [];
      for (let request = 0; request < 7; request += 1) {
        await ask(apple, salesPath(), { token: bearer });
        outcomes.push(lastSeen(apple).refusal);
      }
      assert.deepEqual(
        outcomes.map((refusal) => refusal === 'stray'),
        [false, false, true, false, false, true, false],
      );
    });

    const individual = { header: { kid: 'INDIVIDUAL' }, privateKey: keys.individual.privateKey };
    await ask(apple, salesPath(), {
      token: await token(apple, { ...individual, claims: { iss: undefined, sub: 'user' } }),
    });
    assert.equal(lastSeen(apple).tokenAccepted, true);
  });

  it('may last twenty minutes and no longer', async (context) => {
    const apple = await startApple(context);
    const iat = secondsOf(apple);
    await ask(apple, salesPath(), { token: await token(apple, { claims: { iat, exp: iat + 1200 } }) });
    assert.equal(lastSeen(apple).tokenAccepted, true);
  });

  it('may name its audience in a list, as golang-jwt does', async (context) => {
    const apple = await startApple(context);
    await ask(apple, salesPath(), { token: await token(apple, { claims: { aud: ['appstoreconnect-v1'] } }) });
    assert.equal(lastSeen(apple).tokenAccepted, true);
  });

  it('may lack the type in its header, as those of ruby-jwt do', async (context) => {
    const apple = await startApple(context);
    await ask(apple, salesPath(), { token: await token(apple, { header: { typ: undefined } }) });
    assert.equal(lastSeen(apple).tokenAccepted, true);
  });

  it('may lack iat unless Apple should insist on it', async (context) => {
    const apple = await startApple(context);
    const withoutIat = () => token(apple, { claims: { iat: undefined } });
    await ask(apple, salesPath(), { token: await withoutIat() });
    assert.equal(lastSeen(apple).tokenAccepted, true);
    apple.simulator.behaviour.missingIssuedAt = 'refused';
    await ask(apple, salesPath(), { token: await withoutIat() });
    assert.equal(lastSeen(apple).refusal, 'no-issued-at');
  });

  const individual = { header: { kid: 'INDIVIDUAL' }, privateKey: keys.individual.privateKey };
  const refusals: { why: string; code?: string; parts: (now: number) => TokenParts; fault: string }[] = [
    {
      why: 'another algorithm',
      fault: 'wrong-algorithm',
      code: 'INVALID_TOKEN',
      parts: () => ({ header: { alg: 'HS256' }, privateKey: Buffer.alloc(32) }),
    },
    {
      why: 'another type',
      fault: 'wrong-type',
      code: 'INVALID_TOKEN',
      parts: () => ({ header: { typ: 'at+jwt' } }),
    },
    { why: 'an unknown key id', fault: 'unknown-key', parts: () => ({ header: { kid: 'NOSUCHKEY1' } }) },
    {
      why: 'another private key',
      fault: 'bad-signature',
      parts: () => ({ privateKey: keys.stranger.privateKey }),
    },
    {
      why: 'the issuer of another team',
      fault: 'wrong-issuer',
      parts: () => ({ claims: { iss: '11111111-2222-3333-4444-555555555555' } }),
    },
    { why: 'no issuer on a team key', fault: 'wrong-issuer', parts: () => ({ claims: { iss: undefined } }) },
    { why: 'a subject on a team key', fault: 'wrong-subject', parts: () => ({ claims: { sub: 'user' } }) },
    {
      why: 'an issuer on an individual key',
      fault: 'wrong-issuer',
      parts: () => ({ ...individual, claims: { sub: 'user' } }),
    },
    {
      why: 'no subject on an individual key',
      fault: 'wrong-subject',
      parts: () => ({ ...individual, claims: { iss: undefined } }),
    },
    {
      why: 'another audience',
      fault: 'wrong-audience',
      parts: () => ({ claims: { aud: 'appstoreconnect-v2' } }),
    },
    {
      why: 'an iat one second ahead',
      fault: 'issued-in-the-future',
      parts: (now) => ({ claims: { iat: now + 1 } }),
    },
    {
      why: 'an exp that has come',
      fault: 'expired',
      parts: (now) => ({ claims: { iat: now - 60, exp: now } }),
    },
    {
      why: 'a life of 20 minutes and a second',
      fault: 'lifetime-too-long',
      parts: (now) => ({ claims: { iat: now, exp: now + 1201 } }),
    },
    {
      why: 'a list of other audiences',
      fault: 'wrong-audience',
      parts: () => ({ claims: { aud: ['appstoreconnect-v2'] } }),
    },
    {
      why: 'no iat and an exp more than 20 minutes ahead',
      fault: 'lifetime-too-long',
      parts: (now) => ({ claims: { iat: undefined, exp: now + 1201 } }),
    },
    {
      why: 'an exp that is not a number',
      fault: 'bad-claims',
      parts: () => ({ claims: { exp: 'tomorrow' } }),
    },
    {
      why: 'a scope of other requests',
      fault: 'out-of-scope',
      parts: () => ({ claims: { scope: ['GET /v1/apps'] } }),
    },
    { why: 'an empty scope', fault: 'out-of-scope', parts: () => ({ claims: { scope: [] } }) },
  ];

  for (const { why, fault, code = 'NOT_AUTHORIZED', parts } of refusals) {
    it(`with ${why} is refused: ${fault}`, async (context) => {
      const apple = await startApple(context);
      const heard = await ask(apple, salesPath(), { token: await token(apple, parts(secondsOf(apple))) });
      assert.equal(heard.status, 401);
      assert.equal(heard.code, code);
      assert.equal(heard.detail, genericDetail);
      assert.equal(lastSeen(apple).tokenAccepted, false);
      assert.equal(lastSeen(apple).refusal, fault);
    });
  }

  it('that is missing is refused', async (context) => {
    const apple = await startApple(context);
    assert.equal((await ask(apple, salesPath(), { token: null })).code, 'NOT_AUTHORIZED');
    assert.equal(lastSeen(apple).refusal, 'no-token');
  });

  for (const text of ['abc', 'a.b.c', `${Buffer.from('{"alg":"ES256"}').toString('base64url')}.e30`]) {
    it(`that is not a JWT (${text}) is refused as malformed`, async (context) => {
      const apple = await startApple(context);
      assert.equal((await ask(apple, salesPath(), { token: text })).code, 'INVALID_TOKEN');
      assert.equal(lastSeen(apple).refusal, 'malformed');
    });
  }

  it('whose payload was changed after signing is refused', async (context) => {
    const apple = await startApple(context);
    const [header, , signature] = (await token(apple)).split('.');
    const now = secondsOf(apple);
    const payload = { iss: issuerId, iat: now, exp: now + 900, aud: 'appstoreconnect-v1' };
    const changed = Buffer.from(JSON.stringify(payload)).toString('base64url');
    await ask(apple, salesPath(), { token: `${header}.${changed}.${signature}` });
    assert.equal(lastSeen(apple).refusal, 'bad-signature');
  });

  it('of a revoked key is refused from the moment the revocation has spread', async (context) => {
    const apple = await startApple(context);
    apple.simulator.revokeKey('FINANCE123', apple.clock.now() + 60_000);
    await ask(apple, salesPath());
    assert.equal(lastSeen(apple).tokenAccepted, true);
    apple.clock.advance(60_000);
    const heard = await ask(apple, salesPath());
    assert.deepEqual([heard.status, heard.code], [401, 'NOT_FOUND']);
    assert.equal(lastSeen(apple).refusal, 'revoked-key');
    apple.simulator.behaviour.revokedKeyCode = 'NOT_AUTHORIZED';
    assert.equal((await ask(apple, salesPath())).code, 'NOT_AUTHORIZED');
  });

  it('may be issued in the future within the tolerance that is set', async (context) => {
    const apple = await startApple(context, { behaviour: { clockToleranceSeconds: 30 } });
    const ahead = (by: number) => token(apple, { claims: { iat: secondsOf(apple) + by } });
    await ask(apple, salesPath(), { token: await ahead(30) });
    assert.equal(lastSeen(apple).tokenAccepted, true);
    await ask(apple, salesPath(), { token: await ahead(31) });
    assert.equal(lastSeen(apple).refusal, 'issued-in-the-future');
  });

  it('is never kept: the journal has its claims only', async (context) => {
    const apple = await startApple(context);
    const bearer = await token(apple, { claims: { exp: secondsOf(apple) + 77 } });
    await ask(apple, salesPath(), { token: bearer });
    const [, payload = '', signature = ''] = bearer.split('.');
    const journal = JSON.stringify(apple.simulator.requests());
    for (const secret of [bearer, payload, signature, 'Bearer']) assert.ok(!journal.includes(secret));
    assert.match(journal, /appstoreconnect-v1/);
  });
});

describe('a key', () => {
  it('can be registered as KeyObject, CryptoKey, JWK or PEM', async (context) => {
    const apple = await startApple(context);
    const { publicKey, privateKey } = keys.stranger;
    const pem = await exportSPKI(publicKey);
    const forms = [
      publicKey,
      publicKey.toCryptoKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify']),
      publicKey.export({ format: 'jwk' }),
      pem,
    ];
    for (const [index, form] of forms.entries()) {
      const keyId = `FORM00000${index}`;
      apple.simulator.addKey({ team: 'acme', keyId, kind: 'team', roles: ['SALES'], publicKey: form });
      await ask(apple, salesPath(), { token: await token(apple, { header: { kid: keyId }, privateKey }) });
      assert.equal(lastSeen(apple).tokenAccepted, true, `form ${index}`);
    }
  });

  it('is refused where it is private', async (context) => {
    const { simulator } = await startApple(context);
    const { privateKey } = keys.stranger;
    const add = (publicKey: Parameters<typeof simulator.addKey>[0]['publicKey']) => () =>
      simulator.addKey({ team: 'acme', keyId: 'PRIVATE001', kind: 'team', roles: [], publicKey });
    assert.throws(add(privateKey), /public keys only/);
    assert.throws(add(privateKey.export({ format: 'jwk' })), /public keys only/);
    assert.throws(add(String(privateKey.export({ type: 'pkcs8', format: 'pem' }))), /public key in PEM/);
  });
});

describe('a web page that leads a browser to the simulator', () => {
  it('is told nothing and changes nothing, as it holds no key', async (context) => {
    const apple = await startApple(context);
    for (const authorization of [undefined, 'Bearer x', 'Basic eA=='])
      for (const [path, method] of [
        ['/v1/apps', 'GET'],
        ['/v1/subscriptionPrices', 'POST'],
        ['/anything', 'OPTIONS'],
      ] as const) {
        const response = await fetch(`${apple.simulator.origin}${path}`, {
          method,
          headers: { origin: 'https://evil.example', ...(authorization && { authorization }) },
          ...(method === 'POST' && { body: '{"data":{"type":"subscriptionPrices"}}' }),
        });
        assert.equal(response.status, 401, `${method} ${path}`);
        assert.equal(response.headers.get('access-control-allow-origin'), null);
      }
  });
});
