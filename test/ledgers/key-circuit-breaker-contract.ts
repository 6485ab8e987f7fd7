import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import {
  COOL_DOWN_MILLIS,
  type KeyCircuitBreaker,
  PROBE_MILLIS,
} from '../../functions/app-store-connect/auth/key-circuit-breaker.ts';
import type { Clock } from '../../functions/platform/util/clock.ts';
import { atOnce } from './tables.ts';

const REFUSAL = { cause: 'key-revoked', confidence: 'likely', reason: 'Apple refuses it' } as const;
const ACCEPTED = {
  keyId: 'ABCDE12345',
  thumbprint: 'print',
  kind: 'team',
  issuerId: 'issuer',
  acceptedAt: 5,
} as const;

const CLOSED = { kind: 'allowed', lastAccepted: undefined } as const;

/** What all functions rely on that share a key's circuit. `open` gives a caller of its own of the same circuits. */
export function keyCircuitBreakerContract(open: (clock: Clock) => KeyCircuitBreaker): void {
  describe('A key’s circuit', () => {
    let now = Date.parse('2026-11-24T17:07:00Z');
    const clock = { now: () => now };
    let count = 0;
    let key = { secretName: '', versionId: 'version-1' };
    beforeEach(() => {
      count += 1;
      key = { secretName: `acme/prices-${count}`, versionId: 'version-1' };
    });

    it('is closed for a key that nobody has refused', async () => {
      assert.deepEqual(await open(clock).allowRequest(key), CLOSED);
    });

    it('is open for everybody once Apple has refused the key, with the reason', async () => {
      await open(clock).recordFailure(key, REFUSAL);
      const until = now + COOL_DOWN_MILLIS;
      assert.deepEqual(await open(clock).allowRequest(key), {
        kind: 'denied',
        retryAt: until,
        refusal: REFUSAL,
      });
      now = until - 1;
      assert.equal((await open(clock).allowRequest(key)).kind, 'denied');
    });

    it('lets one of twenty try again when its time is up, and another when that one is not heard of', async () => {
      await open(clock).recordFailure(key, REFUSAL);
      now += COOL_DOWN_MILLIS;
      const callers = await atOnce(20, () => open(clock).allowRequest(key));
      assert.deepEqual(
        callers.filter(({ kind }) => kind === 'allowed'),
        [{ ...CLOSED, probe: { until: now + PROBE_MILLIS } }],
      );
      now += PROBE_MILLIS - 1;
      assert.equal((await open(clock).allowRequest(key)).kind, 'denied');
      now += 1;
      assert.deepEqual(await open(clock).allowRequest(key), {
        ...CLOSED,
        probe: { until: now + PROBE_MILLIS },
      });
    });

    it('lets the one that probes repeat its request, until its time is up or the circuit is open again', async () => {
      await open(clock).recordFailure(key, REFUSAL);
      now += COOL_DOWN_MILLIS;
      const first = await open(clock).allowRequest(key);
      const probe = { until: now + PROBE_MILLIS };
      assert.deepEqual(first, { ...CLOSED, probe });
      now += PROBE_MILLIS - 1;
      assert.deepEqual(await open(clock).allowRequest(key, probe), first);
      assert.equal((await open(clock).allowRequest(key)).kind, 'denied');
      await open(clock).recordFailure(key, REFUSAL);
      assert.equal((await open(clock).allowRequest(key, probe)).kind, 'denied');
    });

    it('is closed for all once Apple has accepted the key', async () => {
      await open(clock).recordFailure(key, REFUSAL);
      await open(clock).recordSuccess(key);
      assert.deepEqual(await open(clock).allowRequest(key), CLOSED);
    });

    it('is another one for the next version of the secret, which an answer about the old one does not open', async () => {
      const next = { ...key, versionId: 'version-2' };
      await open(clock).recordFailure(key, REFUSAL);
      assert.deepEqual(await open(clock).allowRequest(next), CLOSED);
      await open(clock).recordFailure(next, REFUSAL);
      await open(clock).recordSuccess(key);
      assert.equal((await open(clock).allowRequest(next)).kind, 'denied');
    });

    it('is another one for each secret', async () => {
      await open(clock).recordFailure(key, REFUSAL);
      const other = { ...key, secretName: `${key.secretName}-other` };
      assert.equal((await open(clock).allowRequest(other)).kind, 'allowed');
    });

    it('remembers what Apple last accepted under the secret, whether it is open or closed', async () => {
      const caller = open(clock);
      assert.deepEqual(await caller.allowRequest(key), CLOSED);
      await caller.noteAccepted(key, ACCEPTED);
      assert.deepEqual(await caller.allowRequest(key), { ...CLOSED, lastAccepted: ACCEPTED });
      await caller.recordFailure(key, REFUSAL);
      assert.equal((await open(clock).allowRequest(key)).kind, 'denied');
      const next = { ...key, versionId: 'version-2' };
      assert.deepEqual(await open(clock).allowRequest(next), { ...CLOSED, lastAccepted: ACCEPTED });
      now += COOL_DOWN_MILLIS;
      assert.deepEqual(await open(clock).allowRequest(key), {
        ...CLOSED,
        probe: { until: now + PROBE_MILLIS },
        lastAccepted: ACCEPTED,
      });
      await open(clock).recordSuccess(key);
      assert.deepEqual(await open(clock).allowRequest(key), { ...CLOSED, lastAccepted: ACCEPTED });
    });
  });
}
