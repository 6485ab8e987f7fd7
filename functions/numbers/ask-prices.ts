import type { NumbersAnswer, NumbersLake, NumbersRow, Question } from './answer.ts';
import { NumbersError } from './errors.ts';
import { groupName, productNames } from './names.ts';
import { literal } from './numbers-sql.ts';
import { windowsOf } from './windows.ts';

/** How a price is found among sales. */
const CAVEAT =
  'The price at which most units were sold on the newest day with a sale, as customers paid it. Prices in the store may have changed since.';

const GROUPS = {
  product: ['l.product_id', 'l.country_code'],
  country: ['l.country_code', 'l.product_id'],
} as const;

/** Prices that customers paid, from the daily sales: they are compared, never added up. */
export async function askPrices(lake: NumbersLake, question: Question): Promise<NumbersAnswer> {
  const { by, span } = question;
  if (by !== 'product' && by !== 'country')
    throw new NumbersError(
      'NO_SUCH_GROUP',
      `prices cannot be grouped by ${by}; they can by product, country.`,
    );
  if (question.currency !== undefined)
    throw new NumbersError('NO_SUCH_GROUP', 'prices are told in their own currency. Leave out --in.');
  if (!lake.has('sales_lines'))
    throw new NumbersError(
      'NO_REPORT',
      'prices need the report SALES/SUMMARY/DAILY, and nothing of it is stored for these days. Is it in the settings? See: asc-jobs reports list',
    );
  const names = await productNames(lake);
  const [newest] = await lake.ask('SELECT cast(max(report_date) AS varchar) AS day FROM sales_lines');
  const until = question.until ?? (typeof newest?.['day'] === 'string' ? newest['day'] : undefined);
  const answer = {
    measure: 'prices' as const,
    by,
    unit: 'price' as const,
    currency: null,
    totals: [],
    missingRates: [],
    missingDays: [],
  };
  if (until === undefined)
    return { ...answer, period: null, before: null, rows: [], notes: ['Nothing is stored yet.', CAVEAT] };
  const { period, before } = windowsOf(span, until);
  const rows = await lake.ask(pricesSql({ period, before }, GROUPS[by]));
  const other = by === 'product' ? 'country' : 'product';
  return {
    ...answer,
    period,
    before,
    rows: rows.map((row) => priceRow(row, { by, other, names })),
    notes: [CAVEAT],
  };
}

/** The price of each pair of group and split in a period, beside the one before. */
const pricesSql = (
  { period, before }: Pick<ReturnType<typeof windowsOf>, 'period' | 'before'>,
  [group, split]: readonly [group: string, split: string],
): string => `WITH daily AS (
      SELECT report_date BETWEEN DATE ${literal(period.from)} AND DATE ${literal(period.to)} AS in_period,
        report_date, ${group} AS id, ${split} AS split, customer_currency AS currency, price, sum(units) AS units
      FROM sales_lines AS l
      WHERE (report_date BETWEEN DATE ${literal(period.from)} AND DATE ${literal(period.to)}
          OR report_date BETWEEN DATE ${literal(before.from)} AND DATE ${literal(before.to)})
        AND price <> 0 AND units > 0 AND is_sale
      GROUP BY ALL
    ), ranked AS (
      SELECT *, row_number() OVER (PARTITION BY in_period, id, split, currency ORDER BY report_date DESC, units DESC, price) AS position,
        sum(units) OVER (PARTITION BY in_period, id, split, currency) AS sold
      FROM daily
    ), pairs AS (
      SELECT id, split, currency, max(CASE WHEN in_period THEN price END) AS value,
        max(CASE WHEN NOT in_period THEN price END) AS value_before,
        max(CASE WHEN in_period THEN sold END) AS sold
      FROM ranked WHERE position = 1 GROUP BY id, split, currency
    )
    SELECT coalesce(id, '') AS id, coalesce(split, '') AS split, currency, cast(cast(value AS decimal(38, 2)) AS varchar) AS value,
      cast(cast(value_before AS decimal(38, 2)) AS varchar) AS value_before,
      round(100e0 * cast(value - value_before AS double) / cast(value_before AS double), 1) AS change,
      cast(cast(sold AS decimal(38, 0)) AS varchar) AS sold
    FROM pairs WHERE value IS NOT NULL ORDER BY pairs.id, pairs.sold DESC, pairs.split`;

function priceRow(
  row: Record<string, unknown>,
  {
    by,
    other,
    names,
  }: { by: 'product' | 'country'; other: 'product' | 'country'; names: ReadonlyMap<string, string> },
): NumbersRow {
  const textOf = (name: string): string => String(row[name] ?? '');
  const change = row['change'];
  return {
    group: textOf('id'),
    name: groupName(by, textOf('id'), names),
    split: groupName(other, textOf('split'), names),
    currency: textOf('currency'),
    value: textOf('value'),
    before: row['value_before'] === null ? null : textOf('value_before'),
    changePercent: typeof change === 'number' ? change : null,
    more: { sold: textOf('sold') },
    trend: [],
  };
}
