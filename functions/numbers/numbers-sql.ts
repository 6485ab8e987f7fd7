import type { Amount, Measure } from './measures.ts';
import type { Window } from './windows.ts';

/** `'it''s'` */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const within = (day: string, { from, to }: Window): string =>
  `${day} BETWEEN DATE ${literal(from)} AND DATE ${literal(to)}`;

type Reading = {
  measure: Measure;
  /** The group of a line; absent: all lines are one group. */
  group: string | undefined;
  period: Window;
  before: Window;
  currency: string | undefined;
};

/** Units of a currency per euro on a line's day. */
const rate = (alias: string, currency: string): string =>
  `CASE WHEN ${currency} = 'EUR' THEN 1e0 ELSE cast(${alias}.per_eur AS double) END`;

/** An amount of a line; in another currency by the rate of its day, NULL where there is none. */
function amountOf({ name, sql, money }: Amount, currency: string | undefined): string {
  if (!money || currency === undefined) return `${sql} AS ${name}`;
  return `CASE WHEN (${sql}) = 0 THEN 0e0 ELSE cast(${sql} AS double) * factor END AS ${name}`;
}

/** Lines of both windows: day, group, split, currency and amounts. */
function linesSql({ measure, group, period, before, currency }: Reading): string {
  const { day, from, where = 'true', kind, split, amounts } = measure;
  const own = measure.currency ?? 'cast(NULL AS varchar)';
  const inSpan = `(${within(day, period)} OR ${within(day, before)})`;
  // A balance counts on the newest day of its vendor.
  const newest = (window: Window): string =>
    kind === 'last'
      ? `${day} = max(CASE WHEN ${within(day, window)} THEN ${day} END) OVER (PARTITION BY m.team, m.vendor)`
      : within(day, window);
  const target = currency === undefined ? '' : literal(currency);
  const rates =
    currency === undefined
      ? ''
      : `LEFT JOIN rates_daily AS source ON source.day = ${day} AND source.currency = ${own}
      LEFT JOIN rates_daily AS target ON target.day = ${day} AND target.currency = ${target}`;
  const factor =
    currency === undefined
      ? '1e0'
      : `CASE WHEN ${own} = ${target} THEN 1e0 ELSE ${rate('target', target)} / ${rate('source', own)} END`;
  return `SELECT cast(${day} AS date) AS day, coalesce(${group ?? "''"}, '') AS id,
      ${split ?? 'cast(NULL AS varchar)'} AS split,
      ${currency === undefined ? own : target} AS currency, ${own} AS own_currency, ${factor} AS factor,
      ${amounts.map((amount) => amountOf(amount, currency)).join(', ')},
      ${newest(period)} AS in_period, ${newest(before)} AS in_before
    FROM ${from}
    ${rates}
    WHERE ${inSpan} AND (${where})`;
}

/** A sum that is NULL as soon as one of its amounts is: part of a sum is not the sum. */
const sumOf = (name: string, condition: string): string =>
  `CASE WHEN count(CASE WHEN ${condition} AND ${name} IS NULL THEN 1 END) > 0 THEN NULL
      ELSE coalesce(sum(CASE WHEN ${condition} THEN ${name} END), 0) END`;

const asText = (expression: string): string =>
  `cast(cast(round(${expression}, 2) AS decimal(38, 2)) AS varchar)`;

/** A further amount of the period; a mean is a sum by a sum, and NULL where there is nothing to divide by. */
function furtherAmount({ name, mean }: Amount): string {
  if (mean === undefined) return asText(sumOf(name, 'in_period'));
  const condition = mean.window === 'period' ? 'in_period' : 'in_before';
  return asText(
    `cast(${sumOf(name, condition)} AS double) / nullif(cast(${sumOf(mean.per, condition)} AS double), 0)`,
  );
}

/** The value of a measure over the lines that fit a condition, as a number. */
function measured({ kind, amounts }: Measure, condition: string): string {
  const [first, second] = amounts;
  if (kind !== 'ratio') return sumOf(first?.name ?? '', condition);
  return `100e0 * cast(${sumOf(first?.name ?? '', condition)} AS double) / nullif(cast(${sumOf(second?.name ?? '', condition)} AS double), 0)`;
}

/** Groups with the value of both windows; the largest first in each currency, the currency of most units first. */
export function groupsSql(reading: Reading): string {
  const { measure } = reading;
  const counted = measure.amounts.find(({ money }) => !money) ?? measure.amounts[0];
  const [first] = measure.amounts;
  const more = measure.kind === 'ratio' ? measure.amounts : measure.amounts.slice(1);
  return `WITH lines AS (${linesSql(reading)}), groups AS (
    SELECT id, split, currency, ${measured(measure, 'in_period')} AS value, ${measured(measure, 'in_before')} AS value_before,
      ${more.map((amount) => `${furtherAmount(amount)} AS more_${amount.name}`).join(',\n      ')},
      coalesce(sum(CASE WHEN in_period THEN ${counted?.name} END), 0) AS weight,
      count(CASE WHEN in_period THEN 1 END) AS lines_in_period
    FROM lines WHERE in_period OR in_before GROUP BY id, split, currency
  )
  SELECT id, split, currency, ${asText('value')} AS value, ${asText('value_before')} AS value_before,
    CASE WHEN value_before <> 0 THEN round(100e0 * cast(value - value_before AS double) / abs(cast(value_before AS double)), 1) END AS change,
    ${more.map(({ name }) => `more_${name}`).join(', ')}
  FROM groups
  WHERE lines_in_period > 0 OR ${first?.name === undefined ? 'false' : 'value_before <> 0 OR value_before IS NULL'}
  ORDER BY sum(weight) OVER (PARTITION BY groups.currency) DESC, groups.currency, groups.value DESC NULLS LAST, id, split`;
}

/** The value of each day of the period. A balance has one on every day. */
export function trendSql(reading: Reading): string {
  const { measure, period } = reading;
  return `WITH lines AS (${linesSql(reading)})
  SELECT cast(day AS varchar) AS day, id, split, currency, ${asText(measured(measure, 'true'))} AS value
  FROM lines WHERE ${within('day', period)} GROUP BY day, id, split, currency ORDER BY day`;
}

/** Currencies whose amounts cannot be converted on some day of the two windows. */
export function missingRatesSql(reading: Reading): string {
  const money = reading.measure.amounts.filter((amount) => amount.money);
  return `WITH lines AS (${linesSql(reading)})
  SELECT DISTINCT own_currency AS currency FROM lines
  WHERE (in_period OR in_before) AND (${money.map(({ name }) => `${name} IS NULL`).join(' OR ') || 'false'})
  ORDER BY 1`;
}
