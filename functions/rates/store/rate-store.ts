import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { getIfPresent } from '../../platform/aws/get-if-present.ts';
import { putIfAbsent } from '../../platform/aws/put-if-absent.ts';
import { decodeFileText } from '../../platform/files/file-text.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import { type Checked, rejected } from '../../platform/validation/checked.ts';
import { EXCHANGE_RATES, ownTableKey } from '../../tables/own-table.ts';
import { readTable } from '../../tables/read-table.ts';
import { smallTable } from '../../tables/small-table.ts';
import type { TableRow } from '../../tables/table-file.ts';
import type { Rate } from './rate.ts';

/** Rates in the bucket: table files, the files that they come from, and what people put into the inbox. */
export type RateStore = {
  /** The last day of the European Central Bank that is stored; undefined where none is. */
  latestDay(): Promise<string | undefined>;
  /** Keeps a source file under its hash. */
  keepSource(day: string, xml: string): Promise<void>;
  write(days: { first: string; last: string }, rates: readonly Rate[], loadedAt: string): Promise<void>;
  /** The rates of the European Central Bank that count, of days from `first` on: of two versions the one loaded last. */
  ecbRates(first: string): Promise<Rate[]>;
  /** Keeps rates that replace stored ones, in a file of their own: the earlier versions stay where they are. */
  writeCorrections(rates: readonly Rate[], loadedAt: string): Promise<void>;
  /** The text of a file of the inbox, or what it is instead. */
  readInbox(key: string, maximumBytes: number): Promise<Checked<string>>;
  /** Replaces what the file of this name said before. */
  writeCompany(name: string, rates: readonly Rate[], loadedAt: string): Promise<void>;
  answer(key: string, content: Record<string, unknown>): Promise<void>;
};

const ECB_PREFIX = `tables/${EXCHANGE_RATES.name}/source=ecb/`;

const RATE_COLUMNS = ['currency', 'rate_date', 'per_eur', 'loaded_at'] as const;

const rowsOf = (rates: readonly Rate[], loadedAt: string): TableRow[] =>
  rates.map(({ currency, day, perEur }) => ({
    currency,
    rate_date: day,
    per_eur: perEur,
    loaded_at: loadedAt,
  }));

/** `2026-11-20_2026-11-24`, of a file of new days or, with a dot and more after it, of corrections. */
const ECB_FILE =
  /(?<first>\d{4}-\d{2}-\d{2})_(?<last>\d{4}-\d{2}-\d{2})(?<correction>\.corrected-[0-9a-f]+)?\.parquet$/;

type Version = Rate & { loadedAt: string };

/** The version of each currency and day that was loaded last; of two at the same moment the lower, as in `rates_daily`. */
function latestOf(versions: readonly Version[]): Rate[] {
  const latest = new Map<string, Version>();
  for (const version of versions) {
    const key = `${version.day} ${version.currency}`;
    const before = latest.get(key);
    if (before === undefined || isLater(version, before)) latest.set(key, version);
  }
  return [...latest.values()].map(({ currency, day, perEur }) => ({ currency, day, perEur }));
}

const isLater = (one: Version, other: Version): boolean =>
  one.loadedAt === other.loadedAt ? Number(one.perEur) < Number(other.perEur) : one.loadedAt > other.loadedAt;

export function createRateStore(s3: S3Client, bucket: string): RateStore {
  const put = async (Key: string, Body: Uint8Array | string) => {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  };
  const ecbFiles = async () => {
    const files: { key: string; last: string; isCorrection: boolean }[] = [];
    const pages = paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: ECB_PREFIX });
    for await (const { Contents = [] } of pages)
      for (const { Key = '' } of Contents) {
        const { last, correction } = ECB_FILE.exec(Key)?.groups ?? {};
        if (last !== undefined) files.push({ key: Key, last, isCorrection: correction !== undefined });
      }
    return files;
  };
  return {
    latestDay: async () =>
      (await ecbFiles())
        .filter(({ isCorrection }) => !isCorrection)
        .map(({ last }) => last)
        .toSorted()
        .at(-1),
    ecbRates: async (first) => {
      const versions: Version[] = [];
      for (const { key } of (await ecbFiles()).filter(({ last }) => last >= first)) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        const columns = await readTable(
          (await Body?.transformToByteArray()) ?? new Uint8Array(),
          RATE_COLUMNS,
        );
        const at = (name: string, row: number): string => columns.get(name)?.[row] ?? '';
        for (const [row, currency] of (columns.get('currency') ?? []).entries()) {
          const day = at('rate_date', row);
          if (currency === null || day < first) continue;
          versions.push({ currency, day, perEur: at('per_eur', row), loadedAt: at('loaded_at', row) });
        }
      }
      return latestOf(versions);
    },
    writeCorrections: async (rates, loadedAt) => {
      const days = rates.map(({ day }) => day).toSorted();
      const content = sha256Hex(JSON.stringify([loadedAt, rates])).slice(0, 12);
      await put(
        ownTableKey(EXCHANGE_RATES, 'ecb', `${days[0]}_${days.at(-1)}.corrected-${content}`),
        await smallTable(EXCHANGE_RATES, rowsOf(rates, loadedAt)),
      );
    },
    // The key holds the hash of the text: whoever was first has stored the same.
    keepSource: (day, xml) =>
      putIfAbsent(s3, {
        Bucket: bucket,
        Key: `raw/exchange-rates/ecb/${day}/${sha256Hex(xml)}.xml`,
        Body: xml,
        ContentType: 'application/xml',
      }),
    write: async ({ first, last }, rates, loadedAt) =>
      put(
        ownTableKey(EXCHANGE_RATES, 'ecb', `${first}_${last}`),
        await smallTable(EXCHANGE_RATES, rowsOf(rates, loadedAt)),
      ),
    readInbox: async (key, maximumBytes) => {
      const found = await getIfPresent(s3, { Bucket: bucket, Key: key });
      if (found === undefined)
        return rejected('(file)', 'is not in the bucket any more, or may not be read: upload it again');
      const { Body, ContentLength = 0 } = found;
      if (ContentLength > maximumBytes)
        return rejected('(file)', `is larger than ${maximumBytes} bytes; split it`);
      return decodeFileText((await Body?.transformToByteArray()) ?? new Uint8Array());
    },
    writeCompany: async (name, rates, loadedAt) =>
      put(
        ownTableKey(EXCHANGE_RATES, 'company', sha256Hex(name).slice(0, 32)),
        await smallTable(EXCHANGE_RATES, rowsOf(rates, loadedAt)),
      ),
    answer: async (key, content) => put(key, JSON.stringify(content, undefined, 1)),
  };
}
