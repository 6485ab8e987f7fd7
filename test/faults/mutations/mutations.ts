// `npm run mutations`: puts one mistake after the other into a copy of the code and sees whether its test notices.
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import Table from 'cli-table3';
import { forEachConcurrently } from '../../../functions/platform/util/concurrency.ts';
import { script } from '../../../tools/script/script.ts';
import { findMarks } from './form/marks.ts';
import { fileOf, mutationsPage, NOT_RUN, PAGE, readRows } from './run/mutations-page.ts';
import { GROUPS, type Trial } from './run/trials.ts';
import { createTrials, type Result } from './run/try-mistake.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const MARKS = findMarks(ROOT);
const command = script(
  'npm run mutations',
  'Puts one deliberate mistake after the other into a copy of the code and asks the test that must notice it.',
)
  .argument('[word...]', 'only mistakes with each of these words in their name, kind or test')
  .option('--new', `only mistakes that ${PAGE} says were not run yet`, false)
  .option('--write', `put the results into ${PAGE}`, false)
  .option('--list', `run nothing, and write ${PAGE} anew after a mistake was added, removed or moved`, false)
  .parse();
const options = command.opts();
const words = command.args.map((word) => word.toLowerCase());
const notRun =
  options['new'] === true
    ? new Set(
        readRows(readFileSync(join(ROOT, PAGE), 'utf8'))
          .filter(({ how }) => how === NOT_RUN)
          .map(({ mistake }) => mistake),
      )
    : undefined;
const isChosen = (name: string, { mistake, witness }: Trial): boolean => {
  const text = `${name} ${mistake.mistake} ${witness.file}`.toLowerCase();
  return (notRun === undefined || notRun.has(mistake.mistake)) && words.every((word) => text.includes(word));
};
const chosen =
  options['list'] === true
    ? []
    : GROUPS.flatMap(({ name, trials }) => trials.filter((trial) => isChosen(name, trial)));
if (chosen.length === 0 && options['list'] !== true)
  command.error(
    notRun?.size === 0
      ? 'No mistake is new.'
      : `No mistake has "${words.join(' ')}" in its name, kind or test.`,
  );

const results = new Map<string, Result>();
const trials = createTrials(ROOT, join(ROOT, '.local/mutations', String(process.pid)), MARKS);
await forEachConcurrently(chosen, availableParallelism(), async (trial) => {
  const result = await trials.run(trial);
  results.set(trial.mistake.mistake, result);
  const verdict = result.isNoticed ? 'noticed' : 'NOT NOTICED';
  process.stderr.write(
    `${verdict} (${results.size}/${chosen.length}, ${result.seconds.toFixed(0)} s): ${trial.mistake.mistake}: ${result.how}\n`,
  );
});
trials.end();

if (options['write'] === true || options['list'] === true) {
  const page = join(ROOT, PAGE);
  writeFileSync(page, mutationsPage(GROUPS, MARKS, results, readFileSync(page, 'utf8')));
}
const table = new Table({
  head: ['mistake', 'code', 'noticed by', 'seconds'],
  style: { head: [], border: [], compact: true },
});
for (const { mistake, witness } of chosen) {
  const { isNoticed, how, seconds } = results.get(mistake.mistake) ?? {
    isNoticed: false,
    how: 'NOBODY',
    seconds: 0,
  };
  table.push([
    mistake.mistake,
    fileOf(mistake, MARKS),
    isNoticed ? `${witness.file}: ${how}` : how,
    seconds.toFixed(0),
  ]);
}
const noticed = [...results.values()].filter(({ isNoticed }) => isNoticed).length;
process.stdout.write(`${table.toString()}\n${noticed}/${chosen.length} mistakes noticed\n`);
process.exitCode = noticed === chosen.length ? 0 : 1;
