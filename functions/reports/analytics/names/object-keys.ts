import { sha256Hex } from '../../../platform/util/hash.ts';
import type { AnalyticsPartition } from '../../catalogue/series.ts';
import { type AnalyticsName, analyticsTableName, slugOf } from './analytics-name.ts';

/** Where a segment lies, exactly as Apple sent it. Its key holds the hash of its bytes, so it is never overwritten. */
export function rawSegmentKey(
  { team, app, reportDate }: AnalyticsPartition,
  { category, name, granularity, snapshot }: AnalyticsName,
  sha256: string,
): string {
  const path = ['ANALYTICS', category, slugOf(name), granularity, ...(snapshot ? ['SNAPSHOT'] : [])].join(
    '/',
  );
  return `raw/team=${team}/app=${app}/${path}/${reportDate}/${sha256}.tsv.gz`;
}

/** Where a partition's table file lies: one file for all segments, replaced when a later instance comes. */
export const analyticsTableKey = (
  { team, app, reportDate }: AnalyticsPartition,
  parts: AnalyticsName,
): string =>
  `tables/${analyticsTableName(parts)}/team=${team}/app=${app}/report_date=${reportDate}/data.parquet`;

/**
 * One hash for all segments of an instance, whatever their order: that of the only one, else the SHA-256 of all
 * their hashes, sorted, a line each.
 */
export function combinedSha256(hashes: readonly string[]): string {
  const [only, ...more] = hashes;
  return only !== undefined && more.length === 0 ? only : sha256Hex([...hashes].sort().join('\n'));
}
