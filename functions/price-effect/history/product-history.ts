import { movementOf } from '../../models/movement-rules.ts';
import { isSaleType } from '../../models/product-types.ts';
import type { TableValues } from '../../tables/read-table.ts';
import { MAXIMUM_PERIODS } from '../estimator/measure-group-rate.ts';
import { dayNumber } from './day-number.ts';

/** What is counted of a product, per storefront and report day. Money is in the storefront's own currency of proceeds. */
export const SERIES = [
  /** Paid units before refunds, and their proceeds. */
  'units',
  'proceeds',
  /** The same of rows that Apple marks New: first payments of subscriptions. */
  'newUnits',
  'newProceeds',
  /** Subscribed without an offer; started a free trial; started another offer. */
  'starts',
  'trials',
  'offerStarts',
  /** Trials that became paid, and all trials that ended. */
  'conversions',
  'trialsEnded',
  /** Cancellations of people who had paid, and all renewals that were due. */
  'cancellations',
  'renewalsDue',
  /** Cancellations with a reason that names the price. */
  'priceCancellations',
] as const;

export type SeriesName = (typeof SERIES)[number];

/** One storefront: `series` by day, and how often each customer price was paid, by day. */
export type CountryHistory = {
  series: Readonly<Record<SeriesName, number[]>>;
  prices: ReadonlyMap<string, number>[];
  /** Renewals due and those cancelled of people who had paid so many periods in full; the last number stands for more. */
  byPeriods: Map<number, { counted: number[]; cases: number[] }>;
};

/** A product's history in its storefronts, two letters. Index 0 is `firstDay`; every list has `days` entries. */
export type ProductHistory = {
  firstDay: number;
  days: number;
  countries: Map<string, CountryHistory>;
  /** Of subscriptions, such as `1 Month`. */
  duration?: string;
  /** Apple's number of the subscription group. */
  group?: string;
  /** Trials by the length that the reports name. */
  trialLengths: Map<string, number>;
};

export const emptyHistory = (firstDay: number, days: number): ProductHistory => ({
  firstDay,
  days,
  countries: new Map(),
  trialLengths: new Map(),
});

export const SALES_COLUMNS = [
  'apple_identifier',
  'product_type_identifier',
  'units',
  'developer_proceeds',
  'customer_price',
  'country_code',
  'subscription',
] as const;

export const EVENT_COLUMNS = [
  'subscription_apple_id',
  'subscription_group_id',
  'event_date',
  'event',
  'quantity',
  'country',
  'consecutive_paid_periods',
  'subscription_offer_type',
  'subscription_offer_duration',
  'standard_subscription_duration',
  'cancellation_reason',
] as const;

const textAt = (columns: TableValues, name: string, row: number): string => columns.get(name)?.[row] ?? '';
/** A binary float: good enough for ratios of sums, which carry an error of percents. */
const numberAt = (columns: TableValues, name: string, row: number): number =>
  Number(columns.get(name)?.[row] ?? 0);

function countryOf(history: ProductHistory, country: string): CountryHistory {
  const known = history.countries.get(country);
  if (known !== undefined) return known;
  const zeros = (): number[] => new Array<number>(history.days).fill(0);
  const made: CountryHistory = {
    series: {
      units: zeros(),
      proceeds: zeros(),
      newUnits: zeros(),
      newProceeds: zeros(),
      starts: zeros(),
      trials: zeros(),
      offerStarts: zeros(),
      conversions: zeros(),
      trialsEnded: zeros(),
      cancellations: zeros(),
      renewalsDue: zeros(),
      priceCancellations: zeros(),
    },
    prices: Array.from({ length: history.days }, () => new Map<string, number>()),
    byPeriods: new Map(),
  };
  history.countries.set(country, made);
  return made;
}

const add = (values: number[], day: number, amount: number): void => {
  values[day] = (values[day] ?? 0) + amount;
};

/** Adds a day of the daily Summary Sales report to the histories of the products that it sells. */
export function addSales(
  histories: ReadonlyMap<string, ProductHistory>,
  dayNumberOfReport: number,
  columns: TableValues,
): void {
  const ids = columns.get('apple_identifier') ?? [];
  for (let row = 0; row < ids.length; row += 1) {
    const history = histories.get(textAt(columns, 'apple_identifier', row));
    const day = dayNumberOfReport - (history?.firstDay ?? 0);
    if (history === undefined || day < 0 || day >= history.days) continue;
    const units = numberAt(columns, 'units', row);
    const price = Math.abs(numberAt(columns, 'customer_price', row));
    if (units <= 0 || price === 0 || !isSaleType(textAt(columns, 'product_type_identifier', row))) continue;
    const { series, prices } = countryOf(history, textAt(columns, 'country_code', row));
    const proceeds = units * numberAt(columns, 'developer_proceeds', row);
    add(series.units, day, units);
    add(series.proceeds, day, proceeds);
    const kind = textAt(columns, 'subscription', row);
    if (kind === 'New') {
      add(series.newUnits, day, units);
      add(series.newProceeds, day, proceeds);
    }
    const paid = prices[day];
    // Renewals may be at a kept price, which says nothing about today's.
    if (paid instanceof Map && kind !== 'Renewal')
      paid.set(price.toFixed(6), (paid.get(price.toFixed(6)) ?? 0) + units);
  }
}

const PRICE_REASON = /price/i;

/** Adds a day of the daily Subscription Event report. */
export function addEvents(histories: ReadonlyMap<string, ProductHistory>, columns: TableValues): void {
  const ids = columns.get('subscription_apple_id') ?? [];
  for (let row = 0; row < ids.length; row += 1) {
    const history = histories.get(textAt(columns, 'subscription_apple_id', row));
    if (history === undefined) continue;
    const date = textAt(columns, 'event_date', row);
    const day = date === '' ? -1 : dayNumber(date) - history.firstDay;
    if (day >= 0 && day < history.days) addEvent(history, day, columns, row);
  }
}

function addEvent(history: ProductHistory, day: number, columns: TableValues, row: number): void {
  const country = countryOf(history, textAt(columns, 'country', row));
  const { series } = country;
  const quantity = numberAt(columns, 'quantity', row);
  const duration = textAt(columns, 'standard_subscription_duration', row);
  if (duration !== '') history.duration = duration;
  const group = textAt(columns, 'subscription_group_id', row);
  if (group !== '') history.group = group;
  const counted = seriesOfEvent(columns, row);
  for (const name of counted) add(series[name], day, quantity);
  if (counted.includes('renewalsDue'))
    addByPeriods(country, history.days, {
      ...{ day, quantity, isCancelled: counted.includes('cancellations') },
      periods: numberAt(columns, 'consecutive_paid_periods', row),
    });
  if (!counted.includes('trials')) return;
  const length = textAt(columns, 'subscription_offer_duration', row);
  history.trialLengths.set(length, (history.trialLengths.get(length) ?? 0) + quantity);
}

/** Apple counts the period that a renewal begins, and of a cancellation only those that have ended. */
function addByPeriods(
  { byPeriods }: CountryHistory,
  days: number,
  {
    day,
    quantity,
    periods,
    isCancelled,
  }: { day: number; quantity: number; periods: number; isCancelled: boolean },
): void {
  const completed = Math.min(Math.max(1, isCancelled ? periods : periods - 1), MAXIMUM_PERIODS);
  const zeros = () => new Array<number>(days).fill(0);
  const found = byPeriods.get(completed) ?? { counted: zeros(), cases: zeros() };
  byPeriods.set(completed, found);
  add(found.cases, day, quantity);
  if (isCancelled) add(found.counted, day, quantity);
}

/** The series in which an event counts. */
function seriesOfEvent(columns: TableValues, row: number): SeriesName[] {
  switch (movementOf(textAt(columns, 'event', row))) {
    case 'start':
      return ['starts'];
    case 'offer_start':
      return [textAt(columns, 'subscription_offer_type', row) === 'Free Trial' ? 'trials' : 'offerStarts'];
    case 'conversion':
    case 'conversion_plan_change':
      return ['conversions', 'trialsEnded'];
    case 'renewal':
    case 'recovery':
      return ['renewalsDue'];
    case 'cancellation':
      if (numberAt(columns, 'consecutive_paid_periods', row) === 0) return ['trialsEnded'];
      return PRICE_REASON.test(textAt(columns, 'cancellation_reason', row))
        ? ['cancellations', 'renewalsDue', 'priceCancellations']
        : ['cancellations', 'renewalsDue'];
    default:
      return [];
  }
}

const UNIT_DAYS: Readonly<Record<string, number>> = { day: 1, week: 7, month: 31, year: 366 };

/** `3 Days`, `1 Week`, `1 Month` in days, a month as its longest; undefined for other texts. */
export function daysOfDuration(text: string): number | undefined {
  const [, count = '', unit = ''] = /^(\d+) (day|week|month|year)s?$/i.exec(text.trim()) ?? [];
  const days = UNIT_DAYS[unit.toLowerCase()];
  return days === undefined ? undefined : Number(count) * days;
}

/** The longest trial that at least one start in twenty had; undefined where the reports name no length. */
export function usualTrialDays({ trialLengths }: ProductHistory): number | undefined {
  const all = [...trialLengths.values()].reduce((sum, count) => sum + count, 0);
  const usual = [...trialLengths]
    .filter(([, count]) => count >= all / 20)
    .map(([length]) => daysOfDuration(length))
    .filter((days) => days !== undefined);
  return usual.length === 0 ? undefined : Math.max(...usual);
}

/** The price that most units were paid at between two days (the first included), and how many; undefined without sales. */
export function usualPrice(
  { prices }: CountryHistory,
  from: number,
  to: number,
): { price: number; units: number } | undefined {
  const all = new Map<string, number>();
  for (const day of prices.slice(Math.max(0, from), Math.max(0, to)))
    for (const [price, units] of day) all.set(price, (all.get(price) ?? 0) + units);
  const [most] = [...all].toSorted((a, b) => b[1] - a[1] || Number(a[0]) - Number(b[0]));
  return most === undefined ? undefined : { price: Number(most[0]), units: most[1] };
}
