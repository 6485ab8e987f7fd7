import * as z from 'zod';
import { formatProblems, JobError } from '../../platform/errors.ts';
import { problemsOf } from '../../platform/validation/problems.ts';
import { today } from '../analytics/names/processing-date.ts';
import { queuePartitions } from '../partition/plan-partitions.ts';
import type { RequestResult } from '../plan/request-reports.ts';
import { REVIEWS_REPORT, subscribedReviews } from './names/review-series.ts';
import type { PlanReviewsDependencies } from './plan-reviews.ts';

export type RequestReviewsDependencies = Pick<
  PlanReviewsDependencies,
  'settings' | 'queueReports' | 'clock' | 'log'
> & { ledger: Pick<PlanReviewsDependencies['ledger'], 'expect' | 'makeClaimable'> } & {
  ledger: Parameters<typeof queuePartitions>[0]['ledger'];
};

const day = z.iso.date('must be a day such as 2026-11-01');

/** What a person asks for: a look now. The days are taken, as in other requests; a look has no other day than today. */
const requestSchema = z.strictObject({
  report: z.literal(REVIEWS_REPORT),
  team: z.string().optional(),
  app: z.string().optional(),
  from: day.optional(),
  to: day.optional(),
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
  const parsed = requestSchema.safeParse(event);
  if (!parsed.success) throw invalid(problemsOf(parsed.error.issues, '(request)'));
  const { team, app } = parsed.data;
  const wanted = subscribedReviews(deps.settings).filter(
    ({ series }) => series.team === (team ?? series.team) && series.app === (app ?? series.app),
  );
  if (wanted.length === 0) {
    const asked = [team, app].filter((one) => one !== undefined).join(', ');
    throw invalid([
      { path: '(request)', message: `the settings keep no reviews${asked === '' ? '' : ` of ${asked}`}` },
    ]);
  }
  const result: RequestResult = { queued: 0, skipped: {} };
  for (const { series } of wanted) {
    const partition = { ...series, reportDate: today(deps.clock.now()) };
    await deps.ledger.expect(partition);
    if (await deps.ledger.makeClaimable(partition, true)) {
      await queuePartitions(deps, [partition], () => true);
      result.queued += 1;
    } else
      result.skipped['being fetched'] = [
        ...(result.skipped['being fetched'] ?? []),
        `${series.team}/${series.app}/${series.report} ${partition.reportDate}`,
      ];
  }
  deps.log.info('Queued reviews on request', { event, queued: result.queued });
  return result;
}

const invalid = (problems: { path: string; message: string }[]): JobError =>
  new JobError({
    code: 'REQUEST_INVALID',
    message: `The request cannot be understood:\n${formatProblems(problems)}`,
    retryable: false,
  });
