import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import type { TestContext } from 'node:test';
import { z } from 'zod';
import { addCounts, type Counts } from './history.ts';
import { againWith, seedsToPlay } from './seeds.ts';

const PLAYER = join(import.meta.dirname, 'player.ts');
const MOST_PROCESSES = 4;

const playedSchema = z.object({
  broken: z.object({ seed: z.number(), message: z.string(), steps: z.array(z.string()) }).optional(),
  happened: z.record(z.string(), z.number()),
});

export type Suite = {
  /** Of the suite in the environment: `<NAME>_SEEDS`, `<NAME>_COUNT`. */
  name: string;
  /** The module that exports the histories, see player.ts. */
  file: string;
  /** The test that plays them, for whoever wants to see a failure again. */
  test: string;
  usualCount: number;
  /** What must have happened at least once; else the histories prove little. */
  provokes: readonly string[];
};

/** Plays a suite in several processes, and fails with the first history that broke a promise, made short. */
export async function playInShares(context: TestContext, suite: Suite): Promise<void> {
  const { seeds, asked } = seedsToPlay(suite.name, suite.usualCount);
  const processes = Math.min(MOST_PROCESSES, availableParallelism(), seeds.length);
  // Dealt like cards, as histories of one kind may stand side by side.
  const shares = Array.from({ length: processes }, (_, place) =>
    seeds.filter((_, index) => index % processes === place).join(','),
  );
  const sum: Counts = {};
  for (const { broken, happened } of await Promise.all(shares.map((share) => playShare(suite.file, share)))) {
    if (broken !== undefined) {
      const { seed, message, steps } = broken;
      const after = steps.length === 0 ? '' : `\nAfter these steps:\n  ${steps.join('\n  ')}`;
      const test = relative(process.cwd(), suite.test);
      assert.fail(`Seed ${seed}: ${message}${after}\n${againWith(suite.name, seed, test)}`);
    }
    addCounts(sum, happened);
  }
  context.diagnostic(JSON.stringify(sum));
  const never = suite.provokes.filter((name) => (sum[name] ?? 0) === 0);
  if (!asked) assert.deepEqual(never, [], 'these never happened: the histories prove little');
}

/** So many histories a process plays before another one begins: the start of one is then a hundredth of its time. */
const PART_SEEDS = 250;

/** What came of very many histories. `broken`: the first one that broke a promise, made short. */
type PlayedParts = Pick<z.output<typeof playedSchema>, 'broken' | 'happened'>;

/**
 * Plays very many histories on all cores, part by part, until all are played or one broke a promise.
 *
 * @param onPart told of each part when it is played
 */
export async function playInParts(
  file: string,
  seeds: readonly number[],
  onPart: (played: number) => void,
): Promise<PlayedParts> {
  const happened: Counts = {};
  let broken: PlayedParts['broken'];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < seeds.length && broken === undefined) {
      const part = seeds.slice(next, next + PART_SEEDS);
      next += PART_SEEDS;
      const played = await playShare(file, part.join(','));
      addCounts(happened, played.happened);
      broken ??= played.broken;
      onPart(happened['histories'] ?? 0);
    }
  };
  await Promise.all(Array.from({ length: Math.min(MOST_PROCESSES, availableParallelism()) }, work));
  return { ...(broken !== undefined && { broken }), happened };
}

/** A share that nothing can be read of has crashed, and says why. */
function playShare(file: string, seeds: string): Promise<z.output<typeof playedSchema>> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['--max-semi-space-size=32', PLAYER, file, seeds], (error, stdout, stderr) => {
      if (stdout.startsWith('{')) resolve(playedSchema.parse(JSON.parse(stdout)));
      else reject(new Error(`nothing was played: ${stderr}`, { cause: error }));
    });
  });
}
