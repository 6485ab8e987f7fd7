import type { Plan } from '../plan/plan.ts';
import { isWritten, type PlanEntry } from '../plan/plan-entry.ts';
import { type TimedPrice, timelineOn } from '../plan/price-state.ts';

/** What a territory would have without a change: a price, or that it follows the base territory. */
export type Restored = {
  territory: string;
  price: string;
  currency: string | null;
  /** Follows the base territory; `price` is what that came to. */
  follows: boolean;
  /** From when on; `undefined`: now. */
  from: string | undefined;
  /** The day on which that would have ended. */
  until: string | undefined;
};

/**
 * What each territory that was changed would have without the change, and from when on. First prices have no
 * before. A change that was planned several times is taken back whole: each territory by the last plan that changed
 * it.
 */
export function stateBefore(plans: readonly Plan[], today: string): Restored[] {
  const entries = new Map<string, PlanEntry>();
  for (const entry of plans.flatMap((plan) => plan.entries)) {
    const changed = isWritten(entry) && entry.kind !== 'first';
    // mutation: rollback-first-plan
    if (changed && !entries.has(entry.territory)) entries.set(entry.territory, entry);
  }
  const isSubscription = plans[0]?.product.kind === 'subscription';
  const restored = [...entries.values()].flatMap((entry) =>
    isSubscription ? subscriptionBefore(entry, today) : scheduleBefore(entry, today),
  );
  // To a subscription that has not changed yet, its present price on any day means: take away what is scheduled.
  const scheduled = restored.find(({ displaced }) => displaced)?.from;
  return restored.map(({ displaced, ...before }) =>
    !displaced && isSubscription && before.from !== undefined && scheduled !== undefined
      ? { ...before, from: scheduled }
      : before,
  );
}

/** The base territory that was before, where a change made it another one. */
export const baseBefore = (plans: readonly Plan[]): string | undefined =>
  plans.toReversed().find(({ baseTerritory }) => baseTerritory !== undefined)?.baseTerritory?.before ??
  undefined;

type Found = (Restored & { displaced: boolean })[];

/** The one scheduled price that was displaced, else the price that was present. */
function subscriptionBefore(entry: PlanEntry, today: string): Found {
  const { territory, currency, kind, present, startDate } = entry;
  const known = { territory, currency, follows: false, until: undefined };
  const ahead = aheadOf(entry, today);
  if (ahead !== undefined)
    return [{ ...known, price: ahead.price, from: ahead.from ?? undefined, displaced: true }];
  if (kind === 'unschedule' || present === null) return [];
  return [{ ...known, price: present.price, from: stillAhead(startDate, today), displaced: false }];
}

const aheadOf = ({ overwrites }: PlanEntry, today: string): TimedPrice | undefined =>
  overwrites.find(({ from }) => from !== null && from > today);

/** What would be in effect on the day of the change, or today where that has passed. */
function scheduleBefore(entry: PlanEntry, today: string): Found {
  const { territory, currency, before, startDate, kind } = entry;
  const known = { territory, currency, displaced: false };
  const ahead = kind === 'unschedule' && startDate === null ? aheadOf(entry, today) : undefined;
  if (ahead !== undefined)
    return [
      { ...known, price: ahead.price, follows: false, from: ahead.from ?? undefined, until: ahead.until },
    ];
  const day = startDate !== null && startDate > today ? startDate : today;
  const [then, next] = timelineOn(before, day);
  if (then === undefined || then.from !== null) return [];
  // mutation: rollback-follows
  const follows = then.source === 'automatic';
  const ends = !follows && next?.source === 'automatic' ? (next.from ?? undefined) : then.until;
  return [{ ...known, price: then.price, follows, from: stillAhead(startDate, today), until: ends }];
}

/** A price that has not started yet is taken back on its own day, so that the present one is never touched. */
const stillAhead = (startDate: string | null, today: string): string | undefined =>
  startDate !== null && startDate > today ? startDate : undefined;
