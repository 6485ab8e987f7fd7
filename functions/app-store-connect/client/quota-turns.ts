import { AppStoreConnectError } from '../protocol/errors.ts';
import type { ClientOptions } from './client-options.ts';

/** What an invocation keeps for writing down the outcome. */
export const SPARE_MILLIS = 5_000;
/** A longer wait is for the next invocation. */
export const MAXIMUM_WAIT_MILLIS = 20_000;
/** A key check has a turn behind the prices that wait, and no invocation after it that would find it sooner. */
const MAXIMUM_CHECK_WAIT_MILLIS = 150_000;
/** Workers that wait for the same key do not come back at the same moment. */
const PACE_JITTER_MILLIS = 300;

/**
 * Waits out the pace of a minute; what is held for longer is left to a later invocation.
 *
 * @throws AppStoreConnectError `BUDGET_RESERVED`
 */
export async function passQuota(keyId: string, options: ClientOptions): Promise<void> {
  const { quota, priority, clock, sleep, random, remainingMillis } = options;
  const longest = priority === 'check' ? MAXIMUM_CHECK_WAIT_MILLIS : MAXIMUM_WAIT_MILLIS;
  for (let waited = 0; ; ) {
    const retryAt = await quota.retryAt(keyId, priority);
    if (retryAt === undefined) return;
    const wait = Math.max(0, retryAt - clock.now());
    const pause = wait + Math.floor(random() * PACE_JITTER_MILLIS);
    const tooLong = waited + pause > longest || pause + 2 * SPARE_MILLIS >= remainingMillis();
    if (tooLong) throw budgetReserved(keyId, wait);
    await sleep(pause);
    waited += pause;
  }
}

/** A worker that waits for its turn takes what it has got so far, once the next one is far away. */
export async function takeTurns(keyId: string, writes: number, options: ClientOptions): Promise<number> {
  for (let taken = 0; taken < writes; taken += 1) {
    try {
      await passQuota(keyId, { ...options, priority: 'price' });
    } catch (error) {
      const isHeld = error instanceof AppStoreConnectError && error.code === 'BUDGET_RESERVED';
      if (!isHeld || taken === 0) throw error;
      return taken;
    }
  }
  return writes;
}

const budgetReserved = (keyId: string, retryAfterMillis: number): AppStoreConnectError =>
  new AppStoreConnectError({
    code: 'BUDGET_RESERVED',
    message: `What is left of key ${keyId}'s requests is reserved for more urgent work; this one waits.`,
    retryAfterMillis,
  });
