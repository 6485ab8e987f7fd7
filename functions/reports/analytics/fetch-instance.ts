import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppStoreConnectClient } from '../../app-store-connect/client/client.ts';
import { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
import { listReportSegments } from '../../app-store-connect/resources/analytics-reports.ts';
import { MetricName } from '../../platform/logging/metrics.ts';
import type { AnalyticsPartition } from '../catalogue/series.ts';
import type { DownloadedFile } from '../fetch/download-file.ts';
import { type FetchDependencies, type FetchResult, finish } from '../fetch/fetch-report.ts';
import type { Claim } from '../partition/ledger.ts';
import { classify, type Refusal } from '../partition/outcome.ts';
import { type Outcome, settlementOf } from '../partition/settlement.ts';
import type { AnalyticsName } from './analytics-name.ts';
import { downloadSegment } from './segment-download.ts';
import { SegmentError, type SegmentErrorCode } from './segment-error.ts';
import { storeInstance } from './store-instance.ts';

export type InstanceDependencies = Omit<FetchDependencies, 'restatementDays'> & {
  client: AppStoreConnectClient;
  fetch: typeof fetch;
  remainingMillis: () => number;
};

/** What an invocation keeps for the conversion and for writing down the outcome. */
const SPARE_MILLIS = 30_000;
/** All segments of an instance together; the function's disk has 2 GiB for them and their table. */
const LARGEST_INSTANCE_BYTES = 1 << 30;
/** With a fresh signed URL these may succeed at once. */
const TRIED_AGAIN = new Set<SegmentErrorCode>(['SEGMENT_DENIED', 'SEGMENT_INCOMPLETE', 'SEGMENT_CHECKSUM']);
const TRIES_WITHOUT_PROGRESS = 2;

/**
 * Fetches the last instance of a processing date: claim → segments → download and check all → store → settle.
 *
 * Several segments become one table file. Nothing is stored before every segment has passed its check.
 */
export async function fetchInstance(
  deps: InstanceDependencies,
  partition: AnalyticsPartition,
  parts: AnalyticsName,
): Promise<FetchResult> {
  const result = await deps.ledger.claim(partition);
  if (!result.claimed) {
    deps.log.info('Nothing to fetch', { partition, state: result.item?.state });
    return 'done';
  }
  const { claim } = result;
  const instance = claim.item.instances?.at(-1);
  const outcome = instance === undefined ? NO_INSTANCE : await attempt(deps, claim, parts, instance);
  // Later instances are found by looking at Apple's list, so a stored one needs no comparison of its own.
  const rules = { entry: undefined, restatementDays: [] };
  const settlement = settlementOf(claim.item, partition, outcome, rules, deps.clock.now());
  return finish(deps, claim, outcome, { ...settlement, triedInstance: instance });
}

const NO_INSTANCE: Refusal = { kind: 'not-ready', reason: 'Apple has no instance for this date' };

async function attempt(
  deps: InstanceDependencies,
  claim: Claim<AnalyticsPartition>,
  parts: AnalyticsName,
  instance: string,
): Promise<Outcome> {
  const directory = await mkdtemp(join(tmpdir(), 'instance-'));
  try {
    const files = await downloadAll(deps, instance, directory);
    return await storeInstance(deps, claim, parts, files, directory);
  } catch (error) {
    const refusal = classifyInstance(error);
    if (refusal.kind === 'failed')
      deps.log.error('An instance could not be fetched', { partition: claim.partition, instance, error });
    if (error instanceof AppStoreConnectError && error.diagnosis !== undefined) {
      deps.metric(MetricName.keyRefused, 1, { team: claim.partition.team, cause: error.diagnosis.cause });
    }
    return refusal;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What a download host does against every description is an unknown answer, as if Apple itself had given it. */
function classifyInstance(error: unknown): Refusal {
  return error instanceof SegmentError && !error.retryable
    ? { kind: 'failed', reason: error.message, unknownAnswer: true }
    : classify(error);
}

/** Downloads what is missing, asking for fresh URLs when they have expired, as long as that makes progress. */
async function downloadAll(
  deps: InstanceDependencies,
  instance: string,
  directory: string,
): Promise<DownloadedFile[]> {
  const files = new Map<string, DownloadedFile>();
  for (let idle = 0; ; ) {
    const before = files.size;
    const segments = await listSegments(deps, instance);
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
      return segments.flatMap(({ id }) => files.get(id) ?? []);
    } catch (error) {
      if (!(error instanceof SegmentError && TRIED_AGAIN.has(error.code))) throw error;
      idle = files.size === before ? idle + 1 : 0;
      if (idle === TRIES_WITHOUT_PROGRESS) throw error;
    }
  }
}

async function listSegments(deps: InstanceDependencies, instance: string) {
  const segments = await listReportSegments(deps.client, instance);
  if (segments.length === 0) {
    throw new SegmentError('SEGMENTS_MISSING', `Apple lists no segments for instance ${instance} yet`);
  }
  const total = segments.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, 0);
  if (total > LARGEST_INSTANCE_BYTES) {
    throw new SegmentError('SEGMENT_TOO_LARGE', `Instance ${instance} has ${total} bytes, more than fit`);
  }
  return segments;
}
