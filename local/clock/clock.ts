import type { Clock, EpochMillis } from '../../functions/platform/util/clock.ts';

/**
 * A clock that runs like the real one from any moment that is set. Its offset lives in shared memory, so that
 * function workers (threads) see the same moment as the simulator and the planner of the local run.
 */
export type SimulatedClock = Clock & {
  /** Jumps to this moment; the clock runs on from there. */
  set(at: EpochMillis): void;
  /** Jumps forward by so many milliseconds. */
  advance(millis: number): void;
  /** One signed 64-bit offset in milliseconds, added to the real time. */
  readonly shared: SharedArrayBuffer;
};

export function createSimulatedClock(start: EpochMillis, realNow: () => number = Date.now): SimulatedClock {
  const shared = new SharedArrayBuffer(8);
  const offset = new BigInt64Array(shared);
  const set = (at: EpochMillis): void => void Atomics.store(offset, 0, BigInt(at - realNow()));
  set(start);
  return {
    now: () => realNow() + Number(Atomics.load(offset, 0)),
    set,
    advance: (millis) => void Atomics.add(offset, 0, BigInt(millis)),
    shared,
  };
}
