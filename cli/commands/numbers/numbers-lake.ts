import { Temporal } from 'temporal-polyfill';
import type { NumbersLake } from '../../../functions/numbers/answer.ts';
import type { MeasureName } from '../../../functions/numbers/measures.ts';
import { earliestDay, type Span } from '../../../functions/numbers/windows.ts';
import { subscribedSeries } from '../../../functions/reports/catalogue/catalogue.ts';
import { EARLIEST_REPORT_DATE, LATEST_REPORT_DATE } from '../../../functions/reports/catalogue/series.ts';
import { REVIEWS_REPORT } from '../../../functions/reports/reviews/names/review-series.ts';
import { seriesStatusOf } from '../../../functions/status/read/series-status.ts';
import { EXCHANGE_RATES } from '../../../functions/tables/own-table.ts';
import { openTables } from '../../../local/lake/open-tables.ts';
import type { Context } from '../../context/context.ts';
import { reportLedger } from '../../deployment/ledgers.ts';
import { chooseReviews } from '../../options/review-options.ts';
import { chooseSeries } from '../../options/series-options.ts';
import { copyOwnTable } from '../reports/download-own-table.ts';
import { copyTables } from '../reports/download-tables.ts';

/** Of what a measure is read; the first one decides which days there are. */
const REPORTS: Readonly<Record<MeasureName, readonly string[]>> = {
  sales: ['SALES/SUMMARY/DAILY'],
  refunds: ['SALES/SUMMARY/DAILY'],
  prices: ['SALES/SUMMARY/DAILY'],
  subscriptions: ['SUBSCRIPTION/SUMMARY/DAILY', 'SALES/SUMMARY/DAILY'],
  mrr: ['SUBSCRIPTION/SUMMARY/DAILY', 'SALES/SUMMARY/DAILY'],
  churn: ['SUBSCRIPTION_EVENT/SUMMARY/DAILY', 'SUBSCRIPTION/SUMMARY/DAILY'],
  finance: ['FINANCIAL/ZZ', 'SALES/SUMMARY/DAILY'],
  // Sales have the names of the apps.
  reviews: [REVIEWS_REPORT, 'SALES/SUMMARY/DAILY'],
};

/** Apple's finance reports come up to two months after the days they are of. */
const LATE_MONTHS = 3;

type Wanted = {
  span: Span;
  /** The last day; absent: the newest stored one. */
  until: string | undefined;
  known: KnownDays | undefined;
  series: { team?: string | undefined; vendor?: string | undefined };
  rates: boolean;
};

/** Copies what a question reads to this machine and opens it. */
export async function readNumbersLake(
  context: Context,
  measure: MeasureName,
  { span, until, known, series, rates }: Wanted,
): Promise<NumbersLake> {
  const today = Temporal.Instant.fromEpochMilliseconds(context.io.now())
    .toZonedDateTimeISO('UTC')
    .toPlainDate();
  const countsMonths = measure === 'finance' || measure === 'churn';
  const last = until ?? (countsMonths ? undefined : known?.newestStored) ?? today.toString();
  const earliest = Temporal.PlainDate.from(earliestDay(span, last));
  const from = countsMonths ? earliest.subtract({ months: LATE_MONTHS }) : earliest;
  const wanted = REPORTS[measure]
    .filter((report) => isSubscribed(context, report, series))
    .map((report) => ({ ...series, report }));
  const tables = new Map(await copyTables(context, wanted, from.toString()));
  const rateFiles = rates ? await copyOwnTable(context, EXCHANGE_RATES) : [];
  if (rateFiles.length > 0) tables.set(EXCHANGE_RATES.name, rateFiles);
  return openTables(tables);
}

const isSubscribed = ({ settings }: Context, report: string, { team, vendor }: Wanted['series']): boolean =>
  report === REVIEWS_REPORT ||
  subscribedSeries(settings).some(
    ({ series }) =>
      series.report === report &&
      (team ?? series.team) === series.team &&
      (vendor ?? series.vendor) === series.vendor,
  );

/** What the ledger knows of the days of a measure's report. */
export type KnownDays = {
  /** Days that every series has, or is known to have nothing for; see `Question.settled`. */
  settled: ReadonlySet<string>;
  /** The newest date of which any series has a file. */
  newestStored?: string | undefined;
};

/** `undefined`: the settings have no series of the measure's report. */
export async function readKnownDays(
  context: Context,
  measure: MeasureName,
  wanted: Wanted['series'],
): Promise<KnownDays | undefined> {
  const [report] = REPORTS[measure];
  if (report === REVIEWS_REPORT) return { settled: await newestLooks(context, wanted) };
  if (report === undefined || !isSubscribed(context, report, wanted)) return undefined;
  const ledger = await reportLedger(context);
  let settled: ReadonlySet<string> | undefined;
  let newestStored: string | undefined;
  for (const subscription of chooseSeries(context.settings, { ...wanted, report })) {
    const items = await ledger.list(subscription.series, EARLIEST_REPORT_DATE, LATEST_REPORT_DATE);
    const { days } = seriesStatusOf(subscription, items, context.io.now());
    const own = new Set(
      days.flatMap(({ date, state }) =>
        state === 'stored' || state === 'restated' || state === 'empty' ? [date] : [],
      ),
    );
    const others = settled;
    settled = others === undefined ? own : new Set([...own].filter((day) => others.has(day)));
    const newest = days.findLast(({ state }) => state === 'stored' || state === 'restated')?.date;
    if (newest !== undefined && newest > (newestStored ?? '')) newestStored = newest;
  }
  return settled === undefined ? undefined : { settled, newestStored };
}

/** The newest day on which every app's reviews were looked at; none where one app has not been yet. */
async function newestLooks(context: Context, wanted: Wanted['series']): Promise<ReadonlySet<string>> {
  const ledger = await reportLedger(context);
  const newest: string[] = [];
  for (const series of chooseReviews(context.settings, wanted)) {
    const items = await ledger.list(series, EARLIEST_REPORT_DATE, LATEST_REPORT_DATE);
    const look = items.findLast(({ knownKey }) => knownKey !== undefined)?.sk;
    if (look === undefined) return new Set();
    newest.push(look);
  }
  return new Set(newest.sort().slice(0, 1));
}
