import { z } from 'zod';
import type { Behaviour } from './behaviour.ts';

/** The points that somebody with a key can settle by reading, and what each can be. */
const settled = z.strictObject({
  clockToleranceSeconds: z.number().int().min(0).max(3600).optional(),
  strayRefusalEvery: z.number().int().min(0).max(1000).optional(),
  missingIssuedAt: z.enum(['accepted', 'refused']).optional(),
  scopeEntryWithoutQuery: z.enum(['only-without-query', 'any-query']).optional(),
  scopeExtraParameters: z.enum(['allowed', 'refused']).optional(),
  rateLimitHeaders: z.enum(['one', 'two']).optional(),
  reportAccept: z.enum(['anything', 'must-accept-gzip', 'must-not-ask-for-gzip']).optional(),
  reportContentEncoding: z.enum(['none', 'agzip']).optional(),
  vendorWithoutDataOfType: z.enum(['invalid-vendor', 'no-sales']).optional(),
  longReportNotGenerated: z.enum(['not-available-yet', 'no-sales']).optional(),
  retiredReportVersion: z.enum(['refused', 'no-sales']).optional(),
  subscriptionPricePointsNeedTerritory: z.boolean().optional(),
  subscriptionPricesWithoutPlan: z.enum(['every-plan', 'up-front']).optional(),
});

/**
 * What `asc-jobs try --probe` found out about Apple. It holds no names, keys, ids or amounts, so that it can be given to
 * others.
 */
export const behaviourFileSchema = z.object({
  kind: z.literal('asc-jobs behaviour'),
  version: z.literal(1),
  /** The day on which Apple was asked. */
  day: z.iso.date(),
  behaviour: settled,
  /** What was answered to each question: statuses, Apple's codes, names of headers and fields. */
  facts: z.record(z.string(), z.unknown()),
});
export type BehaviourFile = z.output<typeof behaviourFileSchema>;
export type SettledBehaviour = BehaviourFile['behaviour'];

/** The points of a file that are settled, for `startSimulator`. */
export function behaviourOf({ behaviour }: BehaviourFile): Partial<Behaviour> {
  const given: Partial<Behaviour> = {};
  Object.assign(
    given,
    Object.fromEntries(Object.entries(behaviour).filter(([, value]) => value !== undefined)),
  );
  return given;
}
