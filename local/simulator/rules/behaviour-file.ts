import * as z from 'zod';
import type { Behaviour } from './behaviour.ts';

/**
 * Every point of {@link Behaviour}, and what each can be. The probe settles some of them by reading; a file that somebody
 * writes may set any.
 */
const settled = z.strictObject({
  clockAheadSeconds: z.number().int().min(-86_400).max(86_400).optional(),
  clockToleranceSeconds: z.number().int().min(0).max(3600).optional(),
  strayRefusalEvery: z.number().int().min(0).max(1000).optional(),
  missingIssuedAt: z.enum(['accepted', 'refused']).optional(),
  scopeEntryWithoutQuery: z.enum(['only-without-query', 'any-query']).optional(),
  scopeExtraParameters: z.enum(['allowed', 'refused']).optional(),
  revokedKeyCode: z.enum(['NOT_FOUND', 'NOT_AUTHORIZED']).optional(),
  missingAgreementCode: z.enum(['FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED', 'FORBIDDEN']).optional(),
  retryAfterOnRateLimit: z.boolean().optional(),
  purchasePriceWritesPerMinute: z.number().int().min(0).max(100_000).optional(),
  rateLimitHeaders: z.enum(['one', 'two']).optional(),
  reportAccept: z.enum(['anything', 'must-accept-gzip', 'must-not-ask-for-gzip']).optional(),
  reportContentEncoding: z.enum(['none', 'agzip']).optional(),
  vendorWithoutDataOfType: z.enum(['invalid-vendor', 'no-sales']).optional(),
  longReportNotGenerated: z.enum(['not-available-yet', 'no-sales']).optional(),
  retiredReportVersion: z.enum(['refused', 'no-sales']).optional(),
  weeklyReportPeriod: z.enum(['as-asked', 'week-before', 'sunday', 'sunday-renamed']).optional(),
  subscriptionBulkWrite: z.enum(['first-prices-only', 'accepted', 'accepted-and-replaces']).optional(),
  subscriptionPricePointsNeedTerritory: z.boolean().optional(),
  subscriptionPricesWithoutPlan: z.enum(['every-plan', 'up-front']).optional(),
  subscriptionLeadDays: z.number().int().min(0).max(30).optional(),
  secondScheduledPrice: z.enum(['replaces', 'refused']).optional(),
  earlyStartDate: z.enum(['attribute', 'relationship']).optional(),
  volumeTiersOfNewPrice: z.enum(['dropped', 'kept']).optional(),
  analyticsFirstInstancesAfterHours: z.number().min(0).max(1000).optional(),
  snapshotEveryDays: z.number().int().min(0).max(366).optional(),
  stoppedRequestKeepsOthersOut: z.boolean().optional(),
} satisfies Record<keyof Behaviour, z.ZodType>);

/**
 * How the simulator is to behave: what `asc-jobs try --probe` found out about Apple, or what somebody wants to try. It holds
 * no names, keys, ids or amounts, so that it can be given to others.
 */
export const behaviourFileSchema = z.object({
  kind: z.literal('asc-jobs behaviour'),
  version: z.literal(1),
  /** The day on which Apple was asked; absent where somebody wrote the file. */
  day: z.iso.date().optional(),
  behaviour: settled,
  /** What was answered to each question: statuses, Apple's codes, names of headers and fields. */
  facts: z.record(z.string(), z.unknown()).default({}),
});
export type BehaviourFile = z.output<typeof behaviourFileSchema>;
export type SettledBehaviour = BehaviourFile['behaviour'];

/** The points of a file that are settled, for `startSimulator`. */
export function behaviourOf({ behaviour }: BehaviourFile): Partial<Behaviour> {
  const switches: Partial<Behaviour> = {};
  Object.assign(
    switches,
    Object.fromEntries(Object.entries(behaviour).filter(([, value]) => value !== undefined)),
  );
  return switches;
}
