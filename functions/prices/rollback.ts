import { z } from 'zod';
import type { Problem } from '../platform/errors.ts';
import { type AcceptAnswer, type AcceptDependencies, acceptChange } from './accept-change.ts';
import type { Plan } from './plan.ts';
import type { PriceAudit } from './price-audit.ts';
import { pacificToday } from './price-date.ts';
import { readPlan } from './stored-plan.ts';

/** `{ rollback: … }` as a direct invoke of `accept-price-change`. */
export const rollbackSchema = z.strictObject({
  team: z.string('is missing').min(1),
  /** The change to take back. */
  changeId: z.string('is missing').min(1),
  /** The new change's own key; derived from the old one's when absent. */
  idempotencyKey: z.string().optional(),
  requestedBy: z.string('is missing; say who asks').min(1),
  reason: z.string().optional(),
  /** Subscriptions, where going back raises a price. */
  preserveCurrentPrice: z.boolean().optional(),
  dryRun: z.boolean().default(false),
});

/**
 * Takes a change back by a new one, built from what the audit says was before. It passes the same door, limits and
 * approvals as any other, and prices that have moved since are in its plan like all others.
 */
export async function rollBack(
  deps: AcceptDependencies & { audit: PriceAudit },
  json: unknown,
): Promise<AcceptAnswer> {
  const parsed = rollbackSchema.safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({
      path: ['rollback', ...path].join('.'),
      message,
    }));
    return { status: 'rejected', problems };
  }
  const { team, changeId } = parsed.data;
  const record = await deps.ledger.change(team, changeId);
  const refuse = (message: string): AcceptAnswer => {
    const problems: Problem[] = [{ path: 'rollback.changeId', message }];
    return { status: 'rejected', changeId, problems };
  };
  if (record === undefined) return refuse(`team ${team} has no price change of this name`);
  if (!record.everSent || record.planKey === undefined)
    return refuse('it has sent nothing; there is nothing to take back');
  const plan = await readPlan(deps.audit, record);
  const prices = pricesBefore(plan);
  if (Object.keys(prices).length === 0) {
    return refuse('it set first prices only, and Apple takes no price away; request other prices instead');
  }
  const startDate = startOf(plan, pacificToday(deps.clock.now()));
  const { idempotencyKey, requestedBy, reason, preserveCurrentPrice, dryRun } = parsed.data;
  const request = {
    idempotencyKey: idempotencyKey ?? `rollback-of/${changeId}`.slice(0, 128),
    team,
    product: record.request.product,
    prices,
    ...(startDate !== undefined && { startDate }),
    ...(preserveCurrentPrice !== undefined && { preserveCurrentPrice }),
    dryRun,
    requestedBy,
    reason: reason ?? `rollback of ${changeId}`,
  };
  return acceptChange(deps, request, false);
}

/** What each territory that was changed cost before. First prices have no before. */
const pricesBefore = ({ entries }: Plan): Record<string, string> =>
  Object.fromEntries(
    entries.flatMap(({ kind, territory, present }) =>
      kind === 'change' && present !== null ? [[territory, present.price]] : [],
    ),
  );

/** A price that has not started yet is taken back on its own day, so that the present one is never touched. */
const startOf = ({ startDate }: Plan, today: string): string | undefined =>
  startDate !== null && startDate > today ? startDate : undefined;
