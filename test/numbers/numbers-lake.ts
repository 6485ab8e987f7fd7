import type { NumbersLake } from '../../functions/numbers/answer.ts';
import { openSmallLake, type Row } from '../models/small-lake.ts';

const OWNER = { team: 'acme', vendor: '85012345' };

/** A sales row: `[day, product, units, proceeds, price, currency, country]`, money per unit. */
export type Sale = readonly [string, 'app' | 'coins' | 'pro', number, number, number, string, string];
const PRODUCTS = {
  app: { sku: 'com.ex.app', apple_identifier: '100', title: 'Tide', product_type_identifier: '1F' },
  coins: {
    sku: 'coins',
    apple_identifier: '300',
    title: 'Coins',
    product_type_identifier: 'IA1',
    parent_identifier: 'com.ex.app',
  },
  pro: {
    sku: 'pro',
    apple_identifier: '200',
    title: 'Pro',
    product_type_identifier: 'IAY',
    parent_identifier: 'com.ex.app',
  },
} as const;
const sale = ([day, product, units, proceeds, price, currency, country]: Sale): Row => ({
  ...OWNER,
  ...PRODUCTS[product],
  report_date: day,
  units,
  developer_proceeds: proceeds,
  customer_price: price,
  customer_currency: currency,
  currency_of_proceeds: currency,
  country_code: country,
});

// The period is 18 to 20 November, the one before 15 to 17 November.
const SALES = [
  ['2026-11-15', 'coins', 10, 2, 3, 'EUR', 'DE'],
  ['2026-11-17', 'pro', 1, 7, 10, 'USD', 'US'],
  ['2026-11-18', 'app', 5, 0, 0, 'EUR', 'DE'],
  ['2026-11-18', 'coins', 4, 2, 3, 'EUR', 'DE'],
  ['2026-11-19', 'coins', 12, 1, 3, 'EUR', 'FR'],
  ['2026-11-19', 'coins', -1, 2, -3, 'EUR', 'DE'],
  ['2026-11-20', 'pro', 3, 7, 10, 'USD', 'US'],
  ['2026-11-20', 'pro', 2, 7.5, 12, 'USD', 'US'],
  ['2026-11-20', 'coins', 1, 30, 45, 'EGP', 'EG'],
] as const satisfies readonly Sale[];

const subscription = (
  day: string,
  duration: string,
  price: number,
  proceeds: number,
  paid: number,
  more: Row = {},
): Row => ({
  ...OWNER,
  report_date: day,
  app_name: 'Tide',
  app_apple_id: '100',
  subscription_name: duration === '1 Year' ? 'Pro, yearly' : 'Pro, monthly',
  subscription_apple_id: duration === '1 Year' ? '201' : '202',
  standard_subscription_duration: duration,
  customer_price: price,
  customer_currency: 'EUR',
  developer_proceeds: proceeds,
  proceeds_currency: 'EUR',
  country: 'DE',
  active_standard_price_subscriptions: paid,
  ...more,
});

const event = (day: string, periods: number, quantity: number, reason = 'Canceled'): Row => ({
  ...OWNER,
  report_date: day,
  event_date: day,
  event: 'Cancel',
  app_apple_id: '100',
  subscription_apple_id: '202',
  standard_subscription_duration: '1 Month',
  original_start_date: '2026-01-05',
  cancellation_reason: reason,
  consecutive_paid_periods: periods,
  country: 'DE',
  quantity,
});

const finance = (month: string, quantity: number, share: number): Row => ({
  ...OWNER,
  report_date: month,
  apple_identifier: '300',
  country_of_sale: 'DE',
  partner_share_currency: 'EUR',
  quantity,
  extended_partner_share: share,
  customer_price: 3,
});

/** A version of a review, seen on the day of its date. */
const review = (id: string, day: string, rating: number, territory: string, more: Row = {}): Row => ({
  team: 'acme',
  app: '100',
  report_date: day,
  review_id: id,
  version: 1,
  change: 'new',
  seen_at: `${day}T12:00:00.000Z`,
  created_at: `${day}T10:00:00.000Z`,
  created_day: day,
  rating,
  territory,
  ...more,
});

const REVIEWS: readonly Row[] = [
  review('a', '2026-11-15', 5, 'DEU'),
  review('b', '2026-11-16', 4, 'DEU'),
  // Written with one star, edited on the next day.
  review('c', '2026-11-18', 1, 'DEU'),
  review('c', '2026-11-18', 4, 'DEU', { report_date: '2026-11-19', version: 2, change: 'edited' }),
  review('d', '2026-11-19', 5, 'DEU', { response_id: 'x' }),
  review('e', '2026-11-20', 2, 'DEU'),
  review('f', '2026-11-20', 1, 'USA'),
  // A storefront that the list of storefronts does not have.
  review('g', '2026-11-20', 3, 'ZZZ', { app: '999' }),
];

/** US dollars per euro. A rate counts for up to seven days. */
const rate = (day: string, perEur: string): Row => ({
  currency: 'USD',
  rate_date: day,
  per_eur: perEur,
  source: 'ecb',
  loaded_at: `${day}T15:00:00Z`,
});

/** Fiscal 2026-12 is 30 August to 26 September 2026, 2027-01 to 31 October, 2027-02 is 1 to 28 November. */
const FINANCE = [finance('2027-01', 5, 10), finance('2027-02', 8, 16), finance('2027-02', -1, -2)];
/** Another fiscal month that is stored. */
export const MONTH_BEFORE = finance('2026-12', 4, 9);

/**
 * @param sales - in place of the sales of the tests
 * @param moreFinance - rows of further fiscal months
 */
export async function smallLake(
  sales: readonly Sale[] = SALES,
  moreFinance: readonly Row[] = [],
): Promise<NumbersLake> {
  const ask = await openSmallLake({
    sales_summary_daily: sales.map(sale),
    subscription_summary_daily: [
      subscription('2026-09-30', '1 Month', 5, 3, 200),
      subscription('2026-10-31', '1 Month', 5, 3, 250),
      subscription('2026-11-17', '1 Month', 5, 3, 100),
      subscription('2026-11-19', '1 Month', 5, 3, 130, { billing_retry: 4 }),
      // The newest day of the period.
      subscription('2026-11-20', '1 Month', 5, 3, 120, {
        billing_retry: 6,
        active_free_trial_introductory_offer_subscriptions: 9,
      }),
      subscription('2026-11-20', '1 Year', 60, 36, 10),
    ],
    subscription_event_summary_daily: [
      event('2026-10-10', 2, 18),
      event('2026-10-12', 0, 40),
      event('2026-11-09', 3, 15),
      event('2026-11-12', 1, 5, 'Billing issue'),
      event('2026-12-03', 1, 99),
    ],
    financial_zz: [...FINANCE, ...moreFinance],
    customer_reviews: REVIEWS,
    exchange_rates: [rate('2026-11-15', '1.4'), rate('2026-11-20', '1.25')],
  });
  return { ask, has: () => true };
}
