// `npm run mutations`: puts one mistake after the other into a copy of the code and sees whether the histories notice.
// `-- product` tries those of prices and keys only; a further word only those with it in their name.
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import Table from 'cli-table3';
import { z } from 'zod';
import { forEachConcurrently } from '../../../functions/platform/util/concurrency.ts';
import { findMarks } from './marks.ts';
import type { Mistake } from './mistake.ts';
import { CAMPAIGN_MISTAKES } from './mistakes-of-campaigns.ts';
import { KEY_MISTAKES } from './mistakes-of-keys.ts';
import { LIFE_MISTAKES, PRICE_MISTAKES } from './mistakes-of-prices.ts';
import { REPORT_MISTAKES } from './mistakes-of-reports.ts';
import { REVIEW_MISTAKES } from './mistakes-of-reviews.ts';
import { makeMistake } from './mutate.ts';

/** Mistakes and the histories that must notice them. */
type Trial = { file: string; seeds: string; mistakes: readonly Mistake[] };

const TRIALS: readonly Trial[] = [
  {
    file: 'test/histories/history.ts',
    seeds: `1-${process.env['HISTORY_COUNT'] ?? '200'}`,
    mistakes: REPORT_MISTAKES,
  },
  {
    file: 'test/histories/review-history.ts',
    seeds: `1-${process.env['REVIEWS_COUNT'] ?? '60'}`,
    mistakes: REVIEW_MISTAKES,
  },
  {
    file: 'test/faults/product/product-history.ts',
    seeds: `1-${process.env['PRODUCT_COUNT'] ?? '400'}`,
    mistakes: [...PRICE_MISTAKES, ...KEY_MISTAKES],
  },
  {
    file: 'test/faults/prices/life/life-history.ts',
    seeds: `1-${process.env['LIFE_COUNT'] ?? '200'}`,
    mistakes: LIFE_MISTAKES,
  },
  { file: 'test/faults/campaigns/campaign-history.ts', seeds: '1-1000', mistakes: CAMPAIGN_MISTAKES },
];
const LONGEST_MILLIS = 300_000;
const ROOT = resolve(import.meta.dirname, '../../..');
const WORK = join(ROOT, '.local/mutations');
const MARKS = findMarks(ROOT);
const answer = z.object({ broken: z.object({ seed: z.number(), message: z.string() }).optional() });

const [, , onlyTrial = '', only = ''] = process.argv;
const tries = TRIALS.filter(({ file }) => file.includes(onlyTrial)).flatMap(({ mistakes, ...trial }) =>
  mistakes.filter(({ mistake }) => mistake.includes(only)).map((mistake) => ({ ...trial, ...mistake })),
);
const noticed = new Map<string, string>();
await forEachConcurrently(tries, availableParallelism(), async (one) => {
  const how = await tryMistake(one, join(WORK, String(tries.indexOf(one))));
  if (how !== undefined) noticed.set(one.mistake, how);
  process.stderr.write(`${how === undefined ? 'NOT NOTICED' : 'noticed'}: ${one.mistake}\n`);
});
rmSync(WORK, { recursive: true, force: true });

const table = new Table({ head: ['mistake', 'noticed'], style: { head: [], border: [], compact: true } });
for (const { mistake } of tries) table.push([mistake, noticed.get(mistake) ?? 'NO']);
process.stdout.write(`${table.toString()}\n${noticed.size}/${tries.length} mistakes noticed\n`);
process.exitCode = noticed.size === tries.length ? 0 : 1;

/** Copies the code, makes the mistake, plays histories. What was noticed, if anything. */
async function tryMistake(
  { file, seeds, ...mistake }: Mistake & Omit<Trial, 'mistakes'>,
  work: string,
): Promise<string | undefined> {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  for (const part of ['functions', 'local', 'test', 'package.json'])
    cpSync(join(ROOT, part), join(work, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(work, 'node_modules'));
  makeMistake(work, mistake, MARKS);
  const { stdout, hangs } = await play(work, file, seeds);
  rmSync(work, { recursive: true, force: true });
  // A mistake that makes the histories hang or crash is noticed as well.
  if (hangs) return 'hangs';
  if (!stdout.startsWith('{')) return 'crashes';
  const { broken } = answer.parse(JSON.parse(stdout));
  return broken && `seed ${broken.seed}: ${broken.message.split('\n')[0]}`.slice(0, 100);
}

function play(work: string, file: string, seeds: string): Promise<{ stdout: string; hangs: boolean }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(work, 'test/engine/player.ts'), join(work, file), seeds, 'as-found'],
      { timeout: LONGEST_MILLIS },
      // It exits with 1 where a promise was broken; only one that had to be ended hangs.
      (error, stdout) => resolve({ stdout, hangs: error?.killed === true }),
    );
  });
}
