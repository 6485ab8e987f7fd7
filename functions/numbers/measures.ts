/** What numbers can be grouped by. */
export const BYS = ['app', 'product', 'country', 'currency'] as const;
export type By = (typeof BYS)[number];

export const MEASURE_NAMES = [
  'sales',
  'subscriptions',
  'mrr',
  'churn',
  'refunds',
  'finance',
  'prices',
  'reviews',
] as const;
export type MeasureName = (typeof MEASURE_NAMES)[number];

/** A column of the answer, as an expression over the lines of its view. */
export type Amount = {
  name: string;
  sql: string;
  money: boolean;
  /** The sum is divided by that of another amount, over the lines of this window. */
  mean?: { per: string; window: 'period' | 'before' };
};

/** How one measure is read from a view. Its text is DuckDB's SQL; `m` is the view. */
export type Measure = {
  /** What the value is, as the head of a column. */
  title: string;
  /** The view, or a join of views that begins with `<view> AS m`. */
  from: string;
  /** Views that `from` names. */
  reads: readonly string[];
  /** The report that has to be subscribed. */
  report: string;
  /** What a span counts. */
  period: 'days' | 'months' | 'fiscalMonths';
  /** `sum`: over the days. `last`: a balance, of the newest day. `ratio`: the first amount by the second, in percent. */
  kind: 'sum' | 'last' | 'ratio';
  day: string;
  currency?: string;
  groups: Readonly<Partial<Record<By, string>>>;
  /** What may not be mixed besides. */
  split?: string;
  /** Lines that count. */
  where?: string;
  /** The value first. */
  amounts: readonly Amount[];
  /** One look at Apple brings everything that lies before it: only days after the newest look are missing. */
  hasHistory?: true;
  /** What a reader has to know. */
  caveat?: string;
};

const amount = (name: string, sql: string = `m.${name}`): Amount => ({ name, sql, money: false });
const money = (name: string, sql: string = `m.${name}`): Amount => ({ name, sql, money: true });

const meanStars = (name: string, window: 'period' | 'before'): Amount => ({
  ...amount(name, 'm.stars'),
  mean: { per: 'reviews', window },
});

const SALES_GROUPS = {
  app: 'm.app_id',
  product: 'm.product_id',
  country: 'm.country_code',
  currency: 'm.currency_of_proceeds',
};
const SALES = {
  from: 'sales_daily AS m',
  reads: ['sales_daily'],
  report: 'SALES/SUMMARY/DAILY',
  period: 'days',
  kind: 'sum',
  day: 'm.report_date',
  currency: 'm.currency_of_proceeds',
  groups: SALES_GROUPS,
} as const;

const SUBSCRIPTION_GROUPS = {
  app: 'm.app_id',
  product: 'm.subscription_id',
  country: 'm.country_code',
};

/** Every measure but prices, which cannot be added up. */
export const MEASURES: Readonly<Record<Exclude<MeasureName, 'prices'>, Measure>> = {
  sales: {
    ...SALES,
    title: 'proceeds',
    amounts: [money('proceeds'), amount('units', 'm.units_sold'), amount('downloads')],
  },
  refunds: {
    ...SALES,
    title: 'refunded',
    amounts: [
      money('refunded', '-m.proceeds_refunded'),
      amount('units', 'm.units_refunded'),
      amount('unitsSold', 'm.units_sold'),
    ],
    where: 'm.units_refunded <> 0 OR m.units_sold <> 0',
    caveat: 'A refund counts on the day on which it was given back, not on that of the sale.',
  },
  subscriptions: {
    title: 'active paid',
    from: 'subscriptions_daily AS m',
    reads: ['subscriptions_daily'],
    report: 'SUBSCRIPTION/SUMMARY/DAILY',
    period: 'days',
    kind: 'last',
    day: 'm.report_date',
    groups: { ...SUBSCRIPTION_GROUPS, currency: 'm.customer_currency' },
    amounts: [
      amount('activePaid', 'm.active_paid'),
      amount('trials', 'm.active_all - m.active_paid'),
      amount('billingRetry', 'm.billing_retry'),
      amount('grace'),
    ],
  },
  mrr: {
    title: 'MRR',
    from: 'mrr_daily AS m',
    reads: ['mrr_daily'],
    report: 'SUBSCRIPTION/SUMMARY/DAILY',
    period: 'days',
    kind: 'last',
    day: 'm.report_date',
    currency: 'm.currency_of_proceeds',
    groups: { ...SUBSCRIPTION_GROUPS, currency: 'm.currency_of_proceeds' },
    amounts: [money('mrr', 'm.mrr_proceeds'), amount('paid'), amount('excluded', 'm.mrr_excluded')],
    caveat:
      'An estimate in proceeds: each paid subscription at its own price, spread over its duration. Offers that are paid up front are counted in "excluded".',
  },
  churn: {
    title: 'churn per month',
    from: 'churn_monthly AS m',
    reads: ['churn_monthly'],
    report: 'SUBSCRIPTION_EVENT/SUMMARY/DAILY',
    period: 'months',
    kind: 'ratio',
    day: 'm.month',
    groups: { app: 'm.app_id', product: 'm.subscription_id' },
    split: 'm.duration',
    where: 'm.start_paid IS NOT NULL',
    amounts: [
      amount('lost'),
      amount('startPaid', 'm.start_paid'),
      amount('involuntary', 'm.lost_involuntary'),
    ],
    caveat:
      'Cancellations of people who had paid, divided by active paid subscriptions on the last day before the month. Durations are not mixed.',
  },
  finance: {
    title: 'proceeds',
    from: `finance_monthly AS m JOIN (SELECT DISTINCT team, vendor, cast(report_date AS varchar) AS settled_month FROM financial_zz) AS s
      ON s.team = m.team AND s.vendor = m.vendor AND s.settled_month = m.fiscal_month
      LEFT JOIN products AS p ON p.team = m.team AND p.product_id = m.product_id`,
    reads: ['finance_monthly', 'products'],
    report: 'FINANCIAL/ZZ',
    period: 'fiscalMonths',
    kind: 'sum',
    day: 'm.last_day',
    currency: 'm.currency',
    groups: {
      app: 'coalesce(p.app_id, m.product_id)',
      product: 'm.product_id',
      country: 'm.country_code',
      currency: 'm.currency',
    },
    amounts: [
      money('proceeds'),
      money('sales', 'm.sales_proceeds'),
      money('difference'),
      amount('units'),
      amount('returns'),
    ],
    caveat:
      'Apple’s fiscal months, beside the daily sales of the same days. A difference is normal: a sale settles up to ten days later.',
  },
  reviews: {
    title: 'reviews',
    from: 'reviews_daily AS m',
    reads: ['reviews_daily'],
    report: 'CUSTOMER_REVIEWS (setting "reviews")',
    period: 'days',
    kind: 'sum',
    day: 'm.created_day',
    groups: { app: 'm.app_id', country: 'coalesce(m.country_code, m.territory)' },
    amounts: [
      amount('reviews'),
      meanStars('meanStars', 'period'),
      meanStars('meanBefore', 'before'),
      amount('answered'),
    ],
    hasHistory: true,
    caveat:
      'Reviews with a text, as they were last seen. Ratings without a text are not among them: the mean is not the rating in the store.',
  },
};
