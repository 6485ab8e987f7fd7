import { forEachConcurrently } from '../../platform/util/concurrency.ts';
import {
  addEvents,
  addSales,
  EVENT_COLUMNS,
  type ProductHistory,
  SALES_COLUMNS,
} from '../history/product-history.ts';
import type { ReadTable } from './effect-dependencies.ts';
import type { ReportDays } from './report-days.ts';

/** Files read at the same time: a daily report of a large team is some megabytes. */
const AT_ONCE = 8;

/** Reads every file once, for all products that are asked for. */
export async function collectHistory(
  readTable: ReadTable,
  histories: ReadonlyMap<string, ProductHistory>,
  { sales, events }: { sales: ReportDays; events: ReportDays | undefined },
): Promise<void> {
  const from = Math.min(...[...histories.values()].map(({ firstDay }) => firstDay));
  const to = Math.max(...[...histories.values()].map(({ firstDay, days }) => firstDay + days - 1));
  await forEachConcurrently(sales.files(from, to), AT_ONCE, async ({ day, tableKey }) => {
    addSales(histories, day, await readTable(tableKey, SALES_COLUMNS));
  });
  await forEachConcurrently(events?.files(from, to) ?? [], AT_ONCE, async ({ tableKey }) => {
    addEvents(histories, await readTable(tableKey, EVENT_COLUMNS));
  });
}

/** Index of the first day with a sale or an event of the product. */
export function firstSale({ countries, days }: ProductHistory): number {
  let first = days;
  for (const { series } of countries.values())
    for (const name of ['units', 'starts', 'trials'] as const) {
      const found = series[name].findIndex((units) => units > 0);
      if (found >= 0 && found < first) first = found;
    }
  return first;
}
