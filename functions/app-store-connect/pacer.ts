import type { Clock, EpochMillis, Sleep } from '../platform/clock.ts';

/** Apple's undocumented limit is about 300 requests a minute; this many writes leave room for reads. */
const WRITES_A_MINUTE = 220;
const MINUTE = 60_000;

/** Waits until one more write stays within a minute's share. */
export type Pacer = () => Promise<void>;

/** Counts the writes of the last minute in this execution environment. Bursts pass; only a long run of writes waits. */
export function createPacer(clock: Clock, sleep: Sleep, perMinute = WRITES_A_MINUTE): Pacer {
  let sent: EpochMillis[] = [];
  return async () => {
    const now = clock.now();
    sent = sent.filter((at) => now - at < MINUTE);
    const oldest = sent[sent.length - perMinute];
    if (oldest !== undefined) await sleep(oldest + MINUTE - now);
    sent.push(clock.now());
  };
}
