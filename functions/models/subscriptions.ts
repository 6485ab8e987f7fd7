import { clean, column, common, type Model, type ModelColumn } from './model.ts';

const TABLE = 'subscription_summary_daily';

/** The states of a subscription, each with the report's column that counts it. */
const STATES: readonly (readonly [state: string, source: string, comment: string])[] = [
  ['paid_standard', 'active_standard_price_subscriptions', 'Paying the standard or a preserved price.'],
  ['trial_intro', 'active_free_trial_introductory_offer_subscriptions', 'Free trial.'],
  [
    'paid_up_front_intro',
    'active_pay_up_front_introductory_offer_subscriptions',
    'Introductory offer, paid up front.',
  ],
  [
    'paid_as_you_go_intro',
    'active_pay_as_you_go_introductory_offer_subscriptions',
    'Introductory offer, paid per period.',
  ],
  ...(['promotional', 'offer_code'] as const).flatMap((offer) => {
    const short = offer === 'promotional' ? 'promo' : 'code';
    const name = offer === 'promotional' ? 'Promotional offer' : 'Offer code';
    return [
      [
        `trial_${short}`,
        `free_trial_${offer}${offer === 'promotional' ? '_offer' : ''}_subscriptions`,
        `${name}, free.`,
      ],
      [
        `paid_up_front_${short}`,
        `pay_up_front_${offer}${offer === 'promotional' ? '_offer' : ''}_subscriptions`,
        `${name}, paid up front.`,
      ],
      [
        `paid_as_you_go_${short}`,
        `pay_as_you_go_${offer}${offer === 'promotional' ? '_offer' : ''}_subscriptions`,
        `${name}, paid per period.`,
      ],
    ] as const;
  }),
  ['trial_winback', 'free_trial_win_back_offers', 'Win-back offer, free.'],
  ['paid_up_front_winback', 'pay_up_front_win_back_offers', 'Win-back offer, paid up front.'],
  ['paid_as_you_go_winback', 'pay_as_you_go_win_back_offers', 'Win-back offer, paid per period.'],
  ['opt_in', 'marketing_opt_ins', 'Free bonus period.'],
  ['billing_retry', 'billing_retry', 'Renewal failed, Apple retries. Not active.'],
  ['grace', 'grace_period', 'Has access without having paid. Beside active, never inside.'],
];
const named = (start: string): string[] =>
  STATES.map(([state]) => state).filter((state) => state.startsWith(start));
const PAID = named('paid_');
const FREE = [...named('trial_'), 'opt_in'];

const GRAIN: readonly ModelColumn[] = [
  ...common('report_date', 'team', 'vendor', 'reported_app_id'),
  column('subscription_id', 'varchar', 'Apple ID of the subscription.'),
  column('subscription_name', 'varchar', 'Its reference name in the report.'),
  column('duration', 'varchar', 'Standard duration, such as 1 Month.'),
  ...common('country_code'),
  column('customer_currency', 'varchar', 'Currency of the price.'),
  column('currency_of_proceeds', 'varchar', 'Currency of the proceeds.'),
  column(
    'preserved',
    'boolean',
    'Whether the row is marked Preserved Pricing. The mark is set on renewal only.',
  ),
];

/** Months per duration: a weekly price counts 365.25 / 84 times per month. */
// mutation: model-per-month
const PER_MONTH = `CASE duration
      WHEN '7 Days' THEN 365.25e0 / 84e0 WHEN '1 Month' THEN 1e0 WHEN '2 Months' THEN 1e0 / 2e0
      WHEN '3 Months' THEN 1e0 / 3e0 WHEN '6 Months' THEN 1e0 / 6e0 WHEN '1 Year' THEN 1e0 / 12e0 END`;

export const SUBSCRIPTION_LINES: Model = {
  name: 'subscription_lines',
  grain: "one row of Apple's daily Subscription report",
  description: 'Rows of the subscription balance with trimmed text and short names.',
  reads: [TABLE],
  columns: [
    ...GRAIN,
    column('price', 'decimal(38,6)', 'Customer price of this row: what these subscribers pay per period.'),
    column('proceeds', 'decimal(38,6)', 'Proceeds per period.'),
    ...STATES.map(([state, , comment]) => column(state, 'decimal(38,2)', comment)),
  ],
  select: `  SELECT cast(report_date AS date) AS report_date, team, vendor,
    ${clean('app_apple_id')} AS app_id,
    ${clean('subscription_apple_id')} AS subscription_id,
    ${clean('subscription_name')} AS subscription_name,
    ${clean('standard_subscription_duration')} AS duration,
    ${clean('country')} AS country_code,
    ${clean('customer_currency')} AS customer_currency,
    ${clean('proceeds_currency')} AS currency_of_proceeds,
    coalesce(trim(preserved_pricing) = 'Yes', false) AS preserved,
    customer_price AS price,
    developer_proceeds AS proceeds,
    ${STATES.map(([state, source]) => `coalesce(${source}, 0) AS ${state}`).join(',\n    ')}
  FROM ${TABLE}`,
};

const grainNames = GRAIN.map(({ name }) => name).join(', ');

export const SUBSCRIPTIONS_DAILY: Model = {
  name: 'subscriptions_daily',
  grain: 'one day, vendor, subscription, storefront, pair of currencies and mark of preserved pricing',
  description:
    'Active subscriptions by state on a day. A balance: take the last day of a period or an average, never a sum over days. Apple’s column Subscribers is left out, as it is filled only where a row has more than three.',
  reads: ['subscription_lines'],
  columns: [
    ...GRAIN,
    ...STATES.map(([state, , comment]) => column(state, 'decimal(38,2)', comment)),
    column(
      'active_paid',
      'decimal(38,2)',
      "Apple's Active Paid Subscriptions: standard and every paid offer.",
    ),
    column('active_all', 'decimal(38,2)', 'active_paid, trials and opt-ins.'),
  ],
  select: `  SELECT ${grainNames},
    ${STATES.map(([state]) => `sum(${state}) AS ${state}`).join(',\n    ')},
    sum(${PAID.join(' + ')}) AS active_paid,
    sum(${[...PAID, ...FREE].join(' + ')}) AS active_all
  FROM subscription_lines
  GROUP BY ${grainNames}`,
};

/** Paid per period at this row's price. Pay Up Front cannot be spread, as the report lacks the offer's length. */
const COUNTED = [
  'paid_standard',
  ...STATES.map(([state]) => state).filter((state) => state.startsWith('paid_as_you_go_')),
];
const EXCLUDED = STATES.map(([state]) => state).filter((state) => state.startsWith('paid_up_front_'));

export const MRR_DAILY: Model = {
  name: 'mrr_daily',
  grain: 'one day, vendor, subscription, storefront, pair of currencies and mark of preserved pricing',
  description:
    'Monthly recurring revenue, an estimate: each active paid subscription at its own price, spread over its duration. Offers paid up front are counted in mrr_excluded.',
  reads: ['subscription_lines'],
  columns: [
    ...GRAIN,
    column('paid', 'decimal(38,2)', 'Subscriptions that are counted.'),
    column(
      'mrr_customer',
      'decimal(38,6)',
      'Estimate in customer prices, tax included where prices include it; NULL where no duration is known.',
    ),
    column('mrr_proceeds', 'decimal(38,6)', 'Estimate in proceeds; NULL where no duration is known.'),
    column(
      'mrr_excluded',
      'decimal(38,2)',
      'Subscriptions in offers paid up front, or of an unknown duration.',
    ),
  ],
  select: `  SELECT ${grainNames},
    sum(CASE WHEN per_month IS NULL THEN 0 ELSE counted END) AS paid,
    sum(counted * price * per_month) AS mrr_customer,
    sum(counted * proceeds * per_month) AS mrr_proceeds,
    sum(excluded + CASE WHEN per_month IS NULL THEN counted ELSE 0 END) AS mrr_excluded
  FROM (
    SELECT ${grainNames},
      cast(price AS double) AS price, cast(proceeds AS double) AS proceeds,
      ${COUNTED.join(' + ')} AS counted,
      ${EXCLUDED.join(' + ')} AS excluded,
      cast(${PER_MONTH} AS double) AS per_month
    FROM subscription_lines
  ) AS rows_by_price
  GROUP BY ${grainNames}`,
};
