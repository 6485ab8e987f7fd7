import { setImmediate } from 'node:timers/promises';

/** A clock that only moves when all who work at the moment wait for it: hours pass in seconds, in true order. */
export function createVirtualTime(start: number) {
  let now = start;
  const waiting: { at: number; wake: () => void }[] = [];
  let working = 0;
  const sleep = (millis: number): Promise<void> => {
    working -= 1;
    return new Promise((resolve) => {
      waiting.push({
        at: now + millis,
        wake: () => {
          working += 1;
          resolve();
        },
      });
    });
  };
  return {
    clock: { now: () => now },
    sleep,
    /** Runs these to their ends; whoever waits is woken when nobody works. */
    run: async (tasks: readonly (() => Promise<void>)[]): Promise<void> => {
      working = tasks.length;
      let left = tasks.length;
      const all = tasks.map(async (task) => {
        await task();
        working -= 1;
        left -= 1;
      });
      while (left > 0) {
        await setImmediate();
        if (working > 0 || left === 0) continue;
        waiting.sort((one, other) => one.at - other.at);
        const next = waiting.shift();
        if (next === undefined) continue;
        now = Math.max(now, next.at);
        next.wake();
      }
      await Promise.all(all);
    },
    set: (at: number): void => {
      now = Math.max(now, at);
    },
  };
}

export type VirtualTime = ReturnType<typeof createVirtualTime>;
