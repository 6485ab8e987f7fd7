import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { hasHttpStatus } from '../../../functions/platform/aws/sdk-error.ts';
import { forEachConcurrently } from '../../../functions/platform/util/concurrency.ts';
import { DAY_MILLIS } from '../../../functions/platform/util/time.ts';
import { PRICE_LIST_TABLE } from '../../../functions/prices/watch/price-table.ts';
import type { Context } from '../../context/context.ts';
import type { SeriesOptions } from '../../options/series-options.ts';

const AT_ONCE = 8;

/**
 * Brings the price lists of teams that watch their prices to this machine, as far as they are not here yet. A day is
 * written once, so a file that is here is up to date; a day that was never finished has none.
 *
 * @returns the files of `price_list_daily`; none where no team watches, or where other reports are meant
 */
export async function copyPriceLists(
  { aws, settings, io }: Context,
  { team, vendor, report }: SeriesOptions,
  from: string,
  directory: string,
): Promise<ReadonlyMap<string, string[]>> {
  const teams = settings.teams.filter(
    ({ name, prices }) => prices?.watch === 'all' && (team === undefined || team === name),
  );
  if (teams.length === 0 || vendor !== undefined || report !== undefined) return new Map();
  const Bucket = await aws.output('LakeBucketName');
  const files: string[] = [];
  const days = teams.flatMap(({ name }) =>
    daysSince(from, io.now()).map(
      (day) => `tables/${PRICE_LIST_TABLE}/team=${name}/report_date=${day}/data.parquet`,
    ),
  );
  await forEachConcurrently(days, AT_ONCE, async (Key) => {
    const file = join(directory, Bucket, Key.replace(/^tables\//, ''));
    if (existsSync(file)) {
      files.push(file);
      return;
    }
    try {
      const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket, Key }));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, (await Body?.transformToByteArray()) ?? new Uint8Array());
      files.push(file);
    } catch (error) {
      // Without permission to list, an absent object is 403.
      if (!hasHttpStatus(error, 404) && !hasHttpStatus(error, 403)) throw error;
    }
  });
  return files.length === 0 ? new Map() : new Map([[PRICE_LIST_TABLE, files]]);
}

function daysSince(from: string, now: number): string[] {
  const first = Date.parse(`${from}T00:00:00Z`);
  const count = Math.max(0, Math.floor((now - first) / DAY_MILLIS) + 1);
  return Array.from({ length: count }, (_, index) =>
    new Date(first + index * DAY_MILLIS).toISOString().slice(0, 10),
  );
}
