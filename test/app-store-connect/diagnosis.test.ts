import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, it } from 'node:test';
import { diagnose } from '../../functions/app-store-connect/diagnosis/diagnose.ts';
import { portOf } from '../../local/http/loopback.ts';
import type { Simulator } from '../../local/simulator/index.ts';
import {
  causesOf,
  factsOfGoodKey,
  historyOnly,
  KEY_ID,
  registered,
  withToken,
  wordOf,
} from './diagnosis-cases.ts';
import { ISSUER, newKeyPair } from './keys.ts';

describe('A refusal of Apple is diagnosed', () => {
  it('a clock that is 90 s ahead: certain, and no word of the key', async (context) => {
    assert.deepEqual(await causesOf(context, { skewSeconds: -90 }), [wordOf('certain', 'clock-ahead')]);
  });

  it('a clock that is an hour behind', async (context) => {
    assert.deepEqual(await causesOf(context, { skewSeconds: 3600 }), [wordOf('certain', 'clock-behind')]);
  });

  it('a token that lives 25 minutes', async (context) => {
    const causes = await causesOf(context, { tokens: withToken({ lifetimeSeconds: 1500 }) });
    assert.deepEqual(causes, [wordOf('certain', 'lifetime-too-long')]);
  });

  it('a revoked key that was accepted before', async (context) => {
    const prepare = (simulator: Simulator) => {
      registered({})(simulator);
      simulator.revokeKey(KEY_ID);
    };
    assert.deepEqual(await causesOf(context, { prepare, more: await historyOnly() }), [
      wordOf('certain', 'key-revoked'),
    ]);
  });

  it('the same where Apple says NOT_AUTHORIZED of it: likely', async (context) => {
    const prepare = (simulator: Simulator) => {
      registered({})(simulator);
      simulator.revokeKey(KEY_ID);
    };
    const simulator = { behaviour: { revokedKeyCode: 'NOT_AUTHORIZED' } as const };
    assert.deepEqual(await causesOf(context, { prepare, simulator, more: await historyOnly() }), [
      wordOf('likely', 'key-revoked'),
    ]);
  });

  it('a key that was never accepted and that Apple does not know: revoked or never activated', async (context) => {
    const prepare = (simulator: Simulator) => {
      registered({})(simulator);
      simulator.revokeKey(KEY_ID);
    };
    assert.deepEqual(await causesOf(context, { prepare }), [
      wordOf('likely', 'key-revoked'),
      wordOf('possible', 'key-never-activated'),
    ]);
  });

  it('a key that nobody has seen accepted: all that it may be, none as a fact; a young one is set up wrongly rather than revoked', async (context) => {
    const { privateKey } = newKeyPair();
    const old = { secret: { createdAt: '2026-09-01' }, privateKey };
    const mistakes = ['key-and-id-differ', 'issuer-of-another-team', 'wrong-key-kind'] as const;
    assert.deepEqual(
      await causesOf(context, old),
      ['key-revoked' as const, ...mistakes].map((cause) => wordOf('possible', cause)),
    );
    const young = { secret: { createdAt: '2026-11-23' }, privateKey };
    assert.deepEqual(
      await causesOf(context, young),
      [...mistakes, 'key-revoked' as const].map((cause) => wordOf('possible', cause)),
    );
  });

  it('the same where another key of the team proves the issuer: not the issuer, and still nothing as a fact', async (context) => {
    const other = { secretName: 'acme/prices', keyId: 'OTHER12345', thumbprint: 'x', issuerId: ISSUER };
    const causes = await causesOf(context, {
      privateKey: newKeyPair().privateKey,
      more: { otherKeys: [{ ...other, sameTeam: true, accepted: true }] },
    });
    assert.deepEqual(causes, [
      wordOf('possible', 'key-revoked'),
      wordOf('possible', 'key-and-id-differ'),
      wordOf('possible', 'wrong-key-kind'),
    ]);
  });

  for (const { edit, secret, cause } of [
    {
      edit: 'issuer',
      secret: { issuerId: '11111111-2222-3333-4444-555555555555' },
      cause: 'issuer-of-another-team',
    },
    { edit: 'kind', secret: { kind: 'individual', issuerId: undefined }, cause: 'wrong-key-kind' },
  ] as const)
    it(`a secret whose ${edit} was edited after Apple had accepted the key: the edit first, not a revocation`, async (context) => {
      const causes = await causesOf(context, { prepare: registered({}), secret, more: await historyOnly() });
      assert.deepEqual(causes, [wordOf('likely', cause), wordOf('possible', 'key-revoked')]);
    });

  it('a secret whose private key was exchanged after Apple had accepted the key ID: certain', async (context) => {
    const causes = await causesOf(context, {
      prepare: registered({}),
      privateKey: newKeyPair().privateKey,
      more: await historyOnly(),
    });
    assert.deepEqual(causes, [wordOf('certain', 'key-and-id-differ')]);
  });

  it('a secret whose key ID was edited after Apple had accepted the private key: certain', async (context) => {
    const causes = await causesOf(context, {
      prepare: registered({}),
      secret: { keyId: 'WRONGID123' },
      more: await historyOnly(),
    });
    assert.deepEqual(causes, [wordOf('certain', 'key-and-id-differ')]);
  });

  it('a key of another team of the settings, tried with that team’s issuer: named', async (context) => {
    const otherIssuer = {
      issuerId: '11111111-2222-3333-4444-555555555555',
      outcome: 'accepted',
      team: 'umbra',
    } as const;
    const causes = await causesOf(context, {
      secret: { issuerId: '99999999-2222-3333-4444-555555555555' },
      more: { tried: { otherIssuer } },
    });
    assert.deepEqual(causes, [wordOf('certain', 'issuer-of-another-team')]);
  });

  it('the key ID of another file: the accepted twin proves it', async (context) => {
    const { thumbprint } = await factsOfGoodKey();
    const other = { secretName: 'acme/prices', keyId: KEY_ID, thumbprint, issuerId: ISSUER };
    const causes = await causesOf(context, {
      secret: { keyId: 'WRONGID123' },
      more: { otherKeys: [{ ...other, sameTeam: true, accepted: true }] },
    });
    assert.deepEqual(causes, [wordOf('certain', 'key-and-id-differ')]);
  });

  it('the issuer of another team, where another key of the team works with its own', async (context) => {
    const other = { secretName: 'acme/prices', keyId: 'OTHER12345', thumbprint: 'x', issuerId: ISSUER };
    const causes = await causesOf(context, {
      secret: { issuerId: '11111111-2222-3333-4444-555555555555' },
      more: { otherKeys: [{ ...other, sameTeam: true, accepted: true }] },
    });
    assert.equal(causes[0], wordOf('likely', 'issuer-of-another-team'));
  });

  it('an individual key that the secret calls a team key', async (context) => {
    const prepare = registered({ kind: 'individual', roles: ['ADMIN'] });
    const causes = await causesOf(context, { prepare, more: { tried: { asOtherKind: 'accepted' } } });
    assert.deepEqual(causes, [wordOf('certain', 'wrong-key-kind')]);
  });

  it('an individual key that asks for a report', async (context) => {
    const prepare = registered({ kind: 'individual', roles: ['ADMIN'] });
    const causes = await causesOf(context, { prepare, secret: { kind: 'individual', issuerId: undefined } });
    assert.deepEqual(causes, [wordOf('certain', 'individual-key')]);
  });

  it('another algorithm than ES256', async (context) => {
    const causes = await causesOf(context, { tokens: withToken({ lifetimeSeconds: 300 }, { alg: 'HS256' }) });
    assert.deepEqual(causes, [wordOf('likely', 'token-malformed')]);
  });

  for (const code of ['FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED', 'FORBIDDEN'] as const) {
    it(`an unsigned agreement, told by ${code}: never the key`, async (context) => {
      const prepare = (simulator: Simulator) => {
        registered({})(simulator);
        simulator.setAgreement('acme', false);
      };
      const simulator = { behaviour: { missingAgreementCode: code } };
      assert.deepEqual(await causesOf(context, { prepare, simulator }), [
        wordOf('certain', 'agreement-unsigned'),
      ]);
    });
  }

  it('a role that is too narrow', async (context) => {
    const prepare = registered({ roles: ['DEVELOPER'] });
    assert.deepEqual(await causesOf(context, { prepare }), [wordOf('likely', 'role-too-narrow')]);
    const stated = { prepare, secret: { role: 'FINANCE' } };
    assert.deepEqual(await causesOf(context, stated), [wordOf('possible', 'role-too-narrow')]);
  });

  it('a role that is too narrow is told as a fact only where nothing contradicts it', () => {
    const response = { status: 403, isApples: true, appleCode: 'FORBIDDEN_ERROR', detail: '' };
    const of = (role?: string) =>
      diagnose({
        response,
        path: '/v1/salesReports',
        method: 'GET',
        key: { keyId: 'ABCDE12345', kind: 'team', thumbprint: 'T', ...(role !== undefined && { role }) },
      })[0].fix;
    assert.match(
      of(),
      /^The role of key ABCDE12345 does not allow \/v1\/salesReports\. Reports need Finance/,
    );
    assert.match(of('DEVELOPER'), /does not allow .*\. The secret says its role is DEVELOPER\. /);
    // By its stated role the key may do it: the statement is wrong, or the refusal has another cause.
    assert.match(of('FINANCE'), /may not allow .*\. The secret says its role is FINANCE\. /);
  });

  it('NOT_FOUND for a secret that was edited: the edit comes before a revocation', () => {
    const now = Date.parse('2026-09-10T00:00:00Z');
    const key = { keyId: 'ABCDE12345', kind: 'team', issuerId: 'edited', thumbprint: 'T' } as const;
    const accepted = { ...key, issuerId: 'former', acceptedAt: now - 3_600_000 };
    const response = { status: 401, isApples: true, appleCode: 'NOT_FOUND', detail: '' };
    const otherIssuer = diagnose({ now, response, key: { ...key, lastAccepted: accepted } });
    assert.deepEqual(
      otherIssuer.map(({ cause, confidence }) => wordOf(confidence, cause)),
      [wordOf('likely', 'issuer-of-another-team'), wordOf('possible', 'key-revoked')],
    );
    const otherId = diagnose({
      now,
      response,
      key: { ...key, lastAccepted: { ...accepted, issuerId: key.issuerId, keyId: 'BEFORE1234' } },
    });
    assert.deepEqual(
      otherId.map(({ cause, confidence }) => wordOf(confidence, cause)),
      [wordOf('certain', 'key-and-id-differ')],
    );
    const unchanged = diagnose({
      now,
      response,
      key: { ...key, lastAccepted: { ...accepted, issuerId: 'edited' } },
    });
    assert.deepEqual(
      unchanged.map(({ cause, confidence }) => wordOf(confidence, cause)),
      [wordOf('certain', 'key-revoked')],
    );
  });

  it('used-up requests', async (context) => {
    const prepare = (simulator: Simulator) => {
      registered({})(simulator);
      simulator.leaveRequests(KEY_ID, 0);
    };
    assert.deepEqual(await causesOf(context, { prepare }), [wordOf('certain', 'rate-limited')]);
    const response = { status: 429, isApples: true, appleCode: 'RATE_LIMIT_EXCEEDED', detail: '' };
    const [{ fix }] = diagnose({ response });
    assert.match(fix, /for this hour or minute are used up; they come back by themselves/);
  });

  it('Apple ill: 503, or no answer to the end', async (context) => {
    const ill = (effect: Parameters<Simulator['faults']['add']>[0]['effect']) => (simulator: Simulator) => {
      registered({})(simulator);
      simulator.faults.add({ times: Number.POSITIVE_INFINITY, effect });
    };
    const answered = ill({ kind: 'status', status: 503, code: 'SERVICE_UNAVAILABLE' });
    assert.deepEqual(await causesOf(context, { prepare: answered }), [wordOf('likely', 'apple-unavailable')]);
    assert.deepEqual(await causesOf(context, { prepare: ill({ kind: 'dropBefore' }) }), [
      wordOf('likely', 'apple-unavailable'),
      wordOf('possible', 'network-blocked'),
    ]);
  });

  it('a proxy that answers in Apple’s place', async (context) => {
    for (const status of [401, 403, 404]) {
      const prepare = (simulator: Simulator) =>
        void simulator.faults.add({ effect: { kind: 'html', status }, times: 9 });
      assert.deepEqual(
        await causesOf(context, { prepare }),
        [wordOf('likely', 'network-blocked')],
        `${status}`,
      );
    }
  });

  it('no way out: nobody listens, or the name is not known', async (context) => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', () => resolve()));
    const port = portOf(closed.address());
    await new Promise((resolve) => closed.close(resolve));
    for (const baseUrl of [`http://127.0.0.1:${port}`, 'http://apple.invalid']) {
      assert.deepEqual(await causesOf(context, { client: { baseUrl } }), [
        wordOf('likely', 'network-blocked'),
      ]);
    }
  });
});
