import type { Clock } from '../../functions/platform/clock.ts';

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
