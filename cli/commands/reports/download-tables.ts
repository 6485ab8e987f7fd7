import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../../functions/platform/config/settings.ts';
import { forEachConcurrently } from '../../../functions/platform/util/concurrency.ts';
import { subscribedApps } from '../../../functions/reports/analytics/names/app-series.ts';
import { subscribedSeries } from '../../../functions/reports/catalogue/catalogue.ts';
import { EARLIEST_REPORT_DATE, LATEST_REPORT_DATE } from '../../../functions/reports/catalogue/series.ts';
import { REVIEWS_REPORT, subscribedReviews } from '../../../functions/reports/reviews/names/review-series.ts';
import type { Context } from '../../context/context.ts';
import { reportLedger } from '../../deployment/ledgers.ts';
import { saveObject } from '../../deployment/save-object.ts';
import { chooseReviews } from '../../options/review-options.ts';
import { chooseSeries, type SeriesOptions } from '../../options/series-options.ts';
import { startProgress } from '../../terminal/progress.ts';

/** Table files are fetched once for each version of a report and kept here. */
export const TABLE_COPY = '.local/tables';
const AT_ONCE = 8;

/** Whoever names another report or a vendor asks for no analytics and no reviews: those are of apps. */
function seriesToCopy(settings: Settings, wanted: SeriesOptions) {
  if (wanted.report === REVIEWS_REPORT) return chooseReviews(settings, wanted);
  const reports = subscribedSeries(settings).length === 0 ? [] : chooseSeries(settings, wanted);
  const { team, vendor, report } = wanted;
  const ofApps =
    vendor !== undefined || report !== undefined
      ? []
      : [...subscribedApps(settings).flatMap((app) => app.series), ...subscribedReviews(settings)]
          .map(({ series }) => series)
          .filter((series) => team === undefined || series.team === team);
  return [...reports.map(({ series }) => series), ...ofApps];
}

/**
 * Brings the table files of some series from the lake to this machine, as far as they are not here yet.
 *
 * @param wanted one choice of series, or several that are fetched together
 * @param from the first report date
 * @returns the files by table, such as `sales_summary_daily`
 */
export async function copyTables(
  context: Context,
  wanted: SeriesOptions | readonly SeriesOptions[],
  from: string,
): Promise<ReadonlyMap<string, string[]>> {
  const { aws, settings, io, copies = TABLE_COPY } = context;
  const Bucket = await aws.output('LakeBucketName');
  const ledger = await reportLedger(context);
  const tables = new Map<string, string[]>();
  const fetches: { key: string; file: string }[] = [];
  for (const series of [wanted].flat().flatMap((each) => seriesToCopy(settings, each))) {
    // A review is written once and read for years; its day is that on which it was seen.
    const first = series.report === REVIEWS_REPORT ? EARLIEST_REPORT_DATE : from;
    for (const { sha256, tableKey } of await ledger.list(series, first, LATEST_REPORT_DATE)) {
      if (tableKey === undefined || sha256 === undefined) continue;
      const [, table = '', ...rest] = tableKey.split('/');
      const file = join(copies, Bucket, table, ...rest.slice(0, -1), `${sha256}.parquet`);
      tables.set(table, [...(tables.get(table) ?? []), file]);
      if (!existsSync(file)) fetches.push({ key: tableKey, file });
    }
  }
  const progress = startProgress(io, 'table files fetched', fetches.length);
  let done = 0;
  await forEachConcurrently(fetches, AT_ONCE, async ({ key, file }) => {
    await saveObject(aws, { Bucket, Key: key }, file);
    done += 1;
    progress.at(done);
  });
  if (fetches.length > 0) progress.end();
  return tables;
}
