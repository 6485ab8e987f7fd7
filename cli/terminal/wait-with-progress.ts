import { setTimeout as wait } from 'node:timers/promises';
import type { Io } from './io.ts';
import { type Progress, startProgress } from './progress.ts';

/** What was seen at one look, and how far it is. `rests`: nothing more happens without somebody. */
export type Look<Seen> = { seen: Seen; done: number; total: number; rests: boolean };

/**
 * Looks again and again, with a progress bar, until nothing more happens or patience ends.
 *
 * @returns the last look
 */
export async function waitWithProgress<Seen>(
  io: Io,
  label: string,
  look: () => Promise<Look<Seen>>,
  { patienceMillis, everyMillis }: { patienceMillis: number; everyMillis: number },
): Promise<Look<Seen>> {
  // The clock of the machine: that of a local stack is ahead.
  const until = performance.now() + patienceMillis;
  let progress: Progress | undefined;
  for (;;) {
    const found = await look();
    progress ??= startProgress(io, label, found.total);
    progress.at(found.done);
    if (found.rests || performance.now() > until) {
      progress.end();
      return found;
    }
    await wait(everyMillis);
  }
}
