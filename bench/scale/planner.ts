import Table from 'cli-table3';
import { startTables } from '../../local/aws/services/tables.ts';
import { settingsOf } from './backfill.ts';
import { planOnce } from './plan-once.ts';

/** A week of each series: the first run writes it all down, the second finds it all known. */
const DAYS = 7;
const REPORTS = ['SALES/SUMMARY/DAILY', 'SUBSCRIPTION/SUMMARY/DAILY'];

/** How the planner's time and its DynamoDB calls grow with the number of teams: the planner alone, on dynalite. */
export async function measurePlanner(teamCounts: readonly number[]): Promise<Table.Table> {
  const table = new Table({
    head: ['teams', 'series', 'run', 'seconds', 'queries', 'puts', 'updates', 'messages', 'ms : series'],
    style: { head: [], border: [], compact: true },
    colAligns: ['right', 'right', 'left', 'right', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const teams of teamCounts) {
    const tables = await startTables([{ name: 'Reports', sk: true }]);
    const settings = settingsOf(teams, DAYS, REPORTS);
    for (const run of ['first', 'nothing new'] as const) {
      const before = new Map(tables.calls);
      const { series, messages, millis } = await planOnce(settings, tables.documents);
      const calls = (name: string) => (tables.calls.get(name) ?? 0) - (before.get(name) ?? 0);
      table.push([
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
  return table;
}
