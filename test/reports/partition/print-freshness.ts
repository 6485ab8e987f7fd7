import Table from 'cli-table3';
import { script } from '../../../tools/script/script.ts';
import { APPLES, measureFreshness } from './freshness.ts';

script(
  'npm run freshness',
  'How long after Apple has a daily report it is stored, by the real planner in simulated time.',
).parse();

/** Days that are played; the hours are learned in the first ones, the last twenty are measured. */
const DAYS = 40;

const table = new Table({
  head: [
    'Apple has it',
    'stored after, median min',
    'longest min',
    'told as, median min',
    'requests per date',
  ],
  colAligns: ['left', 'right', 'right', 'right', 'right'],
  style: { head: [], border: [], compact: true },
});
for (const apple of APPLES) {
  const { median, longest, toldMedian, requestsPerDate } = await measureFreshness(apple, DAYS);
  const minutes = [median, longest, toldMedian].map((value) => value.toFixed(0));
  table.push([apple.name, ...minutes, requestsPerDate]);
}
process.stdout.write(
  `${DAYS} simulated days of SALES/SUMMARY/DAILY, the last 20 measured\n${table.toString()}\n`,
);
