import { column, common, type Model } from './model.ts';

/** Written by the watch over prices, where `prices.watch` is `all`. */
const TABLE = 'price_list_daily';

const PRODUCT = [
  column('product_kind', 'varchar', 'subscription, inAppPurchase or app.'),
  column('product_id', 'varchar', "Apple ID of the product, as in sales_daily's product_id."),
  column(
    'plan',
    'varchar',
    'Of subscriptions: UPFRONT, or MONTHLY for a commitment of twelve months; NULL for other products.',
  ),
];

export const PRICES_DAILY: Model = {
  name: 'prices_daily',
  grain: 'one day, product, plan and territory',
  description:
    'What a new customer paid on a day, as Apple listed it. Subscribers with a kept price pay another one: see subscription_lines.',
  reads: [TABLE, 'territories'],
  columns: [
    column('day', 'date', 'Pacific day on which the list was read.'),
    ...common('team'),
    ...PRODUCT,
    column('product_name', 'varchar', 'Reference name, or the name of the app.'),
    column('territory', 'varchar', 'Three letters, as in prices.'),
    ...common('country_code'),
    column('currency', 'varchar', 'Currency of all amounts of the row. A storefront can change it.'),
    column(
      'customer_price',
      'decimal(38,6)',
      'Price for new customers; NULL where there is none, or its price point is gone.',
    ),
    column('proceeds', 'decimal(38,6)', 'What the developer gets of it, in the first year of a subscriber.'),
    column('price_source', 'varchar', 'base, manual or automatic: who decides the price.'),
    column('scheduled_from', 'date', 'Day on which the next scheduled price starts.'),
    column('scheduled_price', 'decimal(38,6)', 'The next scheduled price.'),
  ],
  select: `  SELECT cast(p.report_date AS date) AS day, p.team, p.product_kind, p.product_id, p.product_plan AS plan,
    p.product_name, p.territory, t.country_code, p.currency, p.customer_price, p.developer_proceeds AS proceeds,
    p.price_source, p.scheduled_from, p.scheduled_price
  FROM ${TABLE} AS p
  LEFT JOIN territories AS t ON t.territory = p.territory`,
};

export const PRICE_MOVES: Model = {
  name: 'price_moves',
  grain: 'one day, product, plan and territory whose price or proceeds differ from the list before',
  description:
    "Every price that moved, ours and Apple's: the daily price list compared with the one before, and the price change that asked for it. Proceeds alone move with taxes.",
  reads: ['prices_daily', 'price_changes'],
  columns: [
    column('day', 'date', 'First day of which the list shows the new price.'),
    column('day_before', 'date', 'Day of the list before.'),
    ...common('team'),
    ...PRODUCT,
    column('territory', 'varchar', 'Three letters.'),
    ...common('country_code'),
    column('currency', 'varchar', 'Currency after.'),
    column('currency_before', 'varchar', 'Currency before.'),
    column('price_before', 'decimal(38,6)', 'Price before, in currency_before.'),
    column('price_after', 'decimal(38,6)', 'Price after.'),
    column('proceeds_before', 'decimal(38,6)', 'Proceeds before.'),
    column('proceeds_after', 'decimal(38,6)', 'Proceeds after.'),
    column('change_id', 'varchar', 'The price change that asked for it; NULL where none did.'),
  ],
  // mutation: model-price-moves
  select: `  WITH beside AS (
    SELECT day, team, product_kind, product_id, plan, territory, country_code, currency, customer_price, proceeds,
      lag(day) OVER (PARTITION BY team, product_kind, product_id, plan, territory ORDER BY day) AS day_before,
      lag(currency) OVER (PARTITION BY team, product_kind, product_id, plan, territory ORDER BY day) AS currency_before,
      lag(customer_price) OVER (PARTITION BY team, product_kind, product_id, plan, territory ORDER BY day) AS price_before,
      lag(proceeds) OVER (PARTITION BY team, product_kind, product_id, plan, territory ORDER BY day) AS proceeds_before
    FROM prices_daily
  ), asked AS (
    SELECT c.team, c.product_id, coalesce(c.plan, '-') AS plan, c.territory, c.effective_day, c.price_after,
      max(c.change_id) AS change_id
    FROM price_changes AS c
    GROUP BY c.team, c.product_id, coalesce(c.plan, '-'), c.territory, c.effective_day, c.price_after
  )
  SELECT b.day, b.day_before, b.team, b.product_kind, b.product_id, b.plan, b.territory, b.country_code, b.currency,
    b.currency_before, b.price_before, b.customer_price AS price_after, b.proceeds_before, b.proceeds AS proceeds_after,
    max(a.change_id) AS change_id
  FROM beside AS b
  LEFT JOIN asked AS a ON a.team = b.team AND a.product_id = b.product_id AND a.plan = coalesce(b.plan, '-')
    AND a.territory = b.territory AND a.price_after = b.customer_price
    AND a.effective_day >= b.day_before AND a.effective_day <= b.day
  WHERE b.day_before IS NOT NULL
    AND (coalesce(b.customer_price, -1) <> coalesce(b.price_before, -1) OR coalesce(b.proceeds, -1) <> coalesce(b.proceeds_before, -1)
      OR coalesce(b.currency, '-') <> coalesce(b.currency_before, '-'))
  GROUP BY b.day, b.day_before, b.team, b.product_kind, b.product_id, b.plan, b.territory, b.country_code, b.currency,
    b.currency_before, b.price_before, b.customer_price, b.proceeds_before, b.proceeds`,
};
