import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { fixedKey } from '../../../functions/app-store-connect/auth/fixed-key.ts';
import {
  type CallPermission,
  COOL_DOWN_MILLIS,
  type KeyCircuitBreaker,
  PROBE_MILLIS,
} from '../../../functions/app-store-connect/auth/key-circuit-breaker.ts';
import { type AcceptedKey, acceptedNow } from '../../../functions/app-store-connect/auth/key-history.ts';
import type { KeyStore } from '../../../functions/app-store-connect/auth/stored-key.ts';
import { createTokenSource } from '../../../functions/app-store-connect/auth/token-source.ts';
import type { ResponseSummary } from '../../../functions/app-store-connect/client/client-options.ts';
import { AppStoreConnectError } from '../../../functions/app-store-connect/protocol/errors.ts';
import type { Clock } from '../../../functions/platform/util/clock.ts';
import { createSimulatedClock } from '../../../local/clock/clock.ts';
import { startSimulator } from '../../../local/simulator/index.ts';
import { createMemoryCircuitBreaker } from '../../faults/product/actors/memory-access.ts';
import { bytesOf, clientFor, putReport, salesRead, VENDOR } from '../apple.ts';
import { ISSUER, newKeyPair, teamKey } from '../keys.ts';

const NOW = Date.parse('2026-11-24T17:07:00Z');
const HOUR = 3_600_000;

/** Apple's words for a valid token that one of its servers does not take. */
const STRAY_401 = { kind: 'status', status: 401, code: 'NOT_AUTHORIZED' } as const;
const STRAY_403 = { kind: 'status', status: 403, code: 'FORBIDDEN_ERROR' } as const;

/** A client with a circuit breaker that notes what it is told. `acceptedHoursAgo`: what it knows of the key's history. */
async function start(
  context: TestContext,
  acceptedHoursAgo?: number,
  given: { keys?: KeyStore; breaker?: (clock: Clock) => KeyCircuitBreaker } = {},
) {
  const clock = createSimulatedClock(NOW, () => 0);
  const simulator = await startSimulator({ clock });
  context.after(() => simulator.close());
  const { publicKey, privateKey } = newKeyPair();
  simulator.addTeam({ name: 'acme', issuerId: ISSUER, vendors: [VENDOR] });
  simulator.addKey({
    team: 'acme',
    keyId: 'ABCDE12345',
    kind: 'team',
    roles: ['FINANCE', 'ADMIN'],
    publicKey,
  });
  putReport(simulator);
  const key = await teamKey(privateKey);
  const stored = { key, versionId: '1', versionCreatedAt: NOW };
  const noted: AcceptedKey[] = [];
  const circuit = {
    failures: 0,
    successes: 0,
    permission: { kind: 'allowed' } as CallPermission,
  };
  const breaker: KeyCircuitBreaker = {
    allowRequest: async () =>
      circuit.permission.kind === 'allowed' && acceptedHoursAgo !== undefined
        ? { ...circuit.permission, lastAccepted: acceptedNow(key, NOW - acceptedHoursAgo * HOUR) }
        : circuit.permission,
    recordFailure: async () => {
      circuit.failures += 1;
    },
    recordSuccess: async () => {
      circuit.successes += 1;
    },
    noteAccepted: async (_, accepted) => void noted.push(accepted),
  };
  const waits: number[] = [];
  const tokens: string[] = [];
  const summaries: ResponseSummary[] = [];
  const remainingMillis = () => 300_000;
  const keys = given.keys ?? fixedKey(stored);
  const client = clientFor(keys, {
    baseUrl: simulator.origin,
    clock,
    fetch: (url, init) => {
      tokens.push(new Headers(init?.headers).get('authorization') ?? '');
      return fetch(url, init);
    },
    tokens: createTokenSource({
      keys,
      secretName: 'acme/reports',
      clock,
      remainingMillis,
      scoped: true,
      breaker: given.breaker?.(clock) ?? breaker,
    }),
    sleep: async (millis) => {
      waits.push(millis);
      clock.advance(millis);
    },
    random: () => 0,
    onResponse: (summary) => summaries.push(summary),
  });
  const read = () => client.read(salesRead, bytesOf);
  return { simulator, clock, client, read, circuit, noted, waits, tokens, summaries };
}

describe('A stray refusal of a key that Apple accepted lately', () => {
  it('401 once: the same token again after a pause, and the circuit stays closed', async (context) => {
    const { simulator, read, circuit, tokens, waits } = await start(context, 2);
    simulator.faults.add({ effect: STRAY_401 });
    assert.ok((await read()) > 0);
    assert.equal(circuit.failures, 0);
    assert.equal(tokens.length, 2);
    assert.equal(new Set(tokens).size, 1);
    assert.deepEqual(waits, [1500]);
  });

  it('401 twice: then a fresh token', async (context) => {
    const { simulator, read, circuit, tokens } = await start(context, 2);
    simulator.faults.add({ effect: STRAY_401, times: 2 });
    assert.ok((await read()) > 0);
    assert.equal(circuit.failures, 0);
    assert.equal(tokens.length, 3);
    assert.equal(new Set(tokens).size, 2);
  });

  it('401 each time: three calls, then the circuit opens, with a revocation as likely, not as fact', async (context) => {
    const { simulator, read, circuit, tokens } = await start(context, 2);
    simulator.faults.add({ effect: STRAY_401, times: 9 });
    await assert.rejects(read(), (error) => {
      assert.ok(error instanceof AppStoreConnectError);
      assert.equal(error.code, 'UNAUTHORIZED');
      assert.deepEqual(
        error.diagnoses.map(({ cause, confidence }) => `${confidence} ${cause}`),
        ['likely key-revoked'],
      );
      return true;
    });
    assert.equal(circuit.failures, 1);
    assert.equal(tokens.length, 3);
  });

  it('401 once in the daily check, which accepted the key a day and a little more ago: asked again', async (context) => {
    for (const acceptedHoursAgo of [24.01, 25.1]) {
      const { simulator, read, circuit } = await start(context, acceptedHoursAgo);
      simulator.faults.add({ effect: STRAY_401 });
      assert.ok((await read()) > 0);
      assert.equal(circuit.failures, 0);
    }
  });

  it('401 of a key that nobody has seen accepted within 26 hours: one call', async (context) => {
    for (const acceptedHoursAgo of [undefined, 27]) {
      const { simulator, read, circuit, tokens } = await start(context, acceptedHoursAgo);
      simulator.faults.add({ effect: STRAY_401, times: 9 });
      await assert.rejects(read());
      assert.equal(tokens.length, 1);
      assert.equal(circuit.failures, 1);
    }
  });

  it('401 between 200s of one invocation: no history from elsewhere is needed', async (context) => {
    const { simulator, read, circuit } = await start(context);
    assert.ok((await read()) > 0);
    simulator.faults.add({ effect: STRAY_401 });
    assert.ok((await read()) > 0);
    assert.equal(circuit.failures, 0);
  });

  it('403 once: asked again; each time: two calls, and one for later requests of the same endpoint', async (context) => {
    const { simulator, read, tokens } = await start(context, 2);
    simulator.faults.add({ effect: STRAY_403 });
    assert.ok((await read()) > 0);
    assert.equal(tokens.length, 2);
    simulator.faults.add({ effect: STRAY_403, times: 9 });
    await assert.rejects(read(), { code: 'FORBIDDEN' });
    assert.equal(tokens.length, 4);
    await assert.rejects(read(), { code: 'FORBIDDEN' });
    assert.equal(tokens.length, 5);
  });

  it('a write that was refused with 401 has had no effect: sent again with a fresh token', async (context) => {
    const { simulator, client, circuit, tokens } = await start(context, 2);
    simulator.faults.add({ effect: STRAY_401 });
    const write = { method: 'POST', path: '/v1/nothing', body: {} } as const;
    await assert.rejects(client.write(write), { code: 'NOT_FOUND' });
    assert.equal(tokens.length, 2);
    assert.equal(new Set(tokens).size, 2);
    assert.equal(circuit.failures, 0);
  });
});

describe('Work that an open circuit keeps back', () => {
  it('is told the cause as far as it is proved, and no further', async (context) => {
    const { circuit, read, simulator } = await start(context, 2);
    for (const [confidence, expected] of [
      ['possible', /\(the cause is not known for certain, perhaps key-revoked\)/],
      ['likely', /\(most likely key-revoked\)/],
      ['certain', /\(key-revoked\)/],
    ] as const) {
      circuit.permission = {
        kind: 'denied',
        retryAt: NOW + HOUR,
        refusal: { cause: 'key-revoked', confidence, reason: 'GET /v1/apps was answered 401.' },
      };
      await assert.rejects(read(), (error: unknown) => {
        assert.ok(error instanceof AppStoreConnectError);
        assert.equal(error.code, 'KEY_REFUSED');
        assert.match(error.message, expected);
        return true;
      });
    }
    assert.equal(simulator.requests().length, 0, 'Apple was not asked');
  });
});

describe('A probe of an open circuit', () => {
  /** Apple has accepted the key and then refused it until its circuit opened; now the cool-down is over. */
  async function startProbe(context: TestContext) {
    const world = await start(context, undefined, { breaker: createMemoryCircuitBreaker });
    await world.read();
    world.simulator.faults.add({ effect: STRAY_401, times: 3 });
    await assert.rejects(world.read());
    await assert.rejects(world.read(), { code: 'KEY_REFUSED' });
    world.clock.advance(COOL_DOWN_MILLIS);
    world.tokens.length = 0;
    return world;
  }

  it('is repeated after a stray 401, and closes the circuit', async (context) => {
    const { simulator, read, tokens } = await startProbe(context);
    simulator.faults.add({ effect: STRAY_401 });
    assert.ok((await read()) > 0);
    assert.equal(tokens.length, 2);
    assert.ok((await read()) > 0);
  });

  it('is repeated when Apple is ill', async (context) => {
    const { simulator, read } = await startProbe(context);
    simulator.faults.add({ effect: { kind: 'status', status: 503, code: 'SERVICE_UNAVAILABLE' } });
    assert.ok((await read()) > 0);
  });

  it('opens the circuit for another hour, not for the time of a probe, when Apple goes on refusing', async (context) => {
    const { simulator, read, tokens, clock } = await startProbe(context);
    simulator.faults.add({ effect: STRAY_401, times: 3 });
    await assert.rejects(read(), { code: 'UNAUTHORIZED' });
    assert.equal(tokens.length, 3);
    clock.advance(2 * PROBE_MILLIS);
    await assert.rejects(read(), { code: 'KEY_REFUSED' });
    assert.equal(tokens.length, 3);
  });
});

describe('What a key’s use leaves behind', () => {
  it('an acceptance is noted once an hour, not with each request', async (context) => {
    const { read, noted, clock } = await start(context, 2);
    await read();
    await read();
    assert.equal(noted.length, 1);
    assert.equal(noted[0]?.acceptedAt, clock.now());
    const fresh = await start(context, 0.5);
    await fresh.read();
    assert.equal(fresh.noted.length, 0);
  });

  it('a probe of an open circuit that Apple accepts closes it', async (context) => {
    const { read, circuit, noted } = await start(context);
    circuit.permission = { kind: 'allowed', probe: { until: NOW + 1_000 } };
    await read();
    assert.equal(circuit.successes, 1);
    assert.equal(noted.length, 1);
  });

  it('Apple’s ids of a request go to the log and to the error', async (context) => {
    const { simulator, read, client, summaries } = await start(context, 2);
    simulator.faults.add({ effect: { kind: 'status', status: 404, code: 'NOT_FOUND' }, times: 2 });
    await assert.rejects(read(), (error) => {
      assert.ok(error instanceof AppStoreConnectError);
      const [summary] = summaries;
      assert.match(error.requestId ?? '', /^[0-9a-f-]{36}$/);
      assert.ok(error.message.includes(error.requestId ?? ''));
      assert.ok(error.correlationKey);
      assert.deepEqual(
        [summary?.appleRequestId, summary?.correlationKey],
        [error.requestId, error.correlationKey],
      );
      return true;
    });
    const own: ResponseSummary[] = [];
    const write = { method: 'POST', path: '/v1/nothing', body: {} } as const;
    await assert.rejects(client.write(write, (summary) => own.push(summary)));
    assert.match(own[0]?.appleRequestId ?? '', /^[0-9a-f-]{36}$/);
  });
});
