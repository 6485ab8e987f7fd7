import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { forEachConcurrently } from '../../../functions/platform/util/concurrency.ts';
import { subscribedSeries } from '../../../functions/reports/catalogue/catalogue.ts';
import { LATEST_REPORT_DATE } from '../../../functions/reports/catalogue/series.ts';
import type { Context } from '../../context/context.ts';
import { reportLedger } from '../../deployment/ledgers.ts';
import { chooseAnalytics, chooseSeries, type SeriesOptions } from '../../options/series-options.ts';
import { startProgress } from '../../terminal/progress.ts';

/** Table files are fetched once for each version of a report and kept here. */
export const TABLE_COPY = '.local/tables';
const AT_ONCE = 8;

/**
 * Brings the table files of some series from the lake to this machine, as far as they are not here yet.
 *
 * @param from the first report date
 * @returns the files by table, such as `sales_summary_daily`
 */
export async function copyTables(
  context: Context,
  wanted: SeriesOptions,
  from: string,
): Promise<ReadonlyMap<string, string[]>> {
  const { aws, settings, io, copies = TABLE_COPY } = context;
  const Bucket = await aws.output('LakeBucketName');
  const ledger = await reportLedger(context);
  const tables = new Map<string, string[]>();
  const fetches: { key: string; file: string }[] = [];
  const analytics = chooseAnalytics(settings, wanted);
  // Without any series at all, what is wrong with the options is told.
  const isAnalytics = analytics.length > 0 && (wanted.report ?? '').startsWith('ANALYTICS/');
  const others = isAnalytics || subscribedSeries(settings).length === 0 ? [] : chooseSeries(settings, wanted);
  for (const series of [...others.map((one) => one.series), ...analytics]) {
    for (const { sha256, tableKey } of await ledger.list(series, from, LATEST_REPORT_DATE)) {
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
    const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket, Key: key }));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, (await Body?.transformToByteArray()) ?? new Uint8Array());
    done += 1;
    progress.at(done);
  });
  if (fetches.length > 0) progress.end();
  return tables;
}
