import { opaqueId } from '../rules/opaque-id.ts';
import { countryCode } from './country-codes.ts';
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
import { isOpen, type Territory, territories } from './territories.ts';

export type ScheduleKind = 'inAppPurchase' | 'app';

export type ScheduledProductInput = {
  team: string;
  id: string;
  name?: string;
  /** The developer's own name of an in-app purchase, or the bundle ID of an app. */
  productId?: string;
  /** The app that an in-app purchase belongs to; default the team's first. */
  app?: string;
  /** Where it is sold. Default everywhere. */
  availableIn?: readonly string[];
  /** Default USA. */
  baseTerritory?: string;
  /** Territory → customer price, set by hand since ever; the base territory's among them. */
  prices?: Readonly<Record<string, string>>;
  /** The only territories it has prices in; default all, as at Apple. Others save time where 175 are not the point. */
  onlyIn?: readonly string[];
};

/** A price set by hand. `null`: since ever, for ever. It applies until the day before `endDate`. */
export type ManualPrice = { point: PricePoint; startDate: string | null; endDate: string | null };

/** One schedule: what was written at once, and from which day on it stood. */
type Edition = { since: string; baseTerritory: string; manual: readonly ManualPrice[] };

type Span = { from: string; until: string | undefined; point: PricePoint };

/** An in-app purchase or app: prices set by hand in some territories, all others follow the base territory. */
export class ScheduledProduct implements PricedProduct {
  readonly plans: readonly Plan[] = ['UPFRONT'];
  readonly kind: ScheduleKind;
  readonly id: string;
  readonly team: string;
  readonly name: string;
  readonly productId: string;
  readonly app: string | undefined;
  readonly availableIn: readonly string[] | undefined;
  readonly #territories: readonly Territory[];
  #editions: Edition[] = [];

  constructor(kind: ScheduleKind, input: ScheduledProductInput) {
    this.kind = kind;
    this.id = input.id;
    this.team = input.team;
    this.name = input.name ?? `${kind} ${input.id}`;
    this.productId = input.productId ?? `${kind === 'app' ? 'app' : 'product'}.${input.id}`;
    this.app = input.app;
    this.availableIn = input.availableIn;
    const { onlyIn } = input;
    this.#territories =
      onlyIn === undefined ? territories : territories.filter(({ id }) => onlyIn.includes(id));
    if (input.prices === undefined) return;
    const { baseTerritory = 'USA', prices } = input;
    if (prices[baseTerritory] === undefined)
      throw new Error(`${baseTerritory}, the base territory, has no price.`);
    const manual = Object.entries(prices).map(([territory, price]) => ({
      point: pricePointAt({ kind, id: input.id, plan: 'UPFRONT' }, territory, price),
      startDate: null,
      endDate: null,
    }));
    this.#editions.push({ since: ALWAYS, baseTerritory, manual });
  }

  /** The base territory; `undefined` while there is no schedule. */
  get baseTerritory(): string | undefined {
    return this.#editions.at(-1)?.baseTerritory;
  }

  /** Whether this very price is in the schedule, so that it may be sent again though it began in the past. */
  has(price: ManualPrice): boolean {
    const manual = this.#editions.at(-1)?.manual ?? [];
    return manual.some((known) => known.startDate === price.startDate && samePoint(known, price));
  }

  /** Puts another schedule in the place of the whole one. */
  replace(baseTerritory: string, manual: readonly ManualPrice[], today: string): void {
    this.#editions.push({ since: today, baseTerritory, manual });
  }

  rewrite(change: (point: PricePoint) => PricePoint): void {
    this.#editions = this.#editions.map((edition) => ({
      ...edition,
      manual: edition.manual.map((price) => ({ ...price, point: change(price.point) })),
    }));
  }

  prices(today: string): PriceRecord[] {
    return [...this.manualPrices(today), ...this.automaticPrices(today)];
  }

  /** What was set by hand and is not over. */
  manualPrices(today: string): PriceRecord[] {
    const manual = this.#editions.at(-1)?.manual ?? [];
    return manual
      .filter(({ point, endDate }) => isOpen(point.territory) && (endDate === null || endDate > today))
      .map((price) => record(price, true));
  }

  /** What follows from the base territory, wherever and whenever nothing was set by hand, and is not over. */
  automaticPrices(today: string): PriceRecord[] {
    const edition = this.#editions.at(-1);
    if (edition === undefined) return [];
    return this.#territories
      .filter(({ id }) => id !== edition.baseTerritory)
      .flatMap((territory) =>
        automaticSpans(edition, territory.id)
          .filter(({ until }) => until === undefined || until > today)
          .map(({ from, until, point }) =>
            record(
              {
                point: equalized(point, territory),
                startDate: from === ALWAYS ? null : from,
                endDate: until ?? null,
              },
              false,
            ),
          ),
      );
  }

  effective(day: string): Map<string, string> {
    const edition = this.#editions.findLast(({ since }) => since <= day) ?? this.#editions[0];
    if (edition === undefined) return new Map();
    const base = manualAt(edition, edition.baseTerritory, day);
    return new Map(
      this.#territories.flatMap((territory) => {
        const point = manualAt(edition, territory.id, day) ?? (base && equalized(base, territory));
        return point === undefined ? [] : [[territory.id, customerPrice(point)] as const];
      }),
    );
  }

  changeDays(): string[] {
    return this.#editions.flatMap(({ since, manual }) => [since, ...daysOf(manual)]);
  }
}

const daysOf = (manual: readonly ManualPrice[]): string[] =>
  manual.flatMap(({ startDate, endDate }) => [startDate, endDate].filter((day) => day !== null));

function manualAt({ manual }: Edition, territory: string, day: string): PricePoint | undefined {
  return manual.find(
    ({ point, startDate, endDate }) =>
      point.territory === territory && (startDate ?? ALWAYS) <= day && (endDate === null || day < endDate),
  )?.point;
}

/** The spans in which a territory follows the base, each with the base's price; neighbours of one price are one. */
function automaticSpans(edition: Edition, territory: string): Span[] {
  const near = edition.manual.filter(
    ({ point }) => point.territory === territory || point.territory === edition.baseTerritory,
  );
  const days = [...new Set([ALWAYS, ...daysOf(near)])].sort();
  const spans: Span[] = [];
  for (const [index, from] of days.entries()) {
    const base = manualAt(edition, edition.baseTerritory, from);
    if (base === undefined || manualAt(edition, territory, from) !== undefined) continue;
    const until = days[index + 1];
    const last = spans.at(-1);
    if (last?.until === from && last.point === base) last.until = until;
    else spans.push({ from, until, point: base });
  }
  return spans;
}

const samePoint = (one: ManualPrice, other: ManualPrice): boolean =>
  pricePointId(one.point) === pricePointId(other.point);

/** Apple's form: product, territory, days since 1970 of start and end. */
const priceId = ({ point, startDate, endDate }: ManualPrice, manual: boolean): string =>
  opaqueId({
    i: point.id,
    c: countryCode(point.territory),
    d: dayNumber(startDate),
    e: dayNumber(endDate),
    m: manual ? 1 : 0,
  });

const record = (price: ManualPrice, manual: boolean): PriceRecord => ({
  id: priceId(price, manual),
  plan: 'UPFRONT',
  territory: price.point.territory,
  customerPrice: customerPrice(price.point),
  pricePointId: pricePointId(price.point),
  startDate: price.startDate,
  endDate: price.endDate,
  preserved: false,
  manual,
});
