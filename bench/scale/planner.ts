import { startTables } from '../../local/aws/services/tables.ts';
import { type Column, type Figures, left, right } from '../report/figures.ts';
import { settingsOf } from './backfill.ts';
import { planOnce } from './plan-once.ts';

/** A week of each series: the first run writes it all down, the second finds it all known. */
const DAYS = 7;
const COLUMNS: readonly Column[] = [
  right('teams'),
  right('series'),
  left('run'),
  ...['seconds', 'queries', 'puts', 'updates', 'messages', 'ms : series'].map(right),
];
const REPORTS = ['SALES/SUMMARY/DAILY', 'SUBSCRIPTION/SUMMARY/DAILY'];

/** How the planner's time and its DynamoDB calls grow with the number of teams: the planner alone, on dynalite. */
export async function measurePlanner(teamCounts: readonly number[]): Promise<Figures> {
  const rows: (string | number)[][] = [];
  for (const teams of teamCounts) {
    const tables = await startTables([{ name: 'Reports', sk: true }]);
    const settings = settingsOf(teams, DAYS, REPORTS);
    for (const run of ['first', 'nothing new'] as const) {
      const before = new Map(tables.calls);
      const { series, messages, millis } = await planOnce(settings, tables.documents);
      const calls = (name: string) => (tables.calls.get(name) ?? 0) - (before.get(name) ?? 0);
      rows.push([
        teams,
        series,
        run,
        (millis / 1000).toFixed(2),
        calls('Query'),
        calls('PutItem') + calls('Put'),
        calls('UpdateItem') + calls('Update'),
        messages,
        (millis / series).toFixed(1),
      ]);
    }
    tables.close();
  }
  return {
    name: 'planner',
    caption: 'The planner and the number of teams',
    columns: COLUMNS,
    rows,
    notes: [
      `Two daily series per team over ${DAYS} days; the tables are on dynalite in the same process, which is where most of the time goes.`,
    ],
  };
}
