import type { S3Client } from '@aws-sdk/client-s3';
import { TERRITORY_OF } from '../../app-store-connect/resources/storefronts.ts';
import { getIfPresent } from '../../platform/aws/get-if-present.ts';
import type { Settings } from '../../platform/config/settings.ts';
import { readTable, type TableValues } from '../../tables/read-table.ts';
import type { Stake, Stakes } from '../consent/circumstances.ts';
import { addDecimals, canonicalDecimal, multiplyDecimals } from '../request/decimal.ts';
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
] as const;
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
        readFile(
          s3,
          bucket,
          `tables/${TABLE}/team=${team}/vendor=${vendor}/report_date=${reportDate}/data.parquet`,
        ),
      ),
    );
    const found = files.filter((file) => file !== undefined);
    if (found.length === 0) continue;
    return { reportDate, territories: stakesOf(found, subscription) };
  }
  return undefined;
}

async function readFile(s3: S3Client, bucket: string, key: string): Promise<TableValues | undefined> {
  const { Body, ContentLength = 0 } = (await getIfPresent(s3, { Bucket: bucket, Key: key })) ?? {};
  if (Body === undefined || ContentLength > MAXIMUM_BYTES) return undefined;
  return readTable(await Body.transformToByteArray(), COLUMNS);
}

function stakesOf(files: readonly TableValues[], subscription: string): Map<string, Stake> {
  const stakes = new Map<string, Stake>();
  for (const file of files)
    for (const [row, id] of (file.get('subscription_apple_id') ?? []).entries())
      if (id === subscription) addStake(stakes, (name) => file.get(name)?.[row] ?? null);
  return stakes;
}

function addStake(stakes: Map<string, Stake>, cell: (name: (typeof COLUMNS)[number]) => string | null): void {
  const territory = TERRITORY_OF.get(cell('country') ?? '');
  const count = canonicalDecimal(cell('active_standard_price_subscriptions') ?? '0');
  if (territory === undefined || count === '0') return;
  const proceeds = multiplyDecimals(count, cell('developer_proceeds') ?? '0');
  const currency = cell('proceeds_currency');
  const known = stakes.get(territory);
  stakes.set(territory, {
    subscribers: addDecimals(known?.subscribers ?? '0', count),
    ...(known === undefined || known.currency === currency
      ? { proceeds: addDecimals(known?.proceeds ?? '0', proceeds), currency }
      : { proceeds: null, currency: null }),
  });
}
