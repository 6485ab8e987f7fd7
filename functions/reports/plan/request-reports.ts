import * as z from 'zod';
import { forEachConcurrently } from '../../platform/util/concurrency.ts';
import { DAY_MILLIS } from '../../platform/util/time.ts';
import { dueAt, keptSince, reportDatesBetween } from '../catalogue/calendar.ts';
import { type SubscribedSeries, subscribedSeries } from '../catalogue/catalogue.ts';
import { type Partition, seriesKey } from '../catalogue/series.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import type { LedgerItem } from '../partition/ledger-item.ts';
import { queuePartitions, WRITE_CONCURRENCY } from '../partition/plan-partitions.ts';
import { liftRefusal } from '../vendor/lift-refusal.ts';
import { refusalOf, type VendorRefusals } from '../vendor/vendor-refusals.ts';
import type { PlanDependencies } from './plan-reports.ts';
import { isRecent } from './plan-series.ts';
import {
  invalidRequest,
  parseRequest,
  type RequestResult,
  requestedDay,
  skipDate,
} from './report-request.ts';
import type { SeriesMarks } from './series-marks.ts';

export type RequestDependencies = Pick<PlanDependencies, 'settings' | 'queueReports' | 'clock' | 'log'> & {
  ledger: Pick<ReportLedger, 'list' | 'expect' | 'makeClaimable' | 'markQueued'>;
  vendors: Pick<VendorRefusals, 'list' | 'clear'>;
  marks: Pick<SeriesMarks, 'forget'>;
};

const MAXIMUM_SPAN_DAYS = 4_000;

/**
 * What a person asks the planner for: the partitions of these series whose periods end between two days, both
 * included. Without `refetch` settled ones are left alone.
 */
const reportRequestSchema = z
  .strictObject({
    team: z.string().optional(),
    vendor: z.string().optional(),
    report: z.string().optional(),
    from: requestedDay,
    to: requestedDay,
    refetch: z.boolean().default(false),
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], message: 'must not be before from' })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= MAXIMUM_SPAN_DAYS * DAY_MILLIS, {
    path: ['to'],
    message: `must lie within ${MAXIMUM_SPAN_DAYS} days of from: Apple keeps nothing longer`,
  });

export type ReportRequest = z.output<typeof reportRequestSchema>;

/** @throws JobError `REQUEST_INVALID` naming every problem */
export const parseReportRequest = (event: unknown): ReportRequest => parseRequest(reportRequestSchema, event);

/**
 * Queues exactly the partitions that were asked for, and says why others were not.
 *
 * @throws JobError `REQUEST_INVALID` when the settings have no such series
 */
export async function requestReports(
  deps: RequestDependencies,
  request: ReportRequest,
): Promise<RequestResult> {
  const subscriptions = subscribedSeries(deps.settings).filter(({ series }) =>
    (['team', 'vendor', 'report'] as const).every(
      (field) => (request[field] ?? series[field]) === series[field],
    ),
  );
  if (subscriptions.length === 0) {
    const asked = (['team', 'vendor', 'report'] as const).flatMap((field) => request[field] ?? []).join(', ');
    throw invalidRequest([{ path: '(request)', message: `the settings have no series of ${asked}` }]);
  }
  const result: RequestResult = { queued: 0, skipped: {} };
  for (const subscription of subscriptions) await requestSeries(deps, request, subscription, result);
  deps.log.info('Queued on request', { request, queued: result.queued });
  return result;
}

async function requestSeries(
  deps: RequestDependencies,
  { from, to, refetch }: ReportRequest,
  { series, entry }: SubscribedSeries,
  result: RequestResult,
): Promise<void> {
  const now = deps.clock.now();
  // A person has changed something, or wants to know: nothing waits behind an earlier refusal.
  const refusal = refusalOf(await deps.vendors.list(series), series.report);
  if (refusal !== undefined) await liftRefusal(deps, series, refusal);
  const dates = reportDatesBetween(entry, from, to);
  const known = new Map(
    (await deps.ledger.list(series, dates.at(-1) ?? '', dates[0] ?? '')).map((item) => [item.sk, item]),
  );
  const reasons = new Map<string, string | undefined>();
  await forEachConcurrently(dates, WRITE_CONCURRENCY, async (reportDate) => {
    const reason =
      dueAt(entry, reportDate) > now
        ? 'not due yet'
        : reportDate < keptSince(entry, now)
          ? 'no longer kept by Apple'
          : await prepare(deps, { ...series, reportDate }, known.get(reportDate), refetch);
    reasons.set(reportDate, reason);
  });
  // After they were made due, so that no run of the planner can overlook them.
  await deps.marks.forget(series);
  const wanted: Partition[] = [];
  for (const reportDate of dates) {
    const reason = reasons.get(reportDate);
    if (reason === undefined) wanted.push({ ...series, reportDate });
    else skipDate(result, reason, `${seriesKey(series)} ${reportDate}`);
  }
  await queuePartitions(deps, wanted, (reportDate) => isRecent(entry, reportDate, now));
  result.queued += wanted.length;
}

/** Makes a partition claimable; `undefined` when it is, else the reason why not. */
async function prepare(
  { ledger }: RequestDependencies,
  partition: Partition,
  item: LedgerItem | undefined,
  refetch: boolean,
): Promise<string | undefined> {
  if (item === undefined) {
    await ledger.expect(partition);
    return undefined;
  }
  if (await ledger.makeClaimable(partition, refetch)) return undefined;
  return item.state === 'fetching' ? 'being fetched' : `${item.state} already`;
}
