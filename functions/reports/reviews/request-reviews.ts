import * as z from 'zod';
import { today } from '../analytics/names/processing-date.ts';
import { seriesKey } from '../catalogue/series.ts';
import { queuePartitions } from '../partition/plan-partitions.ts';
import {
  invalidRequest,
  parseRequest,
  type RequestResult,
  requestedDay,
  skipDate,
} from '../plan/report-request.ts';
import { REVIEWS_REPORT, subscribedReviews } from './names/review-series.ts';
import type { PlanReviewsDependencies } from './plan-reviews.ts';

export type RequestReviewsDependencies = Pick<
  PlanReviewsDependencies,
  'settings' | 'queueReports' | 'clock' | 'log'
> & { ledger: Pick<PlanReviewsDependencies['ledger'], 'expect' | 'makeClaimable'> } & {
  ledger: Parameters<typeof queuePartitions>[0]['ledger'];
};

/** What a person asks for: a look now. The days are taken, as in other requests; a look has no other day than today. */
const requestSchema = z.strictObject({
  report: z.literal(REVIEWS_REPORT),
  team: z.string().optional(),
  app: z.string().optional(),
  from: requestedDay.optional(),
  to: requestedDay.optional(),
  refetch: z.boolean().optional(),
});

/** Whether a person's request is about reviews. */
export const isAboutReviews = (event: unknown): boolean =>
  z.object({ report: z.literal(REVIEWS_REPORT) }).safeParse(event).success;

/**
 * Queues a look at the reviews of every app that was asked for, though today's look is settled already.
 *
 * @throws JobError `REQUEST_INVALID` naming every problem
 */
export async function requestReviews(
  deps: RequestReviewsDependencies,
  event: unknown,
): Promise<RequestResult> {
  const { team, app } = parseRequest(requestSchema, event);
  const requested = subscribedReviews(deps.settings).filter(
    ({ series }) => series.team === (team ?? series.team) && series.app === (app ?? series.app),
  );
  if (requested.length === 0) {
    const asked = [team, app].filter((name) => name !== undefined).join(', ');
    throw invalidRequest([
      { path: '(request)', message: `the settings keep no reviews${asked === '' ? '' : ` of ${asked}`}` },
    ]);
  }
  const result: RequestResult = { queued: 0, skipped: {} };
  for (const { series } of requested) {
    const partition = { ...series, reportDate: today(deps.clock.now()) };
    await deps.ledger.expect(partition);
    if (await deps.ledger.makeClaimable(partition, true)) {
      await queuePartitions(deps, [partition], () => true);
      result.queued += 1;
    } else skipDate(result, 'being fetched', `${seriesKey(series)} ${partition.reportDate}`);
  }
  deps.log.info('Queued reviews on request', { event, queued: result.queued });
  return result;
}
