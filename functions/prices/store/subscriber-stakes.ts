import { zstdDecompressSync } from 'node:zlib';
import type { S3Client } from '@aws-sdk/client-s3';
import { STOREFRONTS } from '../../app-store-connect/resources/storefronts.ts';
import { getIfPresent } from '../../platform/aws/get-if-present.ts';
import type { Settings } from '../../platform/config/settings.ts';
import type { Stake, Stakes } from '../consent/circumstances.ts';
import { addDecimals, multiplyDecimals } from '../request/decimal.ts';
import { daysAfter } from '../request/pacific-day.ts';

/** The table of the report SUBSCRIPTION/SUMMARY/DAILY, and its columns that count here. A contract of the lake. */
const TABLE = 'subscription_summary_daily';
const REPORT = 'SUBSCRIPTION/SUMMARY/DAILY';
const COLUMNS = [
  'subscription_apple_id',
  'country',
  'active_standard_price_subscriptions',
  'developer_proceeds',
  'proceeds_currency',
];
const SCALE = 6;
const TERRITORIES = new Map(STOREFRONTS.map(({ countryCode, territory }) => [countryCode, territory]));
/** Apple's Subscription reports are often days late. */
const LATEST_DAYS = 10;
/** A larger table would take the memory that a plan needs. */
const MAXIMUM_BYTES = 48 * 2 ** 20;

/**
 * Who pays the standard price of a subscription, by territory: the latest day that the lake has, of all vendors of the
 * team. `undefined` where it has none of the last days.
 *
 * @param today Pacific day
 */
export async function readStakes(
  { s3, bucket, settings }: { s3: S3Client; bucket: string; settings: Settings },
  team: string,
  subscription: string,
  today: string,
): Promise<Stakes | undefined> {
  const vendors =
    settings.teams
      .find(({ name }) => name === team)
      ?.vendors.filter(({ reports }) => reports.includes(REPORT))
      .map(({ number }) => number) ?? [];
  if (vendors.length === 0) return undefined;
  for (let days = 1; days <= LATEST_DAYS; days += 1) {
    const reportDate = daysAfter(today, -days);
    const files = await Promise.all(
      vendors.map((vendor) =>
        readTable(
          s3,
          bucket,
          `tables/${TABLE}/team=${team}/vendor=${vendor}/report_date=${reportDate}/data.parquet`,
        ),
      ),
    );
    const found = files.filter((file) => file !== undefined);
    if (found.length === 0) continue;
    const rows = (await Promise.all(found.map(rowsOf))).flat();
    return { reportDate, territories: stakesOf(rows, subscription) };
  }
  return undefined;
}

async function readTable(s3: S3Client, bucket: string, key: string): Promise<ArrayBuffer | undefined> {
  const { Body, ContentLength = 0 } = (await getIfPresent(s3, { Bucket: bucket, Key: key })) ?? {};
  if (Body === undefined || ContentLength > MAXIMUM_BYTES) return undefined;
  const bytes = await Body.transformToByteArray();
  return new Uint8Array(bytes).buffer;
}

/** Rows with decimals as bytes: the library's own conversion goes through binary floats. */
async function rowsOf(file: ArrayBuffer): Promise<Record<string, unknown>[]> {
  // Loaded with the first table, not on a cold start.
  const { parquetMetadata, parquetReadObjects } = await import('hyparquet');
  const metadata = parquetMetadata(file);
  for (const element of metadata.schema) {
    if (element.converted_type !== 'DECIMAL') continue;
    delete element.converted_type;
    delete element.logical_type;
  }
  const known = new Set(metadata.schema.map(({ name }) => name));
  return parquetReadObjects({
    file,
    metadata,
    columns: COLUMNS.filter((name) => known.has(name)),
    utf8: true,
    compressors: { ZSTD: (input: Uint8Array) => new Uint8Array(zstdDecompressSync(input)) },
  });
}

function stakesOf(rows: readonly Record<string, unknown>[], subscription: string): Map<string, Stake> {
  const stakes = new Map<string, Stake>();
  for (const row of rows) {
    if (textOf(row['subscription_apple_id']) !== subscription) continue;
    const territory = TERRITORIES.get(textOf(row['country']) ?? '');
    const count = decimalOf(row['active_standard_price_subscriptions']) ?? '0';
    if (territory === undefined || count === '0') continue;
    const proceeds = multiplyDecimals(count, decimalOf(row['developer_proceeds']) ?? '0');
    const currency = textOf(row['proceeds_currency']) ?? null;
    const known = stakes.get(territory);
    stakes.set(territory, {
      subscribers: addDecimals(known?.subscribers ?? '0', count),
      ...(known === undefined || known.currency === currency
        ? { proceeds: addDecimals(known?.proceeds ?? '0', proceeds), currency }
        : { proceeds: null, currency: null }),
    });
  }
  return stakes;
}

/** Apple writes "nothing" as spaces. */
function textOf(value: unknown): string | undefined {
  const text = value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value;
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined;
}

/** The unscaled value of 16 bytes, big end first. */
function decimalOf(value: unknown): string | undefined {
  if (!(value instanceof Uint8Array) || value.length === 0) return undefined;
  const unscaled = BigInt.asIntN(
    value.length * 8,
    value.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n),
  );
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(SCALE + 1, '0');
  const text = `${unscaled < 0n ? '-' : ''}${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`;
  return addDecimals(text, '0');
}
