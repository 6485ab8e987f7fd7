import type { Plan, PricePoint, ProductKind } from './price-points.ts';

/** A price as Apple has it, as seen from outside. */
export type PriceRecord = {
  id: string;
  plan: Plan;
  territory: string;
  /** Plain decimal text with the currency's decimals: `49.99`, `8000`. */
  customerPrice: string;
  pricePointId: string;
  /** `null`: since the beginning. */
  startDate: string | null;
  /** In-app purchases and apps only; the price applies until the day before. */
  endDate: string | null;
  /** The price that existing subscribers keep. */
  preserved: boolean;
  /** `false` for a price that follows the base territory. */
  manual: boolean;
};

/** A product that has prices: what all kinds have in common. */
export type PricedProduct = {
  readonly kind: ProductKind;
  readonly id: string;
  readonly team: string;
  readonly plans: readonly Plan[];
  /** Present, scheduled and preserved prices on this day. */
  prices(today: string, plan: Plan): PriceRecord[];
  /** Territory → customer price in effect for a new customer on that day. */
  effective(day: string, plan: Plan): Map<string, string>;
  /** Rewrites every price, as Apple does when a territory gets another currency. */
  rewrite(change: (point: PricePoint) => PricePoint): void;
  /** Every day on which some price begins or ends. */
  changeDays(): string[];
};

/** What a write changed: from this day on, in this territory. `null`: no price. */
export type PriceChange = {
  plan: Plan;
  territory: string;
  from: string;
  before: string | null;
  after: string | null;
};

/** Runs a change of a product and tells what it did to the prices in effect from today on. */
export function changesOf(product: PricedProduct, today: string, change: () => void): PriceChange[] {
  const daysBefore = product.changeDays();
  const views = new Map<string, Map<string, string>>();
  const look = (plan: Plan, day: string): Map<string, string> => product.effective(day, plan);
  const days = (list: readonly string[]): string[] =>
    [today, ...list.filter((day) => day > today)].sort().filter((day, at, all) => day !== all[at - 1]);
  // Days that only the change brings look beforehand as the nearest earlier day does.
  for (const plan of product.plans)
    for (const day of days(daysBefore)) views.set(`${plan} ${day}`, look(plan, day));
  change();
  return product.plans.flatMap((plan) => {
    let earlier = views.get(`${plan} ${today}`) ?? new Map<string, string>();
    return days([...daysBefore, ...product.changeDays()]).flatMap((day) => {
      earlier = views.get(`${plan} ${day}`) ?? earlier;
      return differences(earlier, look(plan, day)).map((change) => ({ plan, from: day, ...change }));
    });
  });
}

function differences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((territory) => {
    const change = {
      territory,
      before: before.get(territory) ?? null,
      after: after.get(territory) ?? null,
    };
    return change.before === change.after ? [] : [change];
  });
}
