import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BrokenHistoryError, type Happened, playHistory } from './history.ts';

export type Failure = { seed: number; message: string; troubles: readonly string[] };
export type Played = { failure?: Failure; happened: Happened };

/**
 * Plays these histories one after the other and stops at the first that broke a promise: that one comes back with
 * the fewest troubles under which it still does.
 */
export async function playHistories(seeds: Iterable<number>): Promise<Played> {
  const happened: Happened = { turns: 0, requests: 0, kills: 0, losses: 0, partitions: 0 };
  return inOwnDirectory(async () => {
    for (const seed of seeds) {
      const one = await play(seed);
      if (one instanceof BrokenHistoryError) return { failure: await shrink(one), happened };
      happened.turns += one.turns;
      happened.requests += one.requests;
      happened.kills += one.kills;
      happened.losses += one.losses;
      happened.partitions += one.partitions;
    }
    return { happened };
  });
}

async function play(seed: number, mostTroubles?: number): Promise<Happened | BrokenHistoryError> {
  try {
    return await playHistory(seed, mostTroubles);
  } catch (error) {
    if (error instanceof BrokenHistoryError) return error;
    throw error;
  }
}

async function shrink(broken: BrokenHistoryError): Promise<Failure> {
  for (let most = 0; most < broken.troubles.length; most += 1) {
    const one = await play(broken.seed, most);
    if (one instanceof BrokenHistoryError) return failureOf(one);
  }
  return failureOf(broken);
}

const failureOf = ({ seed, message, troubles }: BrokenHistoryError): Failure => ({ seed, message, troubles });

/** Workers that were killed leave their downloads behind; memory is quicker than a disk where there is such a place. */
async function inOwnDirectory<Result>(work: () => Promise<Result>): Promise<Result> {
  const before = process.env['TMPDIR'];
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'histories-'));
  process.env['TMPDIR'] = directory;
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    rmSync(directory, { recursive: true, force: true });
  }
}
