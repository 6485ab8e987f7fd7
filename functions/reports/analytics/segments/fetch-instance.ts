import { join } from 'node:path';
import type { AppStoreConnectClient } from '../../../app-store-connect/client/client.ts';
import { AppStoreConnectError } from '../../../app-store-connect/protocol/errors.ts';
import { listReportSegments } from '../../../app-store-connect/resources/analytics-reports.ts';
import { MetricName } from '../../../platform/logging/metrics.ts';
import { HOUR_MILLIS } from '../../../platform/util/time.ts';
import type { AnalyticsPartition } from '../../catalogue/series.ts';
import type { AddedColumns } from '../../columns/added-columns.ts';
import type { DownloadedFile } from '../../fetch/download-file.ts';
import type { Lake } from '../../fetch/lake.ts';
import {
  type FetchPartitionDependencies,
  type FetchResult,
  fetchPartition,
} from '../../partition/fetch-partition.ts';
import type { ReportLedger } from '../../partition/ledger.ts';
import { classify, type Refusal } from '../../partition/outcome.ts';
import type { AnalyticsName } from '../names/analytics-name.ts';
import { downloadSegment } from './segment-download.ts';
import { SegmentError, type SegmentErrorCode } from './segment-error.ts';
import { storeInstance } from './store-instance.ts';

export type FetchInstanceDependencies = FetchPartitionDependencies & {
  ledger: Pick<ReportLedger, 'holds' | 'list'>;
  lake: Lake;
  columns: Pick<AddedColumns, 'note'>;
  client: AppStoreConnectClient;
  fetch: typeof fetch;
  remainingMillis: () => number;
};

type DownloadDependencies = Pick<FetchInstanceDependencies, 'client' | 'fetch' | 'remainingMillis'>;

/** What an invocation keeps for the conversion and for writing down the outcome. */
const SPARE_MILLIS = 30_000;
/** All segments of an instance together; the function's disk has 2 GiB for them and their table. */
const LARGEST_INSTANCE_BYTES = 1 << 30;
/** With a fresh signed URL these may succeed at once. */
const TRIED_AGAIN = new Set<SegmentErrorCode>(['SEGMENT_DENIED', 'SEGMENT_INCOMPLETE', 'SEGMENT_CHECKSUM']);
const TRIES_WITHOUT_PROGRESS = 2;

/**
 * Fetches the last instance of a processing date: segments → download and check all → store → settle.
 *
 * Several segments become one table file. Nothing is stored before every segment has passed its check.
 */
export const fetchInstance = (
  deps: FetchInstanceDependencies,
  partition: AnalyticsPartition,
  parts: AnalyticsName,
): Promise<FetchResult> =>
  fetchPartition(deps, partition, {
    // Later instances are found in Apple's list, so a stored one needs no comparison of its own.
    rules: { entry: undefined, restatementDays: [] },
    attempt: async (claim, directory) => {
      const instance = claim.item.instances?.at(-1);
      if (instance === undefined) return NO_INSTANCE;
      const files = await downloadAll(deps, instance, directory);
      const stored = await storeInstance(deps, claim, parts, files, directory);
      return { ...stored, noted: { ...stored.noted, goneSince: undefined } };
    },
    classify: (error, { item }) => classifyInstance(deps, partition, item.goneSince, error),
    attributes: ({ item }) => ({ triedInstance: item.instances?.at(-1) }),
  });

const NO_INSTANCE: Refusal = { kind: 'not-ready', reason: 'Apple has no instance for this date' };

/** An instance that Apple lists without having its segments is given up after so long. */
const GONE_AFTER_MILLIS = 48 * HOUR_MILLIS;

/** What a download host does against every description is an unknown answer, as if Apple itself had given it. */
function classifyInstance(
  deps: Pick<FetchInstanceDependencies, 'clock' | 'log' | 'metric'>,
  { team, report, reportDate }: AnalyticsPartition,
  since: number | undefined,
  error: unknown,
): Refusal {
  if (error instanceof AppStoreConnectError && error.code === 'NOT_FOUND') {
    const now = deps.clock.now();
    const goneSince = since ?? now;
    if (now < goneSince + GONE_AFTER_MILLIS)
      return { kind: 'transient', reason: error.message, noted: { goneSince } };
    // Told once: the partition is settled, and only another instance for its date is asked for again.
    deps.log.warn('Apple lists an instance whose segments it no longer has', { team, report, reportDate });
    deps.metric(MetricName.contradictoryAnswer, 1, { team, report });
    return {
      kind: 'expired',
      reason: `Apple lists this instance, but has not had its segments for ${GONE_AFTER_MILLIS / HOUR_MILLIS} hours. ${error.message}`,
      noted: { goneSince: undefined },
    };
  }
  return error instanceof SegmentError && !error.retryable
    ? { kind: 'failed', reason: error.message, unknownAnswer: true }
    : classify(error);
}

/** Downloads what is missing, asking for fresh URLs when they have expired, as long as that makes progress. */
async function downloadAll(
  deps: DownloadDependencies,
  instance: string,
  directory: string,
): Promise<DownloadedFile[]> {
  const files = new Map<string, DownloadedFile>();
  for (let idle = 0; ; ) {
    const before = files.size;
    const segments = await listSegments(deps.client, instance);
    try {
      for (const segment of segments) {
        if (files.has(segment.id)) continue;
        const path = join(directory, `segment-${files.size}.gz`);
        const timeoutMillis = Math.max(1, deps.remainingMillis() - SPARE_MILLIS);
        const baseUrl = deps.client.baseUrl;
        files.set(
          segment.id,
          await downloadSegment({ fetch: deps.fetch, baseUrl, timeoutMillis }, segment, path),
        );
      }
      // mutation: every-segment
      return segments.flatMap(({ id }) => files.get(id) ?? []);
    } catch (error) {
      if (!(error instanceof SegmentError && TRIED_AGAIN.has(error.code))) throw error;
      idle = files.size === before ? idle + 1 : 0;
      if (idle === TRIES_WITHOUT_PROGRESS) throw error;
    }
  }
}

async function listSegments(client: AppStoreConnectClient, instance: string) {
  const segments = await listReportSegments(client, instance);
  if (segments.length === 0) {
    throw new SegmentError('SEGMENTS_MISSING', `Apple lists no segments for instance ${instance} yet`);
  }
  const total = segments.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, 0);
  if (total > LARGEST_INSTANCE_BYTES) {
    throw new SegmentError('SEGMENT_TOO_LARGE', `Instance ${instance} has ${total} bytes, more than fit`);
  }
  return segments;
}
