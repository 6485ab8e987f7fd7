import * as z from 'zod';
import type { AnalyticsPartition } from '../catalogue/series.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import type { LedgerItem } from '../partition/ledger-item.ts';
import { queuePartitions } from '../partition/plan-partitions.ts';
import {
  invalidRequest,
  parseRequest,
  type RequestResult,
  requestedDay,
  skipDate,
} from '../plan/report-request.ts';
import { subscribedApps } from './names/app-series.ts';
import { isRecent, type PlanAnalyticsDependencies } from './plan-analytics.ts';
import type { AnalyticsLedger } from './store/analytics-ledger.ts';

export type RequestAnalyticsDependencies = Pick<
  PlanAnalyticsDependencies,
  'settings' | 'queueReports' | 'clock' | 'log'
> & {
  ledger: Pick<ReportLedger, 'makeClaimable' | 'markQueued'>;
  analytics: Pick<AnalyticsLedger, 'series'>;
};

/** What a person asks for: the known processing dates of an app's series between two days, both included. */
const requestSchema = z
  .strictObject({
    team: z.string().optional(),
    app: z.string().optional(),
    report: z.string().optional(),
    from: requestedDay,
    to: requestedDay,
    refetch: z.boolean().default(false),
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], message: 'must not be before from' });

/** Whether a person's request is about analytics: it names an app, or an analytics report. */
export function isAboutAnalytics(event: unknown): boolean {
  if (typeof event !== 'object' || event === null) return false;
  return 'app' in event || ('report' in event && String(event.report).startsWith('ANALYTICS/'));
}

/**
 * Queues exactly the instances that were asked for, and says why others were not. Dates for which Apple has made no
 * instance do not exist, so there is nothing to say of them.
 *
 * @throws JobError `REQUEST_INVALID` naming every problem
 */
export async function requestAnalytics(
  deps: RequestAnalyticsDependencies,
  event: unknown,
): Promise<RequestResult> {
  const { team, app, report, from, to, refetch } = parseRequest(requestSchema, event);
  const requested = subscribedApps(deps.settings)
    .flatMap(({ series }) => series)
    .filter(
      ({ series }) =>
        series.team === (team ?? series.team) &&
        series.app === (app ?? series.app) &&
        series.report === (report ?? series.report),
    );
  if (requested.length === 0) {
    const asked = [team, app, report].filter((name) => name !== undefined).join(', ');
    throw invalidRequest([{ path: '(request)', message: `the settings have no analytics of ${asked}` }]);
  }
  const result: RequestResult = { queued: 0, skipped: {} };
  for (const { series } of requested) {
    const { partitions } = await deps.analytics.series(series);
    const queued: AnalyticsPartition[] = [];
    for (const item of partitions.filter(({ sk }) => from <= sk && sk <= to).reverse()) {
      const partition = { ...series, reportDate: item.sk };
      if (await deps.ledger.makeClaimable(partition, refetch)) queued.push(partition);
      else skipDate(result, reasonNotToQueue(item), `${item.pk} ${item.sk}`);
    }
    await queuePartitions(deps, queued, (reportDate) => isRecent(reportDate, deps.clock.now()));
    result.queued += queued.length;
  }
  deps.log.info('Queued analytics on request', { event, queued: result.queued });
  return result;
}

const reasonNotToQueue = ({ state }: LedgerItem): string =>
  state === 'fetching' ? 'being fetched' : `${state} already`;
