import type { Clock } from '../../../../functions/platform/util/clock.ts';

/** How long a function may run. */
export const INVOCATION_MILLIS = 5 * 60_000;

/** The clock of a history: it stands until it is moved. */
export type SimulatedNow = Clock & { pass(millis: number): void };

export function createSimulatedNow(start: number): SimulatedNow {
  let now = start;
  return {
    now: () => now,
    pass: (millis) => {
      now += millis;
    },
  };
}
