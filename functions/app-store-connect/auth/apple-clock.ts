import type { Log } from '../../platform/logging/log.ts';
import type { Clock } from '../../platform/util/clock.ts';

/** A smaller difference is the network's and the header's own coarseness, and tokens bear it. */
const CORRECTED_FROM_MILLIS = 30_000;

/** Apple's time as far as it is known: tokens are dated by it. */
export type AppleClock = Clock & {
  /**
   * Takes the difference that an answer showed: Apple's clock minus ours, in milliseconds.
   *
   * @returns whether tokens are dated otherwise from now on
   */
  observe(skewMillis: number): boolean;
};

/**
 * A clock that follows Apple's where this machine's is off by over 30 s. Keep it for the life of the execution
 * environment: the first answer corrects all later tokens. Each correction is said in the log.
 */
export function createAppleClock(clock: Clock, log?: Pick<Log, 'warn'>): AppleClock {
  let correction = 0;
  return {
    now: () => clock.now() + correction,
    observe: (skewMillis) => {
      const nextCorrection = Math.abs(skewMillis) > CORRECTED_FROM_MILLIS ? skewMillis : 0;
      // Whole seconds in the header: what differs by less is the same correction.
      if (Math.abs(nextCorrection - correction) < 5_000 && (nextCorrection === 0) === (correction === 0))
        return false;
      correction = nextCorrection;
      const seconds = Math.round(Math.abs(skewMillis) / 1000);
      log?.warn(
        nextCorrection === 0
          ? 'This machine agrees with Apple about the time again; tokens are dated by its own clock'
          : `This machine's clock is ${seconds} s ${skewMillis < 0 ? 'ahead of' : 'behind'} Apple's; tokens are dated by Apple's until it is corrected`,
        { skewSeconds: skewMillis / 1000 },
      );
      return true;
    },
  };
}
