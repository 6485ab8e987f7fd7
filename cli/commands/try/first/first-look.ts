import { gunzipSync } from 'node:zlib';
import type { AppStoreConnectClient } from '../../../../functions/app-store-connect/client/client.ts';
import { AppStoreConnectError } from '../../../../functions/app-store-connect/protocol/errors.ts';
import { readSalesReport } from '../../../../functions/app-store-connect/resources/sales-reports.ts';
import type { EpochMillis } from '../../../../functions/platform/util/clock.ts';
import { DAY_MILLIS, daysBefore, HOUR_MILLIS, utcDay } from '../../../../functions/platform/util/time.ts';
import { plain } from '../../../terminal/plain-text.ts';
import { type UnitsOfDay, unitsOfDay } from './units-of-day.ts';

/** Apple has a Pacific day's report at about five in the morning there, which is 13:00 UTC in winter. */
const READY_MILLIS = 13 * HOUR_MILLIS;
/** A larger file waits for the tables. */
const LARGEST_BYTES = 32 << 20;
const LARGEST_INFLATED_BYTES = 256 << 20;
/** More are in the tables. */
const MAXIMUM_APPS = 5;

/** The newest day whose daily sales Apple should have. */
const newestDay = (now: EpochMillis): string => utcDay(now - READY_MILLIS - DAY_MILLIS);

/**
 * The first own numbers, by one request, before a folder is opened and the month is fetched: units by app of the newest day
 * that has a report, or of the day before it.
 *
 * @returns `undefined` where there are none; why, the examination of the key tells
 */
export async function firstLook(
  client: AppStoreConnectClient,
  vendorNumber: string,
  now: EpochMillis,
): Promise<UnitsOfDay | undefined> {
  for (const daysAgo of [0, 1]) {
    const reportDate = daysBefore(newestDay(now), daysAgo);
    const request = {
      vendorNumber,
      reportDate,
      reportType: 'SALES',
      reportSubType: 'SUMMARY',
      frequency: 'DAILY',
      version: '1_0',
    };
    try {
      const tsv = await readSalesReport(client, request, inflated);
      return tsv === undefined ? undefined : unitsOfDay(reportDate, tsv);
    } catch (error) {
      // Not ready yet, or nothing was sold: the day before may have numbers.
      if (!(error instanceof AppStoreConnectError && error.code === 'NOT_FOUND')) return undefined;
    }
  }
  return undefined;
}

/** The text of a report; `undefined` for what is no gzip file, or too large to be held. */
async function inflated(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > LARGEST_BYTES) return undefined;
  }
  try {
    return gunzipSync(Buffer.concat(chunks), { maxOutputLength: LARGEST_INFLATED_BYTES }).toString('utf8');
  } catch {
    return undefined;
  }
}

/** One line for the terminal: `Units on 2026-11-23: Photo Pro 412, Notes 97`. */
export function renderFirstLook({ day, apps }: UnitsOfDay): string {
  const shown = apps.slice(0, MAXIMUM_APPS).map(({ app, units }) => `${plain(app)} ${units}`);
  const more = apps.length - shown.length;
  return `Units on ${day}: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
