import * as z from 'zod';
import { teamNameSchema } from '../../platform/config/team-name.ts';
import type { Problem } from '../../platform/errors.ts';
import type { Clock } from '../../platform/util/clock.ts';
import { accepted, type Checked, rejected } from '../../platform/validation/checked.ts';
import { territorySchema } from '../../platform/validation/codes.ts';
import { unreachable } from '../../platform/validation/outcome.ts';
import { boundedProblems } from '../../platform/validation/problems.ts';
import { offersBefore } from '../plan/entries/offers-before.ts';
import { isWritten } from '../plan/plan-entry.ts';
import { pacificToday } from '../request/pacific-day.ts';
import { changeIdSchema } from '../request/price-request.ts';
import type { AuditLog } from '../store/audit-log.ts';
import type { ChangeRecord } from '../store/change-record.ts';
import { laterChanges, rollbackOf } from '../store/later-changes.ts';
import { readPlans } from '../store/plan-store.ts';
import type { PriceLedger } from '../store/price-ledger.ts';
import { acceptChange } from './accept-change.ts';
import type { AcceptAnswer, AcceptDependencies } from './accept-dependencies.ts';
import { answerKnown } from './known-change.ts';
import { baseBefore, type Restored, stateBefore } from './state-before.ts';

/** What every request to take something back has. */
export const rollbackFields = {
  requestedBy: z.string('is missing; say who asks').min(1),
  reason: z.string().optional(),
  /** Subscriptions, where going back raises a price. */
  preserveCurrentPrice: z.boolean().optional(),
  /** Territories that are left as they are. */
  except: z.array(territorySchema).default([]),
  dryRun: z.boolean().default(false),
};

/** `{ rollback: … }` as a direct invoke of `accept-price-change`. */
export const rollbackSchema = z.strictObject({
  team: teamNameSchema,
  /** The change to take back. */
  changeId: changeIdSchema,
  /** The new change's own key; derived from the old one's when absent. */
  idempotencyKey: z.string().optional(),
  ...rollbackFields,
});

/**
 * Takes a change back by a new one, built from what the audit says was before. It passes the same checks, limits and
 * approvals as any other, and prices that have moved since are in its plan like all others. A territory that followed
 * the base follows it again. Later changes of the same prices, which it undoes too, are named.
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
  const { idempotencyKey, requestedBy, reason, preserveCurrentPrice, dryRun, except } = parsed.data;
  const ownKey = idempotencyKey ?? `rollback-of/${changeId}`.slice(0, 128).trimEnd();
  const known = await deps.ledger.change(team, ownKey);
  if (known?.request.rollbackOf === changeId) return answerKnown(deps, known, dryRun);
  const back = await requestOfRollback(deps, record, { except, preserveCurrentPrice });
  switch (back.kind) {
    case 'rejected':
      return { status: 'rejected', changeId, problems: back.problems };
    case 'ok': {
      const { fields, warnings, undone } = back.value;
      const why = `rollback of ${changeId}${undone.length === 0 ? '' : `, which also undoes ${undone.join(', ')}`}`;
      const { product } = record.request;
      const asked = { idempotencyKey: ownKey, team, product, ...fields, dryRun, requestedBy };
      const request = { ...asked, reason: reason ?? why.slice(0, 1000), rollbackOf: changeId };
      const answer = await acceptChange(deps, request, false, true);
      return warnings.length === 0 ? answer : { ...answer, warnings };
    }
    default:
      return unreachable(back);
  }
}

/** What a request holds that takes a change back, apart from its names; and what it undoes besides. */
export type RollbackFields = {
  fields: Record<string, unknown>;
  warnings: readonly string[];
  undone: readonly string[];
};

/** The request that brings back what was before a change, or why there is none. */
export async function requestOfRollback(
  deps: { ledger: Pick<PriceLedger, 'changesSince'>; clock: Clock; audit: AuditLog },
  record: ChangeRecord,
  { except, preserveCurrentPrice }: { except: readonly string[]; preserveCurrentPrice?: boolean | undefined },
): Promise<Checked<RollbackFields>> {
  const { changeId } = record;
  const refuse = (message: string) => rejected('rollback.changeId', message);
  const plans = await readPlans(deps.audit, record);
  const today = pacificToday(deps.clock.now());
  if (record.request.introductoryOffer !== undefined) {
    const offers = offersBefore(plans, except, today);
    return offers.kind === 'rejected' ? offers : accepted({ fields: offers.value, warnings: [], undone: [] });
  }
  const restored = stateBefore(plans, today).filter(({ territory }) => !except.includes(territory));
  const baseTerritory = baseBefore(plans);
  const refusal = refusalOf(restored, baseTerritory);
  if (refusal !== undefined) return refuse(refusal);
  const undone = await undoneBy(deps, record, restored);
  const before = await rollbackOf(deps, record);
  return accepted({
    fields: {
      ...restoring(restored),
      ...(baseTerritory !== undefined && { baseTerritory }),
      ...(preserveCurrentPrice !== undefined &&
        record.request.product.kind === 'subscription' && { preserveCurrentPrice }),
      // The change that is taken back took the tiers away already.
      ...(record.request.dropVolumeTiers === true && { dropVolumeTiers: true }),
      ...(undone.length > 0 && { undoes: undone }),
    },
    warnings: [
      ...(before === undefined ? [] : [`${changeId} was rolled back by ${before} already`]),
      ...undone.map((later) => `this also undoes ${later}, which changed the same prices later`),
    ],
    undone,
  });
}

/** Why what was before cannot be asked for in one request. */
function refusalOf(restored: readonly Restored[], baseTerritory: string | undefined): string | undefined {
  if (restored.length === 0 && baseTerritory === undefined)
    return 'it set first prices only, and Apple takes no price away; request other prices instead';
  const ended = restored.filter(({ until }) => until !== undefined);
  // mutation: rollback-ended
  if (ended.length > 0) {
    const list = ended
      .map(({ territory, price, until }) => `${territory} ${price} until ${until}`)
      .join(', ');
    return `what was before ends by itself (${list}); set that in App Store Connect, and name these territories in except`;
  }
  const byStart = Map.groupBy(restored, ({ from }) => from);
  if (byStart.size <= 1) return undefined;
  const needed = [...byStart].map(
    ([from, list]) =>
      `from ${from ?? 'now'} on ${list.map(({ territory, price, follows }) => `${territory} ${follows ? 'follows the base territory' : price}`).join(', ')}`,
  );
  return `what was before starts on different days; request each for itself: ${needed.join('; ')}`;
}

/** The part of a request that brings back what was before, each price in the currency it was in. */
function restoring(restored: readonly Restored[]) {
  const fixed = restored.filter(({ follows }) => !follows);
  const follow = restored.flatMap(({ territory, follows }) => (follows ? [territory] : []));
  const startDate = restored[0]?.from;
  const currencies = fixed.flatMap(({ territory, currency }) =>
    currency === null ? [] : [[territory, currency]],
  );
  return {
    ...(fixed.length > 0 && {
      prices: Object.fromEntries(fixed.map(({ territory, price }) => [territory, price])),
    }),
    // mutation: rollback-currency
    ...(currencies.length > 0 && { currencies: Object.fromEntries(currencies) }),
    ...(follow.length > 0 && { follow }),
    ...(startDate !== undefined && { startDate }),
  };
}

/** Later changes that changed one of the restored prices too. */
async function undoneBy(
  deps: { ledger: Pick<PriceLedger, 'changesSince'>; audit: AuditLog },
  record: ChangeRecord,
  restored: readonly Restored[],
): Promise<string[]> {
  const names = new Set(restored.map(({ territory }) => territory));
  const undone: string[] = [];
  for (const later of await laterChanges(deps, record)) {
    if (later.request.rollbackOf === record.changeId || later.planKey === undefined) continue;
    if (later.request.introductoryOffer !== undefined) continue;
    const plans = await readPlans(deps.audit, later);
    const touched = plans.some(({ entries }) =>
      entries.some((entry) => isWritten(entry) && names.has(entry.territory)),
    );
    if (touched) undone.push(later.changeId);
  }
  return undone;
}
