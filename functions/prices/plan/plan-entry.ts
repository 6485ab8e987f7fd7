import { someOf } from '../../platform/util/shorten.ts';
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
  | 'follows'
  /** Its fixed price is taken away: from then on it follows the base territory. */
  | 'automatic';

export type PlannedAmount = { price: string; proceeds: string | null };

/** One territory of a plan. Amounts are decimal text in `currency`. */
export type PlanEntry = {
  territory: string;
  /** ISO 4217; `null` where Apple does not say. */
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
  /**
   * In-app purchases and apps: whether Apple sets the price from the base territory's, on the day of the change,
   * before and after it.
   */
  automatic?: { before: boolean; after: boolean } | undefined;
  /** Scheduled prices that this one displaces. */
  overwrites: readonly TimedPrice[];
  /** Apple's records to take away. */
  removes: readonly string[];
  warnings: readonly string[];
  before: Timeline;
  after: Timeline;
};

/** Kinds for which a request goes to Apple. */
const WRITTEN: ReadonlySet<EntryKind> = new Set(['first', 'change', 'unschedule', 'automatic']);

/** Whether something is written at Apple for the entry. */
export const isWritten = ({ kind }: Pick<PlanEntry, 'kind'>): boolean => WRITTEN.has(kind);

/** In-app purchases and apps: whether Apple sets the price (automatic) or you (manual), and where that changes. */
export function priceSetBy({ automatic }: PlanEntry): string {
  if (automatic === undefined) return '';
  const [before, after] = [automatic.before, automatic.after].map((is) => (is ? 'Apple' : 'you'));
  return before === after ? `${after}` : `${before}, then ${after}`;
}

/** Where the prices of a temporary change go, and on which day. Amounts are decimal text. */
export type WayBack = {
  /** The first day without the temporary price. */
  on: string;
  prices: readonly { territory: string; price: string; currency: string | null }[];
};

/** For people: `until 2026-12-31, then back to what holds then: USA 49.99, FRA 54.99`. */
export function wayBackWords({ on, prices }: WayBack): string {
  const shown = prices.map(({ territory, price }) => `${territory} ${price}`);
  return `until ${on}, then back to what holds then (${someOf(shown, 3)})`;
}
