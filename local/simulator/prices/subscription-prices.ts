import { compareTexts } from '../rules/compare-texts.ts';
import { opaqueId } from '../rules/opaque-id.ts';
import { countryCode } from './country-codes.ts';
import { Offers } from './offers.ts';
import { ALWAYS, dayNumber } from './pacific-day.ts';
import {
  customerPrice,
  equalized,
  type Plan,
  type PricePoint,
  pricePointAt,
  pricePointId,
} from './price-points.ts';
import type { PricedProduct, PriceRecord } from './priced-product.ts';
import { isOpen, territories } from './territories.ts';

export type SubscriptionPeriod =
  | 'ONE_WEEK'
  | 'ONE_MONTH'
  | 'TWO_MONTHS'
  | 'THREE_MONTHS'
  | 'SIX_MONTHS'
  | 'ONE_YEAR';

export type SubscriptionInput = {
  team: string;
  id: string;
  name?: string;
  productId?: string;
  period?: SubscriptionPeriod;
  /** Whether it is live. Default: it is as soon as it has prices. */
  approved?: boolean;
  /** Territory → customer price of the up-front plan. */
  prices?: Readonly<Record<string, string>>;
  /** Further territories of the up-front plan, at what equals the first of `prices` there. */
  territories?: readonly string[] | 'all';
  /** Apple ID of the app that it belongs to. Default: the team's first app. */
  app?: string;
  /** Reference name of its group. Default: one of its own. */
  group?: string;
  /** Whether one purchase can hold several seats. Absent: Apple does not say, as before 4.5 of its API. */
  multiSeatStatus?: 'ENABLED' | 'DISABLED';
  /** Territories whose price has volume tiers. No path of Apple's that is known reads them. */
  volumeTiersIn?: readonly string[];
  /** Where it is sold. Default everywhere. */
  availableIn?: readonly string[];
  /** Territory → customer price of the monthly plan with a commitment of twelve months. */
  monthlyPrices?: Readonly<Record<string, string>>;
};

/** A price that is wished for. `startDate` null: at once. */
export type NewPrice = { point: PricePoint; startDate: string | null; preserve: boolean };

type Entry = { id: string; point: PricePoint; startDate: string | null; from: string; keptFor?: string };

/** An auto-renewable subscription and its price lists, one per plan. */
export class Subscription implements PricedProduct {
  readonly kind = 'subscription';
  readonly plans: readonly Plan[] = ['UPFRONT', 'MONTHLY'];
  readonly id: string;
  readonly team: string;
  readonly period: SubscriptionPeriod;
  readonly approved: boolean;
  readonly app: string | undefined;
  readonly group: string;
  readonly multiSeatStatus: 'ENABLED' | 'DISABLED' | undefined;
  readonly availableIn: readonly string[] | undefined;
  /** Territories whose price has volume tiers. */
  readonly volumeTiersIn: Set<string>;
  readonly offers: Offers;
  readonly productId: string;
  name: string;
  #entries: Entry[] = [];

  constructor(input: SubscriptionInput) {
    this.id = input.id;
    this.team = input.team;
    this.name = input.name ?? `Subscription ${input.id}`;
    this.productId = input.productId ?? `product.${input.id}`;
    this.app = input.app;
    this.group = input.group ?? this.name;
    this.multiSeatStatus = input.multiSeatStatus;
    this.availableIn = input.availableIn;
    this.volumeTiersIn = new Set(input.volumeTiersIn);
    this.offers = new Offers(input.id);
    this.period = input.period ?? 'ONE_YEAR';
    this.#seed('UPFRONT', { ...equalPrices(input), ...input.prices });
    this.#seed('MONTHLY', input.monthlyPrices ?? {});
    this.approved = input.approved ?? this.hasPrices();
  }

  hasPrices(): boolean {
    return this.#entries.length > 0;
  }

  /** The price in effect for new customers. */
  current(territory: string, plan: Plan, day: string): PricePoint | undefined {
    return this.#current(territory, plan, day)?.point;
  }

  /** The scheduled price with this id, if there is one. */
  scheduled(id: string, today: string): PriceRecord | undefined {
    const found = this.#entries.find((entry) => entry.id === id && entry.from > today);
    return found === undefined ? undefined : record(found);
  }

  /** Whether a price of this territory and plan is scheduled. */
  hasScheduled({ territory, plan }: PricePoint, today: string): boolean {
    return this.#scheduledOf(territory, plan, today).length > 0;
  }

  /** What the list will call a price. */
  priceId({ point, startDate }: Pick<NewPrice, 'point' | 'startDate'>): string {
    return entryId(point, startDate, false);
  }

  /**
   * Puts a price into effect, at once or from its date on. There is one scheduled change a territory: another one
   * takes its place. Who has the subscription keeps the old price only where the new one is higher.
   */
  put({ point, startDate, preserve }: NewPrice, today: string): void {
    const from = startDate !== null && startDate > today ? startDate : today;
    if (from > today) this.#dropScheduled(point, today);
    const old = this.#current(point.territory, point.plan, from);
    const id = this.priceId({ point, startDate });
    this.#entries = this.#entries.filter((entry) => entry.id !== id || entry.from < from);
    this.#entries.push({ id, point, startDate, from });
    if (preserve && old !== undefined && old.point.minor < point.minor) {
      const kept = entryId(old.point, old.startDate, true);
      this.#entries = this.#entries.filter((entry) => entry.id !== kept);
      this.#entries.push({ ...old, id: kept, keptFor: id });
    }
  }

  /** Takes back what is scheduled; of a price that is in effect nothing can be taken back. */
  unschedule(id: string, today: string): void {
    const found = this.#entries.find((entry) => entry.id === id && entry.from > today);
    if (found !== undefined) this.#remove(found);
  }

  /** Forgets every scheduled and preserved price but these. */
  forgetAllBut(ids: ReadonlySet<string>, today: string): void {
    this.#entries = this.#entries.filter(
      (entry) => ids.has(entry.id) || (entry.keptFor === undefined && entry.from <= today),
    );
  }

  rewrite(change: (point: PricePoint) => PricePoint): void {
    this.#entries = this.#entries.map((entry) => ({ ...entry, point: change(entry.point) }));
  }

  prices(today: string, plan: Plan): PriceRecord[] {
    return this.#entries
      .filter(
        (entry) => entry.point.plan === plan && isOpen(entry.point.territory) && this.#listed(entry, today),
      )
      .sort(
        (one, other) =>
          compareTexts(one.point.territory, other.point.territory) || compareTexts(one.from, other.from),
      )
      .map(record);
  }

  effective(day: string, plan: Plan): Map<string, string> {
    const found = new Map<string, Entry>();
    for (const entry of this.#entries) {
      if (entry.point.plan !== plan || entry.keptFor !== undefined || entry.from > day) continue;
      const other = found.get(entry.point.territory);
      if (other === undefined || other.from <= entry.from) found.set(entry.point.territory, entry);
    }
    return new Map([...found].map(([territory, { point }]) => [territory, customerPrice(point)]));
  }

  changeDays(): string[] {
    return this.#entries.map(({ from }) => from);
  }

  #listed(entry: Entry, today: string): boolean {
    const { territory, plan } = entry.point;
    return (
      entry.keptFor !== undefined || entry.from > today || this.#current(territory, plan, today) === entry
    );
  }

  #current(territory: string, plan: Plan, day: string): Entry | undefined {
    let current: Entry | undefined;
    for (const entry of this.#entries) {
      const { point, from, keptFor } = entry;
      if (point.territory !== territory || point.plan !== plan || keptFor !== undefined || from > day)
        continue;
      if (current === undefined || current.from <= from) current = entry;
    }
    return current;
  }

  #scheduledOf(territory: string, plan: Plan, today: string): Entry[] {
    return this.#entries.filter(
      ({ point, from, keptFor }) =>
        point.territory === territory && point.plan === plan && from > today && keptFor === undefined,
    );
  }

  #dropScheduled({ territory, plan }: PricePoint, today: string): void {
    for (const entry of this.#scheduledOf(territory, plan, today)) this.#remove(entry);
  }

  #remove(gone: Entry): void {
    this.#entries = this.#entries.filter((entry) => entry !== gone && entry.keptFor !== gone.id);
  }

  #seed(plan: Plan, prices: Readonly<Record<string, string>>): void {
    for (const [territory, price] of Object.entries(prices)) {
      const point = pricePointAt({ kind: 'subscription', id: this.id, plan }, territory, price);
      this.#entries.push({ id: entryId(point, null, false), point, startDate: null, from: ALWAYS });
    }
  }
}

/** Territory → what equals the first of the given prices. */
function equalPrices({
  id,
  prices = {},
  territories: asked = [],
}: SubscriptionInput): Record<string, string> {
  const [first] = Object.entries(prices);
  if (first === undefined) return {};
  const base = pricePointAt({ kind: 'subscription', id, plan: 'UPFRONT' }, ...first);
  return Object.fromEntries(
    territories
      .filter((territory) => asked === 'all' || asked.includes(territory.id))
      .map((territory) => [territory.id, customerPrice(equalized(base, territory))]),
  );
}

/**
 * Apple's form, as in the example of `GET /v1/subscriptions/{id}/prices`: product, country, days since 1970, and whether
 * it is the kept one. The monthly plan's mark is ours.
 */
function entryId(point: PricePoint, startDate: string | null, kept: boolean): string {
  return opaqueId({
    a: point.id,
    c: countryCode(point.territory),
    d: dayNumber(startDate),
    p: kept ? '1' : '0',
    ...(point.plan === 'MONTHLY' && { m: '1' }),
  });
}

const record = ({ id, point, startDate, keptFor }: Entry): PriceRecord => ({
  id,
  plan: point.plan,
  territory: point.territory,
  customerPrice: customerPrice(point),
  pricePointId: pricePointId(point),
  startDate,
  endDate: null,
  preserved: keptFor !== undefined,
  manual: true,
});
