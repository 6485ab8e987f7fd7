import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sha256Hex } from '../../platform/util/hash.ts';
import type { AnalyticsPartition } from '../catalogue/series.ts';
import type { Lake } from '../fetch/lake.ts';
import { replaceTable } from '../fetch/store-report.ts';
import type { Claim, ReportLedger } from '../partition/ledger.ts';
import type { StoredReport } from '../partition/settlement.ts';
import {
  type FoundReview,
  type GoneReview,
  type KnownReviews,
  nothingKnown,
  readKnown,
  writeKnown,
} from './known-reviews.ts';
import { REVIEW_COLUMNS } from './names/review-columns.ts';
import { knownReviewsKey, rawReviewsKey, reviewsTableKey } from './names/review-series.ts';
import { rawLine, writeTabSeparated } from './review-lines.ts';

export type StoreReviewsDependencies = { lake: Lake; ledger: Pick<ReportLedger, 'holds'> };

/** What the look before has left; of an app that was never looked at, nothing. */
export async function loadKnown(
  lake: Pick<Lake, 'getRaw'>,
  key: string | undefined,
  directory: string,
  now: number,
): Promise<KnownReviews> {
  if (key === undefined) return nothingKnown(now);
  const { path } = await lake.getRaw(key, join(directory, 'known-before.json.gz'));
  return readKnown(gunzipSync(await readFile(path)).toString('utf8'));
}

/**
 * Stores what a look has found: the raw file of the day with the lines that it had before, what is known now, and the
 * table. Safe to repeat; the table is only replaced while the claim stands.
 *
 * @throws JobError `OVERTAKEN`, `RAW_FILE_DAMAGED`, and what S3 throws
 */
export async function storeReviews(
  { lake, ledger }: StoreReviewsDependencies,
  claim: Claim<AnalyticsPartition>,
  found: readonly (FoundReview | GoneReview)[],
  known: KnownReviews,
  { seenAt, directory }: { seenAt: string; directory: string },
): Promise<StoredReport & { noted: { knownKey: string } }> {
  const { partition, item } = claim;
  // mutation: reviews-day-grows
  const before =
    item.rawKey === undefined
      ? Buffer.alloc(0)
      : await readRaw(lake, item.rawKey, join(directory, 'before.gz'));
  const lines = Buffer.concat([before, Buffer.from(found.map((review) => rawLine(review, seenAt)).join(''))]);
  const raw = await gzipFile(lines, join(directory, 'raw.jsonl.gz'));
  const knownFile = await gzipFile(Buffer.from(writeKnown(known)), join(directory, 'known.json.gz'));
  const rawKey = rawReviewsKey(partition, raw.sha256);
  const tableKey = reviewsTableKey(partition);
  const knownKey = knownReviewsKey(partition, knownFile.sha256);
  const stored = {
    kind: 'report',
    sha256: raw.sha256,
    bytes: raw.bytes,
    rawKey,
    tableKey,
    noted: { knownKey },
  } as const;
  if (item.knownKey !== knownKey) await lake.putRaw(knownKey, knownFile);
  if (item.sha256 === raw.sha256 && item.rows !== undefined) {
    // Nothing new: there is nothing to write, provided the table really shows it.
    const { reportSha256 } = await lake.tableState(tableKey);
    if (reportSha256 === raw.sha256) return { ...stored, rows: item.rows };
  }
  await lake.putRaw(rawKey, raw);
  const parquetPath = join(directory, 'data.parquet');
  const rows = await convertReviews(raw.path, raw.sha256, parquetPath, directory);
  // mutation: write-reviews-table
  await replaceTable({ lake, ledger }, claim, tableKey, { path: parquetPath, reportSha256: raw.sha256 });
  return { ...stored, rows };
}

/**
 * Lets the table of a day show what the ledger says, and nothing where the ledger says nothing: a try that failed behind the
 * table has left other rows there. Throws as {@link storeReviews}.
 */
export async function restoreReviewsTable(
  { lake, ledger }: StoreReviewsDependencies,
  claim: Claim<AnalyticsPartition>,
  directory: string,
): Promise<void> {
  const { partition, item } = claim;
  const tableKey = reviewsTableKey(partition);
  const { etag, reportSha256 } = await lake.tableState(tableKey);
  if (etag === undefined || reportSha256 === item.sha256) return;
  const lines =
    item.rawKey === undefined
      ? Buffer.alloc(0)
      : await readRaw(lake, item.rawKey, join(directory, 'settled.gz'));
  const raw = await gzipFile(lines, join(directory, 'raw.jsonl.gz'));
  const parquetPath = join(directory, 'data.parquet');
  await convertReviews(raw.path, raw.sha256, parquetPath, directory);
  await replaceTable({ lake, ledger }, claim, tableKey, { path: parquetPath, reportSha256: raw.sha256 });
}

async function convertReviews(
  rawPath: string,
  sha256: string,
  parquetPath: string,
  directory: string,
): Promise<number> {
  const gzipPath = join(directory, 'reviews.tsv.gz');
  await writeTabSeparated(rawPath, gzipPath);
  // Loaded with the first file to convert, not on a cold start.
  const { convertReport } = await import('../table/convert.ts');
  const { rows } = await convertReport({ gzipPath, sha256, parquetPath, columns: REVIEW_COLUMNS });
  return rows;
}

async function readRaw(lake: Pick<Lake, 'getRaw'>, key: string, path: string): Promise<Buffer> {
  await lake.getRaw(key, path);
  return gunzipSync(await readFile(path));
}

/** gzip without a time or a name in its header: the same text makes the same bytes. */
async function gzipFile(
  text: Buffer,
  path: string,
): Promise<{ path: string; sha256: string; bytes: number }> {
  const bytes = gzipSync(text);
  await writeFile(path, bytes);
  return { path, sha256: sha256Hex(bytes), bytes: bytes.length };
}
