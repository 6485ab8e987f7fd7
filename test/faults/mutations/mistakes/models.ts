import { literalIs, numberIs, sqlIs, valueIs } from '../form/changes.ts';
import type { TestedMistake } from '../form/mistake.ts';

const SALES = 'test/models/sales.test.ts';
const SUBSCRIPTIONS = 'test/models/subscriptions.test.ts';
const FINANCE = 'test/models/finance-and-analytics.test.ts';
const REVIEWS = 'test/models/reviews.test.ts';
const RATES = 'test/models/rates.test.ts';

/** Mistakes in the SQL of the views, which small lakes must notice. */
export const MODEL_MISTAKES: readonly TestedMistake[] = [
  {
    mistake: 'the price of a refund is negative, so that its amount is added',
    mark: 'model-sales-lines',
    change: sqlIs('abs(s.customer_price) AS customer_amount', 's.customer_price AS customer_amount'),
    test: SALES,
  },
  {
    mistake: 'proceeds of a row are taken for those of a unit',
    mark: 'model-sales-lines',
    change: sqlIs('cast(s.units AS decimal(38,2)) * s.developer_proceeds', 's.developer_proceeds'),
    test: SALES,
  },
  {
    mistake: 'a refund is no refund but a sale of less',
    mark: 'model-sales-daily',
    change: sqlIs('l.units > 0 AND l.price <> 0 AND l.is_sale', 'l.price <> 0 AND l.is_sale'),
    test: SALES,
  },
  {
    mistake: 'a bundle credit counts as a refund',
    mark: 'model-refund',
    change: valueIs("'l.units < 0'"),
    test: SALES,
  },
  {
    mistake: 'a product has its oldest name',
    mark: 'model-products',
    change: sqlIs('report_date DESC, title', 'report_date, title'),
    test: SALES,
  },
  {
    mistake: 'lost trials count as churn',
    mark: 'model-churn',
    change: sqlIs('AND paid_periods >= 1', ''),
    test: SUBSCRIPTIONS,
  },
  {
    mistake: 'a conversion rate is told while trials are still open',
    mark: 'model-trials',
    change: sqlIs('trials - converted - lost > 0 THEN NULL', 'trials < 0 THEN NULL'),
    test: SUBSCRIPTIONS,
  },
  {
    mistake: 'those who come back count as retained',
    mark: 'model-retention',
    change: sqlIs("'recovery_plan_change')", "'recovery_plan_change', 'reactivation')"),
    test: SUBSCRIPTIONS,
  },
  {
    mistake: 'a weekly price counts as a monthly one',
    mark: 'model-per-month',
    change: sqlIs('365.25e0 / 84e0', '1e0'),
    test: SUBSCRIPTIONS,
  },
  {
    mistake: 'a payment after a billing retry is no first payment',
    mark: 'model-movements',
    change: literalIs('recovery', 'renewal'),
    test: SUBSCRIPTIONS,
  },
  {
    mistake: 'returns are added to the proceeds of a fiscal month',
    mark: 'model-finance',
    change: sqlIs('sum(f.share) AS proceeds,', 'sum(abs(f.share)) AS proceeds,'),
    test: FINANCE,
  },
  {
    mistake: 'the oldest batch of a day of analytics counts',
    mark: 'model-analytics-latest',
    change: sqlIs('max(report_date)', 'min(report_date)'),
    test: FINANCE,
  },
  {
    mistake: 'a review is shown as it was first seen',
    mark: 'model-reviews-latest',
    change: sqlIs('ORDER BY version DESC, seen_at DESC', 'ORDER BY version, seen_at'),
    test: REVIEWS,
  },
  {
    mistake: 'a day without a rate takes the oldest one that it may',
    mark: 'model-rates-daily',
    change: sqlIs('ELSE 2 END, days_old\n', 'ELSE 2 END, days_old DESC\n'),
    test: RATES,
  },
  {
    mistake: "a company's own rate comes after the bank's",
    mark: 'model-rates-daily',
    change: sqlIs("WHEN 'company' THEN 0 WHEN 'ecb' THEN 1", "WHEN 'company' THEN 1 WHEN 'ecb' THEN 0"),
    test: RATES,
  },
  {
    mistake: 'a rate counts for ever',
    mark: 'model-most-days-old',
    change: numberIs('70'),
    test: RATES,
  },
  {
    mistake: 'an amount is multiplied with its rate instead of divided by it',
    mark: 'model-converted',
    change: sqlIs('.per_eur AS double) * ', '.per_eur AS double) / '),
    test: RATES,
  },
  {
    mistake: 'a price that somebody else moved is told as that of a change',
    mark: 'model-price-moves',
    change: sqlIs(
      'AND a.territory = b.territory AND a.price_after = b.customer_price',
      'AND a.territory = b.territory',
    ),
    test: 'test/models/prices.test.ts',
  },
];
