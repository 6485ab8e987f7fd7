import { z } from 'zod';
import { teamNameSchema } from '../../platform/config/settings.ts';
import type { Problem } from '../../platform/errors.ts';
import { boundedProblems } from '../../platform/validation/problems.ts';
import type { Plan } from '../plan/plan.ts';
import type { PlanEntry } from '../plan/plan-entry.ts';
import { pacificToday } from '../request/pacific-day.ts';
import { changeIdSchema } from '../request/price-request.ts';
import type { AuditLog } from '../store/audit-log.ts';
import { readPlans } from '../store/plan-store.ts';
import { type AcceptAnswer, type AcceptDependencies, acceptChange } from './accept-change.ts';

/** `{ rollback: … }` as a direct invoke of `accept-price-change`. */
export const rollbackSchema = z.strictObject({
  team: teamNameSchema,
  /** The change to take back. */
  changeId: changeIdSchema,
  /** The new change's own key; derived from the old one's when absent. */
  idempotencyKey: z.string().optional(),
  requestedBy: z.string('is missing; say who asks').min(1),
  reason: z.string().optional(),
  /** Subscriptions, where going back raises a price. */
  preserveCurrentPrice: z.boolean().optional(),
  dryRun: z.boolean().default(false),
});

/**
 * Takes a change back by a new one, built from what the audit says was before. It passes the same checks, limits and
 * approvals as any other, and prices that have moved since are in its plan like all others.
 */
export async function rollBack(
  deps: AcceptDependencies & { audit: AuditLog },
  json: unknown,
): Promise<AcceptAnswer> {
  const parsed = rollbackSchema.safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({
      path: ['rollback', ...path].join('.'),
      message,
    }));
    return { status: 'rejected', problems: boundedProblems(problems) };
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
  const restored = pricesBefore(await readPlans(deps.audit, record), pacificToday(deps.clock.now()));
  if (restored.length === 0) {
    return refuse('it set first prices only, and Apple takes no price away; request other prices instead');
  }
  const byStart = Map.groupBy(restored, ({ from }) => from);
  if (byStart.size > 1) {
    const needed = [...byStart].map(
      ([from, list]) =>
        `from ${from ?? 'now'} on ${list.map(({ territory, price }) => `${territory} ${price}`).join(', ')}`,
    );
    return refuse(`what was before starts on different days; request each for itself: ${needed.join('; ')}`);
  }
  const startDate = restored[0]?.from;
  const prices = Object.fromEntries(restored.map(({ territory, price }) => [territory, price]));
  const { idempotencyKey, requestedBy, reason, preserveCurrentPrice, dryRun } = parsed.data;
  const request = {
    idempotencyKey: idempotencyKey ?? `rollback-of/${changeId}`.slice(0, 128).trimEnd(),
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

type Restored = { territory: string; price: string; from: string | undefined };

/**
 * What each territory that was changed would have cost without the change, and from when on. First prices have no
 * before. A change that was planned several times is taken back whole: each territory by the last plan that changed
 * it.
 */
function pricesBefore(plans: readonly Plan[], today: string): Restored[] {
  const entries = new Map<string, PlanEntry>();
  for (const entry of plans.flatMap((plan) => plan.entries)) {
    const changed = entry.kind === 'change' || entry.kind === 'unschedule';
    if (changed && !entries.has(entry.territory)) entries.set(entry.territory, entry);
  }
  const isSubscription = plans[0]?.product.kind === 'subscription';
  const restored = [...entries.values()].flatMap((entry) =>
    isSubscription ? subscriptionBefore(entry, today) : scheduleBefore(entry, today),
  );
  // To a subscription that has not changed yet, its present price on any day means: take away what is scheduled.
  const scheduled = restored.find(({ displaced }) => displaced)?.from;
  return restored.map(({ displaced, ...price }) =>
    !displaced && isSubscription && price.from !== undefined && scheduled !== undefined
      ? { ...price, from: scheduled }
      : price,
  );
}

/** The one scheduled price that was displaced, else the price that was present. */
function subscriptionBefore(
  { territory, kind, present, overwrites, startDate }: PlanEntry,
  today: string,
): (Restored & { displaced: boolean })[] {
  const ahead = overwrites.find(({ from }) => from !== null && from > today);
  if (ahead !== undefined)
    return [{ territory, price: ahead.price, from: ahead.from ?? undefined, displaced: true }];
  if (kind === 'unschedule' || present === null) return [];
  return [{ territory, price: present.price, from: stillAhead(startDate, today), displaced: false }];
}

/** The price that was to apply on the day of the change. */
function scheduleBefore(
  { territory, before, startDate }: PlanEntry,
  today: string,
): (Restored & { displaced: boolean })[] {
  const then = before.findLast(({ from }) => from === null || (startDate !== null && from <= startDate));
  if (then === undefined) return [];
  return [{ territory, price: then.price, from: stillAhead(startDate, today), displaced: false }];
}

/** A price that has not started yet is taken back on its own day, so that the present one is never touched. */
const stillAhead = (startDate: string | null, today: string): string | undefined =>
  startDate !== null && startDate > today ? startDate : undefined;
