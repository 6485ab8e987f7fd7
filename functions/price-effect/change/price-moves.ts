import type { Plan } from '../../prices/plan/plan.ts';
import type { PlanEntry, PlannedAmount } from '../../prices/plan/plan-entry.ts';
import { compareDecimals } from '../../prices/request/decimal.ts';

/** A territory whose price a change moved. Amounts are decimal text in `currency`; days are Pacific. */
export type PriceMove = {
  territory: string;
  currency: string | null;
  day: string;
  /** `null`: it had no price before. */
  before: PlannedAmount | null;
  after: PlannedAmount;
  existingSubscribers: PlanEntry['existingSubscribers'];
  /** It followed the base territory; nothing was written for it. */
  byItself: boolean;
  /** The first day of a later price that the same change scheduled: the end of a sale. */
  until: string | undefined;
};

/**
 * What a change moved, over all plans that it began with: the first plan knows the price before, the last one the target.
 * A change of introductory offers has moved none.
 *
 * @param plans the newest first
 * @param appliedDay the day of what started at once
 */
export function movesOf(plans: readonly Plan[], appliedDay: string): PriceMove[] {
  // An introductory offer leaves the price as it is.
  // mutation: offer-moves-no-price
  if (plans.some(({ introductoryOffer }) => introductoryOffer !== undefined)) return [];
  const before = new Map<string, PlanEntry>();
  const after = new Map<string, PlanEntry>();
  for (const plan of plans.toReversed())
    for (const entry of plan.entries) {
      if (!before.has(entry.territory)) before.set(entry.territory, entry);
      // A plan that was made anew finds what has taken effect already as unchanged.
      if (entry.kind !== 'none' || !after.has(entry.territory)) after.set(entry.territory, entry);
    }
  return [...after.values()].flatMap((entry): PriceMove[] => {
    const first = before.get(entry.territory) ?? entry;
    if (entry.kind === 'none' || entry.kind === 'unschedule') return [];
    const present = first.present;
    if (present !== null && compareDecimals(present.price, entry.target.price) === 0) return [];
    const day = entry.startDate ?? appliedDay;
    return [
      {
        territory: entry.territory,
        currency: entry.currency,
        day,
        before: present,
        after: { price: entry.target.price, proceeds: entry.target.proceeds },
        existingSubscribers: entry.existingSubscribers,
        byItself: entry.kind === 'follows',
        until: laterDay(entry, day),
      },
    ];
  });
}

/** The first day after `day` on which the territory's price is planned to be another one. */
function laterDay({ after }: PlanEntry, day: string): string | undefined {
  const days = after.flatMap(({ from, until }) => [from, until ?? null]);
  const [next] = days.filter((candidate) => candidate !== null && candidate > day).toSorted();
  return next ?? undefined;
}

/** The day on which most territories of a change got their new price; undefined where none moved. */
export function changeDayOf(moves: readonly PriceMove[]): string | undefined {
  const counts = Map.groupBy(moves, ({ day }) => day);
  const [most] = [...counts].toSorted((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  return most?.[0];
}
