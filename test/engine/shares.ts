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

/** A share that nothing can be read of has crashed, and says why. */
function playShare(file: string, seeds: string): Promise<z.output<typeof playedSchema>> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['--max-semi-space-size=32', PLAYER, file, seeds], (error, stdout, stderr) => {
      if (stdout.startsWith('{')) resolve(playedSchema.parse(JSON.parse(stdout)));
      else reject(new Error(`nothing was played: ${stderr}`, { cause: error }));
    });
  });
}
