import Table from 'cli-table3';
import { tableName } from '../../functions/reports/catalogue/series.ts';
import type { LedgerItem } from '../../functions/reports/partition/ledger-item.ts';
import type { CheckList } from '../demo/check-list.ts';
import { openLake } from '../demo/lake-query.ts';
import { readLedger } from '../demo/ledger-view.ts';
import { renderPartitions } from '../demo/partition-table.ts';
import { differencesFromRaw } from '../demo/sums-check.ts';
import type { World } from '../world/world.ts';
import type { ReportFile } from './find-files.ts';
import { byKind } from './summary.ts';
import { TEAM } from './world-of-files.ts';

/** More partitions than this are not listed one by one. */
const PARTITIONS_SHOWN = 40;

/** Shows what became of each kind of report, and checks it against the files. */
export async function showFetched(
  world: World,
  checks: CheckList,
  reports: readonly ReportFile[],
  lake: string,
  say: (line?: string) => void,
): Promise<void> {
  const items = await readLedger(world.cloud);
  const itemOf = (file: ReportFile) =>
    items.find(
      ({ pk, sk }) =>
        pk === `${TEAM}/${file.kind === 'vendor' ? file.vendor : file.app}/${file.report}` &&
        sk === file.reportDate,
    );
  const table = new Table({
    head: ['report', 'files', 'stored', 'rows'],
    colAligns: ['left', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const [report, files] of byKind(reports)) {
    const stored = files.map(itemOf).filter((item) => item?.state === 'stored');
    table.push([
      report,
      files.length,
      stored.length,
      stored.reduce((sum, item) => sum + (item?.rows ?? 0), 0),
    ]);
  }
  say(`\nWhat became of them:\n${table.toString()}`);
  const failed = reports.flatMap((file) => {
    const item = itemOf(file);
    return item?.state === 'stored' ? [] : [`  ${file.path}\n      ${item?.lastAnswer ?? 'not asked for'}`];
  });
  if (failed.length > 0) say(`\nNot stored:\n${failed.join('\n')}`);
  checks.check(
    `${reports.length - failed.length} of ${reports.length} files are in the lake`,
    failed.length === 0,
  );
  await checkSums(checks, items, lake, say);
}

/** Sales: added up from the raw files by another program, per report and currency. */
async function checkSums(
  checks: CheckList,
  items: readonly LedgerItem[],
  lake: string,
  say: (line?: string) => void,
): Promise<void> {
  for (const report of ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'].map(
    (frequency) => `SALES/SUMMARY/${frequency}`,
  )) {
    const stored = items.filter(({ pk, state }) => pk.endsWith(`/${report}`) && state === 'stored');
    if (stored.length === 0) continue;
    const sums = await (await openLake(lake, tableName(report))).salesByPartition();
    const shown = stored.slice(-PARTITIONS_SHOWN);
    say(
      `\n${report}${shown.length < stored.length ? `, the last ${shown.length} of ${stored.length}` : ''}:`,
    );
    say(renderPartitions(shown, sums));
    const differences = differencesFromRaw(lake, stored, sums);
    checks.check(
      `${report}: tables and raw files agree to the cent, per report and currency (added up by two programs)`,
      differences.length === 0,
      differences.slice(0, 3).join('; '),
    );
  }
}
