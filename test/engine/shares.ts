import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import type { TestContext } from 'node:test';
import { z } from 'zod';
import { addCounts, type Broken, type BrokenSeed, type Counts } from './history.ts';
import { againWith, seedsToPlay } from './seeds.ts';

const PLAYER = join(import.meta.dirname, 'player.ts');
const MOST_PROCESSES = 4;
/** Of the JSON that a process prints: a part in which every history breaks a promise in many words. */
const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;

const countsSchema = z.record(z.string(), z.number());
const brokenSeedSchema = z.object({ seed: z.number(), message: z.string() });

/** What player.ts prints when it stops at the first history that breaks a promise. */
const untilBrokenSchema = z.object({
  broken: brokenSeedSchema.extend({ steps: z.array(z.string()) }).optional(),
  happened: countsSchema,
});

/** What player.ts prints when it plays every history. */
const everySchema = z.object({ broken: z.array(brokenSeedSchema), happened: countsSchema });

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
  for (const { broken, happened } of await Promise.all(
    shares.map((share) => playUntilBroken(suite.file, share)),
  )) {
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

/** What came of very many histories. */
type PlayedParts = {
  /** Every history that broke a promise, as it was found, in the order of the seeds. */
  broken: readonly BrokenSeed[];
  /** The first of `broken`, made short; missing where it breaks nothing when it is played alone. */
  first?: Broken;
  /** Processes that ended without a result, with the seeds that they were to play. */
  crashed: readonly { seeds: string; message: string }[];
  happened: Counts;
};

/** What one process played. `played`: the histories of all processes so far; `broken`: those of this one. */
type PlayedPart = { played: number; broken: readonly BrokenSeed[] };

/**
 * Plays very many histories on all cores, part by part, to the last one, whatever they break.
 *
 * @param onPart told of each part when it is played
 */
export async function playInParts(
  file: string,
  seeds: readonly number[],
  onPart: (part: PlayedPart) => void,
): Promise<PlayedParts> {
  const happened: Counts = {};
  const broken: BrokenSeed[] = [];
  const crashed: { seeds: string; message: string }[] = [];
  const playPart = async (part: readonly number[]): Promise<void> => {
    try {
      const played = everySchema.parse(await runPlayer(file, part.join(','), 'every'));
      addCounts(happened, played.happened);
      broken.push(...played.broken);
      onPart({ played: happened['histories'] ?? 0, broken: played.broken });
    } catch (error) {
      crashed.push({
        seeds: part.join(','),
        message: error instanceof Error ? error.message : String(error),
      });
    }
  };
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < seeds.length) {
      const part = seeds.slice(next, next + PART_SEEDS);
      next += PART_SEEDS;
      await playPart(part);
    }
  };
  await Promise.all(Array.from({ length: Math.min(MOST_PROCESSES, availableParallelism()) }, work));
  broken.sort((a, b) => a.seed - b.seed);
  const first = broken[0] && (await playUntilBroken(file, String(broken[0].seed))).broken;
  return { broken, ...(first !== undefined && { first }), crashed, happened };
}

async function playUntilBroken(file: string, seeds: string): Promise<z.output<typeof untilBrokenSchema>> {
  return untilBrokenSchema.parse(await runPlayer(file, seeds, 'shortened'));
}

/** What a process of player.ts printed. One that printed nothing that can be read has crashed, and the error says why. */
function runPlayer(file: string, seeds: string, how: 'shortened' | 'every'): Promise<unknown> {
  const args = ['--max-semi-space-size=32', PLAYER, file, seeds, how];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { maxBuffer: MOST_OUTPUT_BYTES }, (error, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout));
      } catch {
        reject(new Error(`nothing was played: ${stderr}`, { cause: error }));
      }
    });
  });
}
