import { clean, column, common, type Model } from './model.ts';

const TABLE = 'sales_summary_daily';

/**
 * Sales rows with blanks taken away, real dates and the kind of each row. Every model of sales reads these, so that the traps
 * of Apple's file are handled once: money is per unit, refunds are negative units with a negative price.
 */
// mutation: model-sales-lines
export const SALES_LINES: Model = {
  name: 'sales_lines',
  grain: "one row of Apple's daily Summary Sales report",
  description: 'Sales rows with trimmed text, amounts of the whole row and the kind of product.',
  reads: [TABLE, 'product_types'],
  columns: [
    ...common('report_date', 'team', 'vendor'),
    column('product_id', 'varchar', 'Apple ID of what was sold: the app or the in-app purchase.'),
    column('sku', 'varchar', 'SKU or product ID, without padding.'),
    column('title', 'varchar', 'Name in the report. It can be localised and can change.'),
    column('parent_sku', 'varchar', 'SKU of the app, on rows of in-app purchases.'),
    column('kind', 'varchar', 'See product_types; unknown codes are kept as unknown.'),
    column('is_sale', 'boolean', 'Whether the kind can have money.'),
    column(
      'is_credit',
      'boolean',
      'A credit for apps owned before a bundle was completed: negative, no refund.',
    ),
    column('subscription_row', 'varchar', 'New, Renewal or NULL.'),
    column('country_code', 'varchar', 'Storefront, two letters.'),
    column('customer_currency', 'varchar', 'Currency of the price.'),
    column('currency_of_proceeds', 'varchar', 'Currency of the proceeds.'),
    column('units', 'decimal(38,2)', 'Negative for refunds and bundle credits.'),
    column('price', 'decimal(38,6)', 'Customer price per unit, never negative.'),
    column('proceeds', 'decimal(38,6)', 'Units times proceeds per unit; negative for refunds.'),
    column('customer_amount', 'decimal(38,6)', 'Units times price; negative for refunds.'),
  ],
  select: `  SELECT
    cast(s.report_date AS date) AS report_date,
    s.team,
    s.vendor,
    ${clean('s.apple_identifier')} AS product_id,
    ${clean('s.sku')} AS sku,
    ${clean('s.title')} AS title,
    ${clean('s.parent_identifier')} AS parent_sku,
    coalesce(t.kind, 'unknown') AS kind,
    coalesce(t.is_sale, true) AS is_sale,
    coalesce(trim(s.cmb) = 'CMB-C', false) AS is_credit,
    ${clean('s.subscription')} AS subscription_row,
    ${clean('s.country_code')} AS country_code,
    ${clean('s.customer_currency')} AS customer_currency,
    ${clean('s.currency_of_proceeds')} AS currency_of_proceeds,
    s.units,
    abs(s.customer_price) AS price,
    cast(s.units AS decimal(38,2)) * s.developer_proceeds AS proceeds,
    cast(s.units AS decimal(38,2)) * abs(s.customer_price) AS customer_amount
  FROM ${TABLE} AS s
  LEFT JOIN product_types AS t ON t.product_type_identifier = trim(s.product_type_identifier)`,
};

// mutation: model-products
export const PRODUCTS: Model = {
  name: 'products',
  grain: 'one app or in-app purchase of a team',
  description:
    'Every product that ever had a sales row with an Apple ID, under its app. Join by Apple ID, never by name.',
  reads: ['sales_lines'],
  columns: [
    ...common('team'),
    column('product_id', 'varchar', 'Apple ID of the app or in-app purchase.'),
    column('kind', 'varchar', 'app, purchase, subscription and so on.'),
    column('sku', 'varchar', 'SKU of the app, product ID of the purchase.'),
    column(
      'name',
      'varchar',
      'Name on the latest day; restores and unknown kinds count only where there is no other row.',
    ),
    ...common('app_id'),
    column('app_name', 'varchar', 'Name of the app on the latest day.'),
    column('first_day', 'date', 'First report day with a row.'),
    column('last_day', 'date', 'Latest report day with a row.'),
  ],
  select: `  WITH latest AS (
    SELECT team, vendor, product_id, sku, title, parent_sku,
      CASE WHEN parent_sku IS NULL THEN 'app' ELSE kind END AS kind,
      row_number() OVER (
        PARTITION BY team, product_id
        ORDER BY CASE WHEN kind IN ('restore', 'unknown') THEN 1 ELSE 0 END, report_date DESC, title
      ) AS position,
      min(report_date) OVER (PARTITION BY team, product_id) AS first_day,
      max(report_date) OVER (PARTITION BY team, product_id) AS last_day
    FROM sales_lines
    WHERE product_id IS NOT NULL
  ), apps AS (
    SELECT team, vendor, product_id, sku, title,
      row_number() OVER (PARTITION BY team, vendor, sku ORDER BY report_date DESC, title, product_id) AS position
    FROM sales_lines
    WHERE parent_sku IS NULL AND sku IS NOT NULL
  )
  SELECT p.team, p.product_id, p.kind, p.sku, p.title AS name,
    CASE WHEN p.parent_sku IS NULL THEN p.product_id ELSE a.product_id END AS app_id,
    CASE WHEN p.parent_sku IS NULL THEN p.title ELSE a.title END AS app_name,
    p.first_day, p.last_day
  FROM latest AS p
  LEFT JOIN apps AS a ON a.team = p.team AND a.vendor = p.vendor AND a.sku = p.parent_sku AND a.position = 1
  WHERE p.position = 1`,
};

const GRAIN = [
  'report_date',
  'team',
  'vendor',
  'app_id',
  'product_id',
  'kind',
  'country_code',
  'customer_currency',
  'currency_of_proceeds',
];
const summed = (condition: string, amount: string): string =>
  `coalesce(sum(CASE WHEN ${condition} THEN ${amount} END), 0)`;
// mutation: model-refund
const REFUND = 'l.units < 0 AND NOT l.is_credit';
const DOWNLOAD = "l.kind IN ('download', 'bundle') AND NOT l.is_credit";

// mutation: model-sales-daily
export const SALES_DAILY: Model = {
  name: 'sales_daily',
  grain: 'one day, vendor, product, kind of row, storefront and pair of currencies',
  description:
    'Sales of a day: units by what they are, money with refunds taken off. Amounts of different currencies may not be added.',
  reads: ['sales_lines', 'products'],
  columns: [
    ...common('report_date', 'team', 'vendor', 'app_id'),
    column('product_id', 'varchar', 'Apple ID of what was sold.'),
    column('kind', 'varchar', 'See product_types.'),
    column('country_code', 'varchar', 'Storefront, two letters.'),
    column('customer_currency', 'varchar', 'Currency of customer_amount.'),
    column('currency_of_proceeds', 'varchar', 'Currency of proceeds.'),
    column('downloads', 'decimal(38,2)', 'First downloads of apps, refunds taken off as Apple does.'),
    column('redownloads', 'decimal(38,2)', 'Downloads by people who had the app before.'),
    column('updates', 'decimal(38,2)', 'Updates.'),
    column('restores', 'decimal(38,2)', 'Restored purchases; no sale.'),
    column('units_sold', 'decimal(38,2)', 'Paid units before refunds, apps included.'),
    column('units_refunded', 'decimal(38,2)', 'Refunded units, as a positive number.'),
    column('units_credited', 'decimal(38,2)', 'Bundle credits, as a positive number.'),
    column(
      'units_free',
      'decimal(38,2)',
      'In-app purchases and subscriptions at price 0, trials among them.',
    ),
    column('new_subscriptions', 'decimal(38,2)', 'Units of rows that Apple marks New.'),
    column('renewals', 'decimal(38,2)', 'Units of rows that Apple marks Renewal.'),
    column('proceeds', 'decimal(38,6)', 'What the developer gets, refunds taken off.'),
    column('customer_amount', 'decimal(38,6)', 'What customers paid, refunds taken off.'),
    column('proceeds_refunded', 'decimal(38,6)', 'The part of proceeds that is refunds; negative.'),
    column(
      'customer_amount_refunded',
      'decimal(38,6)',
      'The part of customer_amount that is refunds; negative.',
    ),
  ],
  select: `  SELECT l.report_date, l.team, l.vendor, p.app_id, l.product_id, l.kind, l.country_code,
    l.customer_currency, l.currency_of_proceeds,
    ${summed(DOWNLOAD, 'l.units')} AS downloads,
    ${summed("l.kind = 'redownload'", 'l.units')} AS redownloads,
    ${summed("l.kind = 'update'", 'l.units')} AS updates,
    ${summed("l.kind = 'restore'", 'l.units')} AS restores,
    ${summed('l.units > 0 AND l.price <> 0 AND l.is_sale', 'l.units')} AS units_sold,
    ${summed(REFUND, '-l.units')} AS units_refunded,
    ${summed('l.is_credit', '-l.units')} AS units_credited,
    ${summed("l.units > 0 AND l.price = 0 AND l.kind IN ('purchase', 'non_renewing', 'subscription', 'free_subscription')", 'l.units')} AS units_free,
    ${summed("l.subscription_row = 'New'", 'l.units')} AS new_subscriptions,
    ${summed("l.subscription_row = 'Renewal'", 'l.units')} AS renewals,
    coalesce(sum(l.proceeds), 0) AS proceeds,
    coalesce(sum(l.customer_amount), 0) AS customer_amount,
    ${summed(REFUND, 'l.proceeds')} AS proceeds_refunded,
    ${summed(REFUND, 'l.customer_amount')} AS customer_amount_refunded
  FROM sales_lines AS l
  LEFT JOIN products AS p ON p.team = l.team AND p.product_id = l.product_id
  GROUP BY ${GRAIN.map((name) => (name === 'app_id' ? 'p.app_id' : `l.${name}`)).join(', ')}`,
};
