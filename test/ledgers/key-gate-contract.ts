import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import {
  type KeyGate,
  SHUT_MILLIS,
  TRIAL_MILLIS,
} from '../../functions/app-store-connect/auth/key-circuit-breaker.ts';
import type { Clock } from '../../functions/platform/util/clock.ts';
import { atOnce } from './tables.ts';

const REFUSAL = { cause: 'revoked', reason: 'Apple refuses it' };

/** What all functions rely on that share a key's gate. `open` gives a caller of its own at the same gates. */
export function keyGateContract(open: (clock: Clock) => KeyGate): void {
  describe('A key’s gate', () => {
    let now = Date.parse('2026-11-24T17:07:00Z');
    const clock = { now: () => now };
    let count = 0;
    let key = { secretName: '', versionId: 'version-1' };
    beforeEach(() => {
      count += 1;
      key = { secretName: `acme/prices-${count}`, versionId: 'version-1' };
    });

    it('is open for a key that nobody has refused', async () => {
      assert.deepEqual(await open(clock).enter(key), { admitted: true, retried: false });
    });

    it('is shut for everybody once Apple has refused the key, with the reason', async () => {
      await open(clock).shut(key, REFUSAL);
      const until = now + SHUT_MILLIS;
      assert.deepEqual(await open(clock).enter(key), { admitted: false, until, refusal: REFUSAL });
      now = until - 1;
      assert.equal((await open(clock).enter(key)).admitted, false);
    });

    it('lets one of twenty try again when its time is up, and another when that one is not heard of', async () => {
      await open(clock).shut(key, REFUSAL);
      now += SHUT_MILLIS;
      const callers = await atOnce(20, () => open(clock).enter(key));
      assert.deepEqual(
        callers.filter(({ admitted }) => admitted),
        [{ admitted: true, retried: true }],
      );
      now += TRIAL_MILLIS - 1;
      assert.equal((await open(clock).enter(key)).admitted, false);
      now += 1;
      assert.deepEqual(await open(clock).enter(key), { admitted: true, retried: true });
    });

    it('is open for all once Apple has accepted the key', async () => {
      await open(clock).shut(key, REFUSAL);
      await open(clock).open(key);
      assert.deepEqual(await open(clock).enter(key), { admitted: true, retried: false });
    });

    it('is another one for the next version of the secret, which an answer about the old one does not open', async () => {
      const next = { ...key, versionId: 'version-2' };
      await open(clock).shut(key, REFUSAL);
      assert.deepEqual(await open(clock).enter(next), { admitted: true, retried: false });
      await open(clock).shut(next, REFUSAL);
      await open(clock).open(key);
      assert.equal((await open(clock).enter(next)).admitted, false);
    });

    it('is another one for each secret', async () => {
      await open(clock).shut(key, REFUSAL);
      const other = { ...key, secretName: `${key.secretName}-other` };
      assert.equal((await open(clock).enter(other)).admitted, true);
    });
  });
}
