import { setImmediate, setTimeout } from 'node:timers/promises';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** So long nothing has to happen before time moves: signing a token, which nobody tells of, takes a fraction of it. */
const STILL_MILLIS = 2;
/** So often nothing may happen though nobody waits, as on a busy machine; then all wait for what never comes. */
const MAXIMUM_STILL = 2_500;

/** A clock that only moves when nothing is going on: hours pass in seconds, in true order. */
export function createVirtualTime(start: number) {
  let now = start;
  const waiting: { at: number; wake: () => void }[] = [];
  /** Calls under way that take real time, and a number that changes whenever something begins or ends. */
  let calls = 0;
  let changes = 0;
  const sleep = (millis: number): Promise<void> => {
    changes += 1;
    return new Promise((resolve) => {
      waiting.push({ at: now + millis, wake: resolve });
    });
  };
  /** While this lasts, time stands. */
  const during = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    calls += 1;
    changes += 1;
    try {
      return await call();
    } finally {
      calls -= 1;
      changes += 1;
    }
  };
  const isStill = async (): Promise<boolean> => {
    await setImmediate();
    const before = changes;
    if (calls > 0) return false;
    await setTimeout(STILL_MILLIS);
    return calls === 0 && changes === before;
  };
  return {
    clock: { now: () => now },
    sleep,
    during,
    /** A table's calls take no time of this clock. */
    duringCallsOf: (documents: DynamoDBDocumentClient): void =>
      documents.middlewareStack.add((next) => (args) => during(() => next(args)), { step: 'initialize' }),
    /**
     * Runs these to their ends; the next one who waits is woken when nothing is going on.
     *
     * @throws what the first of them that fails throws, at once; an error where all wait for what never comes
     */
    run: async (tasks: readonly (() => Promise<void>)[]): Promise<void> => {
      let over = false;
      const all = Promise.all(tasks.map((task) => task())).finally(() => {
        over = true;
      });
      // Looked at below; unhandled until then it would end the process.
      all.catch(() => undefined);
      for (let still = 0; !over; ) {
        if (!(await isStill()) || over) {
          still = 0;
          continue;
        }
        waiting.sort((one, other) => one.at - other.at);
        const next = waiting.shift();
        if (next === undefined) {
          still += 1;
          if (still > MAXIMUM_STILL) throw new Error('Nothing is going on, and nobody waits for a moment.');
          continue;
        }
        now = Math.max(now, next.at);
        next.wake();
      }
      await all;
    },
    set: (at: number): void => {
      now = Math.max(now, at);
    },
  };
}

export type VirtualTime = ReturnType<typeof createVirtualTime>;
