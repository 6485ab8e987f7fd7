import { DAY_MILLIS } from '../../functions/platform/util/time.ts';
import { subscribedSeries } from '../../functions/reports/catalogue/catalogue.ts';
import type { StatusNumbers } from '../../functions/status/model/numbers.ts';
import type { SeriesStatus } from '../../functions/status/model/status.ts';
import {
  NUMBERS_DAYS,
  NUMBERS_REPORTS,
  readNumbers,
  settledDays,
} from '../../functions/status/read/read-numbers.ts';
import { EXCHANGE_RATES, PRICE_EFFECTS } from '../../functions/tables/own-table.ts';
import { openTables } from '../../local/lake/open-tables.ts';
import type { Context } from '../context/context.ts';
import { copyOwnTable } from './reports/download-own-table.ts';
import { copyTables } from './reports/download-tables.ts';

/**
 * What the page shows of sales and subscriptions: the tables are copied to this machine, and read anew only when one of them, or
 * what is known of their days, has changed.
 */
export function createNumbersReader(
  context: Context,
  readSeries: () => Promise<readonly SeriesStatus[]>,
): () => Promise<StatusNumbers | undefined> {
  let known: { basis: string; numbers: StatusNumbers } | undefined;
  return async () => {
    const from = new Date(context.io.now() - NUMBERS_DAYS * DAY_MILLIS).toISOString().slice(0, 10);
    const tables = await copiedTables(context, from);
    if (tables.size === 0) return undefined;
    const series = await readSeries();
    // A day may be settled without a file: nothing was sold on it, and it is not missing any more.
    const settled = NUMBERS_REPORTS.map((report) => [...(settledDays(series, report, from) ?? [])]);
    const basis = JSON.stringify([[...tables], settled]);
    if (known?.basis !== basis)
      known = { basis, numbers: await readNumbers(await openTables(tables), series, from) };
    return known.numbers;
  };
}

async function copiedTables(context: Context, from: string): Promise<Map<string, string[]>> {
  const subscribed = new Set(subscribedSeries(context.settings).map(({ series }) => series.report));
  const wanted = NUMBERS_REPORTS.filter((report) => subscribed.has(report)).map((report) => ({ report }));
  const tables = new Map(await copyTables(context, wanted, from));
  if (tables.size > 0)
    for (const table of [EXCHANGE_RATES, PRICE_EFFECTS]) {
      const files = await copyOwnTable(context, table);
      if (files.length > 0) tables.set(table.name, files);
    }
  return tables;
}
