import type { MarkedCode } from '../form/marks.ts';
import { editsOf, type Mistake } from '../form/mistake.ts';
import type { Group, Trial } from './trials.ts';
import type { Result } from './try-mistake.ts';

export const PAGE = 'docs/mutations.md';

/** A line of the table. `how` and `seconds` are what the last run said. */
export type Row = { mistake: string; file: string; how: string; seconds: string };

export const NOT_RUN = 'not run yet';
const HEAD = ['mistake', 'code', 'noticed by', 'seconds'];

const INTRODUCTION = `# Mutations

A test that cannot fail proves nothing. \`npm run mutations\` puts one deliberate mistake after the other into a copy of the
code and asks the test that must notice it: random histories of a number of seeds, or a test file. A mistake counts as noticed
only if the same seed, or the same file, holds without the mistake. The command goes on after a mistake that nobody notices, ends
a witness that takes longer than five minutes (histories) or three (a test file), and exits with 1 if one was not noticed.

- \`npm run mutations\` runs all; \`npm run mutations -- key\` those with "key" in their name, kind or file.
- \`--write\` puts the results into the table below; lines of mistakes that were not run stay. \`--new\` runs those
  that no run has reached. \`--list\` runs nothing and only
  writes the table anew after a mistake was added, removed or moved.
- A mistake is a mark in the code (\`// mutation: <name>\`) and a change of the statement below it
  (\`test/faults/mutations/mistakes\`). \`npm run check\` fails where a mark is lost or the statement has another form.

The seconds are those of one run on a shared machine.
`;

/** The page, with the results of a run and, for what was not run, the lines of before. */
export function mutationsPage(
  groups: readonly Group[],
  marks: ReadonlyMap<string, MarkedCode>,
  results: ReadonlyMap<string, Result>,
  before: string,
): string {
  const known = new Map(readRows(before).map((row) => [row.mistake, row]));
  const rowOf = ({ mistake, witness }: Trial): Row => {
    const result = results.get(mistake.mistake);
    const row = known.get(mistake.mistake);
    const { how, seconds } =
      result === undefined
        ? { how: row?.how ?? NOT_RUN, seconds: row?.seconds ?? '' }
        : {
            how: result.isNoticed ? `\`${witness.file}\`: ${plain(result.how)}` : plain(result.how),
            seconds: result.seconds.toFixed(0),
          };
    return { mistake: mistake.mistake, file: fileOf(mistake, marks), how, seconds };
  };
  const sections = groups.map(({ name, trials }) => `\n## ${name}\n\n${tableOf(trials.map(rowOf))}`);
  const count = groups.reduce((sum, { trials }) => sum + trials.length, 0);
  return `${INTRODUCTION}\n${count} mistakes:\n${sections.join('')}`;
}

/** The lines of all tables of a page. */
export const readRows = (page: string): Row[] =>
  page.split('\n').flatMap((line) => {
    const match = /^\| (.+) \| `([^`]+)` \| (.*) \| (\d*) \|$/.exec(line);
    if (match === null) return [];
    const [, mistake = '', file = '', how = '', seconds = ''] = match;
    return [{ mistake, file, how, seconds }];
  });

/** The file that holds a mistake's first mark. */
export const fileOf = (mistake: Mistake, marks: ReadonlyMap<string, MarkedCode>): string =>
  marks.get(editsOf(mistake)[0]?.mark ?? '')?.file ?? '';

export const isNoticed = ({ how }: Row): boolean => how.startsWith('`');

const tableOf = (rows: readonly Row[]): string =>
  [
    `| ${HEAD.join(' | ')} |`,
    `|${HEAD.map(() => ' --- |').join('')}`,
    ...rows.map(({ mistake, file, how, seconds }) => `| ${mistake} | \`${file}\` | ${how} | ${seconds} |`),
    '',
  ].join('\n');

/** Text of a failure as text of a table: no cell ends within, nothing is markup. */
const plain = (text: string): string =>
  text
    .replaceAll(/[|`<>[\]\\*_]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
