import { readFileSync } from 'node:fs';
import Table from 'cli-table3';
import { agesOfFigures } from '../../bench/report/figures-sources.ts';
import { script } from '../script/script.ts';

script(
  'npm run figures',
  'Which measured tables of docs/benchmarks.md are older than the code that they measure.',
).parse();

const table = new Table({
  head: ['table', 'measured on', 'state', 'measure again'],
  style: { head: [], border: [], compact: true },
});
for (const { name, measured, stale, command } of agesOfFigures(readFileSync('docs/benchmarks.md', 'utf8')))
  table.push([name, measured, stale ? 'older than its sources' : 'current', command]);
console.log(table.toString());
