import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppStoreConnectClient } from '../../app-store-connect/client/client.ts';
import { explain } from '../../app-store-connect/explain-error.ts';
import { isKeyFault, measureRefusal } from '../../app-store-connect/key-metrics.ts';
import type { PublishEvents } from '../../events/event-publisher.ts';
import type { Log } from '../../platform/logging/log.ts';
import { MetricName, type RecordMetric } from '../../platform/logging/metrics.ts';
import type { Clock } from '../../platform/util/clock.ts';
import type { CatalogueEntry } from '../catalogue/catalogue.ts';
import type { AnyPartition, Partition } from '../catalogue/series.ts';
import type { Claim, ReportLedger } from '../partition/ledger.ts';
import { classify } from '../partition/outcome.ts';
import { publishPendingEvents } from '../partition/publish-pending-events.ts';
import { type Outcome, type Settlement, settlementOf } from '../partition/settlement.ts';
import type { Lake } from './lake.ts';
import { readReport } from './read-report.ts';
import { downloadReport } from './report-download.ts';
import { type ConvertReport, storeReport } from './store-report.ts';
import { judgeVendor } from './vendor-check.ts';

export type FetchDependencies = {
  ledger: ReportLedger;
  lake: Lake;
  client: AppStoreConnectClient;
  /** Makes the table of a downloaded report. */
  convert: ConvertReport;
  sendEvents: PublishEvents;
  clock: Clock;
  log: Log;
  metric: RecordMetric;
  restatementDays: readonly number[];
  /** Whether the daily sales of the partition's vendor are fetched as well. */
  salesSubscribed: boolean;
};

/**
 * What became of a message: `done` (settled, waiting, or nobody's turn) takes it off the queue; `parked` leaves
 * it to be received again and in the end to the dead letters, beside the reason in the ledger.
 */
export type FetchResult = 'done' | 'parked';

/**
 * Fetches one partition: claim → GET → classify → store → settle → events.
 *
 * A crash anywhere leaves a lease that lapses, after which the planner queues the partition again; what was
 * stored by then is found there. A worker that was overtaken settles nothing.
 */
export async function fetchReport(
  deps: FetchDependencies,
  partition: Partition,
  entry: CatalogueEntry,
): Promise<FetchResult> {
  const result = await deps.ledger.claim(partition);
  if (!result.claimed) {
    deps.log.info('Nothing to fetch', {
      partition,
      state: result.item?.state,
      leaseUntil: result.item?.leaseUntil,
    });
    return 'done';
  }
  const { claim } = result;
  const outcome = await attempt(deps, claim, entry);
  const rules = { entry, restatementDays: deps.restatementDays };
  const settlement = settlementOf(claim.item, partition, outcome, rules, deps.clock.now());
  return finish(deps, claim, outcome, settlement);
}

/** Settles a claim, tells metrics and log, and sends the events that are owed. */
export async function finish(
  deps: Pick<FetchDependencies, 'ledger' | 'sendEvents' | 'log' | 'metric'>,
  claim: Claim<AnyPartition>,
  outcome: Outcome,
  settlement: Settlement,
): Promise<FetchResult> {
  const { partition } = claim;
  // mutation: settle-with-events
  if (!(await deps.ledger.settle(claim, settlement))) {
    deps.log.warn('Another worker has taken this partition over; nothing was settled here', { partition });
    return 'done';
  }
  report(deps, partition, outcome, settlement);
  await publishPendingEvents(deps, partition, settlement.owed);
  return settlement.state === 'failed' ? 'parked' : 'done';
}

async function attempt(deps: FetchDependencies, claim: Claim, entry: CatalogueEntry): Promise<Outcome> {
  const directory = await mkdtemp(join(tmpdir(), 'report-'));
  try {
    const download = downloadReport(join(directory, 'report.gz'));
    const file = await readReport(deps.client, claim.partition, entry, download);
    return await storeReport(deps, claim, entry, file, directory);
  } catch (error) {
    const refusal = await judgeVendor(deps, claim.partition, classify(error));
    const diagnoses = explain(error);
    if (refusal.kind === 'failed' || refusal.kind === 'key-refused') {
      deps.log.error('A report could not be fetched', { partition: claim.partition, error, diagnoses });
    }
    if (refusal.kind !== 'key-refused' && refusal.kind !== 'failed') return refusal;
    measureRefusal(deps.metric, { team: claim.partition.team, job: 'reports' }, diagnoses);
    return isKeyFault(diagnoses) ? { ...refusal, keyFault: true } : refusal;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function report(
  deps: Pick<FetchDependencies, 'log' | 'metric'>,
  partition: AnyPartition,
  outcome: Outcome,
  settlement: Settlement,
): void {
  const dimensions = { team: partition.team, report: partition.report };
  const reason = 'reason' in outcome ? outcome.reason : undefined;
  deps.log.info('Settled', { partition, outcome: outcome.kind, state: settlement.state, reason });
  const name = metricOf(outcome, settlement);
  if (name !== undefined) deps.metric(name, 1, dimensions);
  if (settlement.state !== 'failed' || ('keyFault' in outcome && outcome.keyFault)) return;
  const unknown = outcome.kind === 'failed' && outcome.unknownAnswer;
  deps.metric(unknown ? MetricName.unknownAnswer : MetricName.reportRejected, 1, dimensions);
}

function metricOf(outcome: Outcome, settlement: Settlement) {
  switch (settlement.state) {
    case 'stored': {
      const told = settlement.owed.at(-1)?.detailType;
      if (outcome.kind !== 'report' || told === undefined) return undefined;
      return told === 'Report Restated' ? MetricName.reportRestated : MetricName.reportStored;
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
