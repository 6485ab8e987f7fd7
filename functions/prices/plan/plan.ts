import { sha256Hex } from '../../platform/util/hash.ts';
import { accepted, type Checked, rejected } from '../../platform/validation/checked.ts';
import type { Circumstances } from '../consent/circumstances.ts';
import type { IntroductoryOffer } from '../request/introductory-offer.ts';
import { canonicalJson, type PriceRequest } from '../request/price-request.ts';
import type { Product, ProductLabel } from '../request/product.ts';
import type { PlanEntry, WayBack } from './plan-entry.ts';
import { type PriceState, timelineOf } from './price-state.ts';
import type { Step } from './steps.ts';

/** Everything that a change would do, decided before anything is sent. */
export type Plan = {
  team: string;
  changeId: string;
  product: Product;
  /** What people call the product; not part of what is approved. */
  label?: ProductLabel | undefined;
  startDate: string | null;
  entries: readonly PlanEntry[];
  steps: readonly Step[];
  /** In-app purchases and apps, where it is another afterwards. */
  baseTerritory?: { before: string | null; after: string } | undefined;
  /** Of a temporary price: where the prices go afterwards. */
  wayBack?: WayBack | undefined;
  /** What a person should know of the change as a whole. */
  warnings?: readonly string[] | undefined;
  /** The plan is about introductory offers: its prices are theirs. */
  introductoryOffer?: IntroductoryOffer | undefined;
  /** What a person should know beside the prices; not part of what is approved. */
  circumstances?: Circumstances | undefined;
  /** What Apple's prices were like when the plan was made. */
  stateSha256: string;
  /** Names the plan's content: an approval is bound to it. */
  sha256: string;
};

/**
 * When a change starts (`undefined`: at once), or why it cannot when it was asked to.
 *
 * @param postponedTo the earliest day after those that Apple has refused; only where the request names none
 */
export function startOf(
  request: PriceRequest,
  state: PriceState,
  postponedTo?: string,
): Checked<string | undefined> {
  const { startDate } = request;
  if (startDate === undefined) {
    const { earliest } = state;
    const postponed = postponedTo !== undefined && (earliest === undefined || earliest < postponedTo);
    // mutation: earliest-postponed
    return accepted(postponed ? postponedTo : earliest);
  }
  if (startDate !== 'now' && startDate < state.today) {
    return rejected('startDate', `${startDate} lies in the past; the earliest is ${state.earliest ?? 'now'}`);
  }
  const atOnce = startDate === 'now' || startDate === state.today;
  if (state.earliest !== undefined && (atOnce || startDate < state.earliest)) {
    return rejected(
      'startDate',
      `Apple changes the price of a live subscription from ${state.earliest} on at the earliest; leave startDate out or name that day or a later one`,
    );
  }
  return accepted(atOnce ? undefined : startDate);
}

/** Names a state: changes whenever a price, a date or a record at Apple does. */
export function stateSha256(state: PriceState): string {
  const territories = [...state.territories].map(([name, prices]) => [
    name,
    timelineOf(prices),
    prices.automatic,
    prices.currency ?? null,
  ]);
  const records = [...state.records.map(({ id }) => id), ...(state.otherPlanRecordIds ?? [])];
  return sha256Hex(
    canonicalJson([state.baseTerritory ?? null, territories.toSorted(byName), records.toSorted()]),
  );
}

const byName = (a: unknown[], b: unknown[]): number => (String(a[0]) < String(b[0]) ? -1 : 1);

/** Completes a plan with the hash of everything it would do. */
export function sealPlan(plan: Omit<Plan, 'sha256'>): Plan {
  const { stateSha256: _, circumstances: _around, label: _label, ...content } = plan;
  return { ...plan, sha256: sha256Hex(canonicalJson(content)) };
}
