import type { TimedPrice, Timeline } from './price-state.ts';

/** What a plan does in a territory. */
export type EntryKind =
  /** The target is what Apple has already. */
  | 'none'
  /** The territory has no price yet. */
  | 'first'
  | 'change'
  /** The target is the present price: a scheduled one is taken away. */
  | 'unschedule'
  /** Follows the base territory by itself; nothing is written for it. */
  | 'follows';

export type PlannedAmount = { price: string; proceeds: string | null };

/** One territory of a plan. Amounts are decimal text in `currency`. */
export type PlanEntry = {
  territory: string;
  currency: string | null;
  kind: EntryKind;
  present: PlannedAmount | null;
  scheduled: readonly TimedPrice[];
  target: PlannedAmount & { pricePointId: string };
  /** From the present price to the target. */
  changePercent: string | null;
  /** `null`: at once. */
  startDate: string | null;
  /** Subscriptions only: what those who subscribe already will pay. */
  existingSubscribers: 'keepPrice' | 'newPrice' | 'lowerPrice' | null;
  /** Scheduled prices that this one displaces. */
  overwrites: readonly TimedPrice[];
  /** Apple's records to take away. */
  removes: readonly string[];
  warnings: readonly string[];
  before: Timeline;
  after: Timeline;
};
