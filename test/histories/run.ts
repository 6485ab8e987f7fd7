import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Happened, playHistory } from './history.ts';

/** Which histories to play: `HISTORY_SEEDS=7,12` these, `HISTORY_COUNT=100000` so many from 1 on. */
export function chosenSeeds(environment: NodeJS.ProcessEnv, usual: number): number[] {
  const seeds = environment['HISTORY_SEEDS'];
  if (seeds !== undefined) return seeds.split(',').map(Number);
  const count = Number(environment['HISTORY_COUNT'] ?? usual);
  return Array.from({ length: count }, (_, index) => index + 1);
}

export type Failure = { seed: number; error: Error };

/**
 * Plays these histories one after the other. Workers that were killed leave their downloads behind, so all of it
 * happens in a directory that is removed.
 *
 * @returns the first that broke a promise, if one did, and how much happened in all
 */
export async function playHistories(
  seeds: readonly number[],
): Promise<{ failure: Failure | undefined; happened: Happened }> {
  const before = process.env['TMPDIR'];
  const directory = mkdtempSync(join(tmpdir(), 'histories-'));
  process.env['TMPDIR'] = directory;
  const happened: Happened = { turns: 0, requests: 0, kills: 0, losses: 0, partitions: 0 };
  try {
    for (const seed of seeds) {
      try {
        const one = await playHistory(seed);
        happened.turns += one.turns;
        happened.requests += one.requests;
        happened.kills += one.kills;
        happened.losses += one.losses;
        happened.partitions += one.partitions;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        return { failure: { seed, error }, happened };
      }
    }
    return { failure: undefined, happened };
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    rmSync(directory, { recursive: true, force: true });
  }
}
