import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
import type { PublishEvents } from '../../events/event-publisher.ts';
import type { Log } from '../../platform/logging/log.ts';
import { MetricName, type RecordMetric } from '../../platform/logging/metrics.ts';
import type { Clock } from '../../platform/util/clock.ts';
import { MINUTE_MILLIS } from '../../platform/util/time.ts';
import type { AnyPartition } from '../catalogue/series.ts';
import { storageDelay } from './arrival.ts';
import type { Claim, ReportLedger } from './ledger.ts';
import type { LedgerItem } from './ledger-item.ts';
import { measureRefusal } from './measure-refusal.ts';
import { classify, type Refusal } from './outcome.ts';
import { publishPendingEvents } from './publish-pending-events.ts';
import { type FetchOutcome, type Settlement, type SettlementRules, settlementOf } from './settlement.ts';

export type FetchPartitionDependencies = {
  ledger: Pick<ReportLedger, 'claim' | 'settle' | 'markPublished'>;
  sendEvents: PublishEvents;
  clock: Clock;
  log: Log;
  metric: RecordMetric;
};

/** What differs between sales, finance and analytics partitions. */
export type PartitionFetch<Part extends AnyPartition> = {
  rules: SettlementRules;
  /**
   * Downloads and stores under a claim.
   *
   * @param directory an empty one on the function's disk, removed afterwards
   * @throws whatever went wrong: it is classified
   */
  attempt(claim: Claim<Part>, directory: string): Promise<FetchOutcome>;
  /** What an error means, where more than its text is needed. Default: {@link classify}. */
  classify?(error: unknown, claim: Claim<Part>): Refusal | Promise<Refusal>;
  /** Attributes that are written with the settlement. */
  attributes?(claim: Claim<Part>): Partial<LedgerItem>;
};

/**
 * What became of a message: `done` (settled, waiting, or another worker's) takes it off the queue; `parked` leaves
 * it to be received again and in the end to the dead letters, beside the reason in the ledger.
 */
export type FetchResult = 'done' | 'parked';

/**
 * Fetches one partition: claim → attempt → classify → settle → publish events. The same for every kind of report.
 *
 * A crash anywhere leaves a lease that lapses, after which the planner queues the partition again; what was
 * stored by then is found there. A worker that was overtaken settles nothing.
 */
export async function fetchPartition<Part extends AnyPartition>(
  deps: FetchPartitionDependencies,
  partition: Part,
  fetch: PartitionFetch<Part>,
): Promise<FetchResult> {
  const result = await deps.ledger.claim(partition);
  if (result.kind === 'notClaimable') {
    const { state, leaseUntil } = result.item ?? {};
    deps.log.info('Nothing to fetch', { partition, state, leaseUntil });
    return 'done';
  }
  const { claim } = result;
  const outcome = await attemptFetch(deps, claim, fetch);
  const settlement = {
    ...settlementOf(claim.item, partition, outcome, fetch.rules, deps.clock.now()),
    ...outcome.noted,
    ...fetch.attributes?.(claim),
  };
  // mutation: settle-with-events
  if (!(await deps.ledger.settle(claim, settlement))) {
    deps.log.warn('Another worker has taken this partition over; nothing was settled here', { partition });
    return 'done';
  }
  measureSettlement(deps, claim, outcome, settlement);
  await publishPendingEvents(deps, partition, settlement.owed);
  return settlement.state === 'failed' ? 'parked' : 'done';
}

async function attemptFetch<Part extends AnyPartition>(
  deps: FetchPartitionDependencies,
  claim: Claim<Part>,
  fetch: PartitionFetch<Part>,
): Promise<FetchOutcome> {
  const directory = await mkdtemp(join(tmpdir(), 'report-'));
  try {
    return await fetch.attempt(claim, directory);
  } catch (error) {
    const refusal = (await fetch.classify?.(error, claim)) ?? classify(error);
    const { noted } = refusal;
    return {
      ...measureRefusal(deps, { team: claim.partition.team, of: claim.partition }, refusal, error),
      noted: { ...requestIdOf(error), ...noted },
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Apple's ids of the request, where it gave some. */
function requestIdOf(error: unknown): { requestId?: string } {
  if (!(error instanceof AppStoreConnectError)) return {};
  const ids = [error.requestId, error.correlationKey].filter((id) => id !== undefined);
  return ids.length === 0 ? {} : { requestId: ids.join(' ') };
}

function measureSettlement(
  deps: Pick<FetchPartitionDependencies, 'log' | 'metric'>,
  { partition, item }: Claim<AnyPartition>,
  outcome: FetchOutcome,
  settlement: Settlement,
): void {
  const dimensions = { team: partition.team, report: partition.report };
  const reason = outcome.kind === 'report' ? undefined : outcome.reason;
  deps.log.info('Settled', { partition, outcome: outcome.kind, state: settlement.state, reason });
  const delay = firstStored(settlement) ? storageDelay({ ...item, ...settlement }) : undefined;
  if (delay !== undefined) deps.metric(MetricName.reportDelayMinutes, delay / MINUTE_MILLIS, dimensions);
  if (outcome.kind === 'report' && outcome.remarks !== undefined && outcome.remarks.length > 0) {
    deps.log.warn('A report was stored with a remark', { partition, remarks: outcome.remarks });
    deps.metric(MetricName.reportRemarked, outcome.remarks.length, dimensions);
  }
  const name = metricOf(outcome, settlement);
  if (name !== undefined) deps.metric(name, 1, dimensions);
  // Also where a stored report stands: a restatement that cannot be read must not pass in silence.
  if (outcome.kind === 'failed' && outcome.unknownAnswer && outcome.keyFault !== true) {
    deps.metric(MetricName.unknownAnswer, 1, dimensions);
  } else if (
    outcome.kind === 'contradicted' ||
    (outcome.kind === 'no-sales' && outcome.doubt !== undefined)
  ) {
    deps.metric(MetricName.contradictoryAnswer, 1, dimensions);
  } else if (settlement.state === 'failed' && !('keyFault' in outcome && outcome.keyFault)) {
    deps.metric(MetricName.reportRejected, 1, dimensions);
  }
}

const firstStored = ({ owed }: Settlement): boolean => owed.at(-1)?.detailType === 'Report Stored';

function metricOf(outcome: FetchOutcome, settlement: Settlement): MetricName | undefined {
  switch (settlement.state) {
    case 'stored': {
      const published = settlement.owed.at(-1)?.detailType;
      if (outcome.kind !== 'report' || published === undefined) return undefined;
      return published === 'Report Restated' ? MetricName.reportRestated : MetricName.reportStored;
    }
    case 'empty':
      return MetricName.reportEmpty;
    case 'failed':
      return MetricName.reportFailed;
    case 'waiting':
      return MetricName.reportWaiting;
    default:
      return undefined;
  }
}
