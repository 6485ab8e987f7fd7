import type { Clock, EpochMillis } from '../../../functions/platform/util/clock.ts';
import { currencyOf, plainAmount, readAmount } from './currencies.ts';
import type { DelayedEffects } from './delayed-effects.ts';
import type { Offer, OfferKind } from './offers.ts';
import { pacificDay } from './pacific-day.ts';
import {
  equalized,
  inCurrency,
  type Plan,
  type PointOwner,
  type PricePoint,
  type ProductKind,
  pricePointAt,
  pricePointsIn,
} from './price-points.ts';
import { ScheduledProduct, type ScheduledProductInput, type ScheduleKind } from './price-schedule.ts';
import { changesOf, type PriceChange, type PricedProduct, type PriceRecord } from './priced-product.ts';
import { Subscription, type SubscriptionInput } from './subscription-prices.ts';
import {
  closeTerritory,
  type Decision,
  decide,
  findTerritory,
  openTerritory,
  type Territory,
  territories,
} from './territories.ts';

/** One request that wanted to change prices, and what became of it. */
export type PriceWrite = {
  /** When it took effect or was refused. */
  at: EpochMillis;
  keyId: string;
  requestId: string;
  method: string;
  path: string;
  outcome: 'applied' | 'refused';
  /** Why it was refused: Apple's code and detail. */
  reason?: string;
  /** What it changed in the prices in effect from then on; empty if it changed none. */
  changes: readonly PriceChange[];
};

/** Who writes: the part of a request that the history keeps. */
export type Writer = Pick<PriceWrite, 'keyId' | 'requestId' | 'method' | 'path'>;

/** Every product that has prices, the prices, and the history of every write. */
export class PriceStore {
  readonly #clock: Clock;
  readonly #delayed: DelayedEffects;
  readonly #isOffered: (point: PricePoint) => boolean;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #scheduled = new Map<string, ScheduledProduct>();
  readonly #history = new Map<string, PriceWrite[]>();

  /** @param isOffered leaves prices out of the lists of price points, for who needs no 800 of them */
  constructor(clock: Clock, delayed: DelayedEffects, isOffered: (point: PricePoint) => boolean = () => true) {
    this.#clock = clock;
    this.#delayed = delayed;
    this.#isOffered = isOffered;
  }

  /** Every price that a product can have in a territory, cheapest first. */
  pricePoints(owner: PointOwner, territory: Territory): PricePoint[] {
    return pricePointsIn(owner, territory).filter(this.#isOffered);
  }

  addSubscription(input: SubscriptionInput): void {
    this.#refuseSecond('subscription', input.id);
    this.#subscriptions.set(input.id, new Subscription(input));
  }

  addInAppPurchase(input: ScheduledProductInput): void {
    this.#addScheduled('inAppPurchase', input);
  }

  addApp(input: ScheduledProductInput): void {
    this.#addScheduled('app', input);
  }

  /**
   * From now on Apple sells in another currency in a territory: price points are others, and every price there is
   * rewritten to the closest one, without anybody's change.
   *
   * @returns puts the territory's currency back, for the other simulators of the process; prices stay
   */
  changeCurrency(territoryId: string, currency: string): () => void {
    const before = findTerritory(territoryId)?.currency;
    const restore = decide(territoryId, { currency });
    for (const product of [...this.#subscriptions.values(), ...this.#scheduled.values()])
      product.rewrite((point) =>
        point.territory === territoryId && before !== undefined ? inCurrency(point, before, currency) : point,
      );
    return restore;
  }

  /**
   * Apple raises or lowers a tax (proceeds move), or its equal prices (automatic prices move), without anybody's
   * change.
   *
   * @returns puts back what was before, for the other simulators of the process
   */
  appleDecides(territoryId: string, decision: Omit<Decision, 'currency' | 'withdrawn'>): () => void {
    return decide(territoryId, decision);
  }

  /**
   * Apple stops offering a price in a territory. Products that have it keep it; their price names a price point that is
   * delivered no more.
   *
   * @returns offers it again
   */
  withdrawPrice(territoryId: string, customerPrice: string): () => void {
    const territory = findTerritory(territoryId);
    const minor = territory && readAmount(customerPrice, currencyOf(territory.currency));
    if (territory === undefined || minor === undefined)
      throw new Error(`There is no price ${customerPrice} in ${territoryId}.`);
    return decide(territoryId, { withdrawn: new Set([...(territory.withdrawn ?? []), minor]) });
  }

  /** The App Store opens in a territory; products that follow a base territory get a price there. */
  openTerritory(territory: Territory): () => void {
    return openTerritory(territory);
  }

  /** The App Store closes in a territory: no list names it any more. */
  closeTerritory(territoryId: string): () => void {
    return closeTerritory(territoryId);
  }

  /**
   * Adds an offer to a subscription, with prices by territory; `null` for a free trial. Introductory offers have a record
   * per territory.
   */
  addOffer(
    subscriptionId: string,
    offer: Pick<Offer, 'kind' | 'mode' | 'duration'> &
      Partial<Pick<Offer, 'name' | 'periods' | 'startDate' | 'endDate' | 'plan' | 'active'>> & {
        prices: Readonly<Record<string, string | null>>;
      },
  ): void {
    const found = this.#subscriptions.get(subscriptionId);
    if (found === undefined) throw new Error(`The simulator has no subscription ${subscriptionId}.`);
    const { prices, plan = 'UPFRONT', name = '', ...rest } = offer;
    const owner = { kind: 'subscription', id: subscriptionId, plan } as const;
    const list = Object.entries(prices).map(([territory, price]) => ({
      territory,
      point: price === null ? null : pricePointAt(owner, territory, price),
    }));
    const full = { periods: 1, startDate: null, endDate: null, active: true, ...rest, plan, name };
    if (offer.kind !== 'introductory') found.offers.add({ ...full, prices: list });
    else for (const price of list) found.offers.add({ ...full, prices: [price] });
  }

  /** The offers of a subscription, as Apple has them now. */
  offersOf(subscriptionId: string, kind: OfferKind): readonly Offer[] {
    this.#delayed.settle();
    return this.#subscriptions.get(subscriptionId)?.offers.all(kind) ?? [];
  }

  /** The in-app purchase or app, as long as it is this team's. */
  scheduled(kind: ScheduleKind, id: string, team: string): ScheduledProduct | undefined {
    const found = this.#scheduled.get(`${kind} ${id}`);
    return found?.team === team ? found : undefined;
  }

  /** Every in-app purchase or app of a team. */
  scheduledOf(kind: ScheduleKind, team: string): ScheduledProduct[] {
    return [...this.#scheduled.values()].filter((one) => one.kind === kind && one.team === team);
  }

  /** The subscription, as long as it is this team's. */
  subscription(id: string, team: string): Subscription | undefined {
    const found = this.#subscriptions.get(id);
    return found?.team === team ? found : undefined;
  }

  /** Every subscription of a team. */
  subscriptions(team: string): Subscription[] {
    return [...this.#subscriptions.values()].filter((one) => one.team === team);
  }

  /** Every record that Apple has of a product at this moment: in effect, scheduled, preserved, automatic. */
  pricesOf(kind: ProductKind, id: string, plan: Plan = 'UPFRONT'): PriceRecord[] {
    return this.#product(kind, id).prices(pacificDay(this.#clock.now()), plan);
  }

  /** Territory → customer price that a new customer pays on a Pacific day (`YYYY-MM-DD`), as known at this moment. */
  effective(kind: ProductKind, id: string, day: string, plan: Plan = 'UPFRONT'): Map<string, string> {
    return this.#product(kind, id).effective(day, plan);
  }

  /** Territory → the price that equals a base's price there, as Apple's equalizations have it. */
  equalPrices(
    kind: ProductKind,
    id: string,
    base: { territory: string; price: string },
    plan: Plan = 'UPFRONT',
  ): Map<string, string> {
    const point = pricePointAt({ kind, id, plan }, base.territory, base.price);
    return new Map(
      territories.map((territory) => {
        const { minor } = equalized(point, territory);
        return [territory.id, plainAmount(minor, currencyOf(territory.currency))];
      }),
    );
  }

  /** Every write on a product, in the order in which they took effect or were refused. */
  history(kind: ProductKind, id: string): readonly PriceWrite[] {
    this.#product(kind, id);
    return [...(this.#history.get(`${kind} ${id}`) ?? [])];
  }

  /** Carries out a write and notes what it changed. */
  apply(product: PricedProduct, writer: Writer, at: EpochMillis, change: (today: string) => void): void {
    const today = pacificDay(at);
    const changes = changesOf(product, today, () => change(today));
    this.#note(product, { ...writer, at, outcome: 'applied', changes });
  }

  /** Notes a write that was refused. */
  refused(product: PricedProduct, writer: Writer, at: EpochMillis, reason: string): void {
    this.#note(product, { ...writer, at, outcome: 'refused', reason, changes: [] });
  }

  #note({ kind, id }: PricedProduct, write: PriceWrite): void {
    const key = `${kind} ${id}`;
    const writes = this.#history.get(key) ?? [];
    this.#history.set(key, writes);
    writes.push(write);
  }

  #product(kind: ProductKind, id: string): PricedProduct {
    this.#delayed.settle();
    const found = this.#find(kind, id);
    if (found === undefined) throw new Error(`The simulator has no ${kind} ${id}.`);
    return found;
  }

  #find(kind: ProductKind, id: string): PricedProduct | undefined {
    return kind === 'subscription' ? this.#subscriptions.get(id) : this.#scheduled.get(`${kind} ${id}`);
  }

  #addScheduled(kind: ScheduleKind, input: ScheduledProductInput): void {
    this.#refuseSecond(kind, input.id);
    this.#scheduled.set(`${kind} ${input.id}`, new ScheduledProduct(kind, input));
  }

  #refuseSecond(kind: ProductKind, id: string): void {
    if (this.#find(kind, id) !== undefined) throw new Error(`There is a ${kind} ${id} already.`);
  }
}
