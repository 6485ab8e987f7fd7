import { PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { getIfPresent } from '../../platform/aws/get-if-present.ts';
import { putIfAbsent } from '../../platform/aws/put-if-absent.ts';
import { decodeFileText } from '../../platform/files/file-text.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import { type Checked, rejected } from '../../platform/validation/checked.ts';
import { EXCHANGE_RATES, ownTableKey } from '../../tables/own-table.ts';
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
  /** The text of a file of the inbox, or what it is instead. */
  readInbox(key: string, maximumBytes: number): Promise<Checked<string>>;
  /** Replaces what the file of this name said before. */
  writeCompany(name: string, rates: readonly Rate[], loadedAt: string): Promise<void>;
  answer(key: string, content: Record<string, unknown>): Promise<void>;
};

const ECB_PREFIX = `tables/${EXCHANGE_RATES.name}/source=ecb/`;

const rowsOf = (rates: readonly Rate[], loadedAt: string): TableRow[] =>
  rates.map(({ currency, day, perEur }) => ({
    currency,
    rate_date: day,
    per_eur: perEur,
    loaded_at: loadedAt,
  }));

export function createRateStore(s3: S3Client, bucket: string): RateStore {
  const put = async (Key: string, Body: Uint8Array | string) => {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  };
  return {
    latestDay: async () => {
      const lasts: string[] = [];
      const pages = paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: ECB_PREFIX });
      for await (const { Contents = [] } of pages)
        for (const { Key } of Contents) {
          const [, last] = /\d{4}-\d{2}-\d{2}_(\d{4}-\d{2}-\d{2})\.parquet$/.exec(Key ?? '') ?? [];
          if (last !== undefined) lasts.push(last);
        }
      return lasts.toSorted().at(-1);
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
