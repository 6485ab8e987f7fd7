import { findEntry } from '../../../functions/reports/catalogue/catalogue.ts';
import { type LedgerItem, ledgerItemSchema } from '../../../functions/reports/partition/ledger-item.ts';
import type { SeriesStatus } from '../../../functions/status/model/status.ts';
import { seriesStatusOf } from '../../../functions/status/read/series-status.ts';
import { DAY, HOSTILE, NOW, sha } from './base.ts';

/** A day's item in the ledger; what is given joins it. */
export const itemOf = (date: string, changes: Record<string, unknown> = {}): LedgerItem =>
  ledgerItemSchema.parse({
    pk: 'acme/85012345/SALES/SUMMARY/DAILY',
    sk: date,
    state: 'stored',
    expectedAt: NOW - 30 * DAY,
    settledAs: 'stored',
    sha256: sha(1),
    bytes: 1800,
    rows: 52,
    storedAt: NOW - 2 * DAY,
    rawKey: `raw/team=acme/vendor=85012345/SALES/SUMMARY/DAILY/${date}/${sha(1)}.tsv.gz`,
    tableKey: `tables/sales_summary_daily/team=acme/vendor=85012345/report_date=${date}/data.parquet`,
    ...changes,
  });

/** The last weeks of a series, stored but for the dates that are given. */
export function seriesOf(
  report: string,
  days: number,
  others: Record<string, Record<string, unknown>> = {},
): SeriesStatus {
  const entry = findEntry(report);
  if (entry === undefined) throw new RangeError(report);
  const items = Array.from({ length: days }, (_, index) => {
    const date = new Date(NOW - (index + 1) * DAY).toISOString().slice(0, 10);
    return itemOf(date, others[date]);
  });
  const series = { team: 'acme', vendor: '85012345', report };
  return seriesStatusOf({ series, entry, backfillDays: days }, items, NOW);
}

const none = {
  settledAs: undefined,
  sha256: undefined,
  bytes: undefined,
  rows: undefined,
  storedAt: undefined,
  rawKey: undefined,
  tableKey: undefined,
};

export const DAYS_OF_INTEREST: Record<string, Record<string, unknown>> = {
  '2026-11-23': {
    ...none,
    state: 'waiting',
    tries: 2,
    nextAttemptAt: NOW + 3_600_000,
    lastAnswer: 'not available yet (NOT_FOUND)',
    expectedAt: NOW - 3_600_000,
  },
  '2026-11-20': { ...none, state: 'failed', tries: 4, lastAnswer: `unknown answer: ${HOSTILE}` },
  '2026-11-19': { versions: [{ sha256: sha(2), rows: 50, bytes: 1700, storedAt: NOW - 4 * DAY }] },
  '2026-11-17': {
    ...none,
    state: 'waiting',
    tries: 40,
    overdueToldAt: NOW - 5 * DAY,
    lastAnswer: 'not available yet (NOT_FOUND)',
    nextAttemptAt: NOW + 600_000,
  },
  '2026-11-11': {
    ...none,
    state: 'empty',
    settledAs: 'empty',
    settledAt: NOW - 12 * DAY,
    lastAnswer: 'There were no sales for the date specified.',
  },
};
