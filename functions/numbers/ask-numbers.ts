import { Temporal } from 'temporal-polyfill';
import type { NumbersAnswer, NumbersLake, NumbersRow, Question } from './answer.ts';
import { askPrices } from './ask-prices.ts';
import { type Coverage, coverageNotes } from './coverage.ts';
import { NumbersError } from './errors.ts';
import { type By, MEASURES, type Measure } from './measures.ts';
import { groupName, productNames } from './names.ts';
import { groupsSql, literal, missingRatesSql, trendSql } from './numbers-sql.ts';
import { daysOf, type Span, type Window, windowsOf } from './windows.ts';

/**
 * Answers one question from the views over the tables.
 *
 * @throws NumbersError what the question needs is not stored, or it cannot be asked so
 */
export async function askNumbers(lake: NumbersLake, question: Question): Promise<NumbersAnswer> {
  const { by, currency } = question;
  if (currency !== undefined && !lake.has('rates_daily'))
    throw new NumbersError(
      'NO_RATES',
      'No exchange rates are stored, so no amount can be told in another currency. Leave out --in.',
    );
  if (question.measure === 'prices') return askPrices(lake, question);
  const measure = MEASURES[question.measure];
  const group = groupOf(question.measure, measure, by);
  if (currency !== undefined && question.measure === 'reviews')
    throw new NumbersError('NO_SUCH_GROUP', 'reviews have no amounts of money. Leave out --in.');
  const missing = measure.reads.filter((view) => !lake.has(view));
  if (missing.length > 0)
    throw new NumbersError(
      'NO_REPORT',
      `${question.measure} needs the report ${measure.report}, and nothing of it is stored for these days. Is it in the settings? See: asc-jobs reports list`,
    );
  const names = await productNames(lake);
  const windows = await windowsFor(lake, measure, question);
  const answer: NumbersAnswer = {
    measure: question.measure,
    by,
    unit: unitOf(measure),
    currency: currency ?? null,
    period: windows?.period ?? null,
    before: windows === undefined || windows.before === NO_DAY ? null : windows.before,
    rows: [],
    totals: [],
    missingRates: [],
    missingDays: [],
    notes: measure.caveat === undefined ? [] : [measure.caveat],
  };
  if (windows === undefined) return { ...answer, notes: ['Nothing is stored yet.', ...answer.notes] };
  const settled = settledOf(measure, windows, question.settled);
  const coverage =
    measure.period === 'days' && settled !== undefined
      ? coverageNotes(windows, settled, measure.kind === 'last')
      : await linesBefore(lake, measure, windows);
  const reading = { measure, ...windows, currency };
  const rows = (expression: string | undefined) =>
    rowsOf(lake, { ...reading, group: expression }, { by, names, coverage });
  const missingRates =
    currency === undefined ? [] : await lake.ask(missingRatesSql({ ...reading, group: undefined }));
  return {
    ...answer,
    rows: await rows(group),
    totals: measure.kind === 'ratio' ? [] : (await rows(undefined)).map((row) => ({ ...row, name: 'all' })),
    missingRates: missingRates.map((row) => text(row['currency']) ?? 'no currency'),
    missingDays: coverage.missingDays,
    notes: [...coverage.notes, ...answer.notes],
  };
}

/** The rows of a grouping, each with its trend. Without a group: one row over all, per currency. */
async function rowsOf(
  lake: NumbersLake,
  reading: Parameters<typeof groupsSql>[0],
  { by, names, coverage }: { by: By; names: ReadonlyMap<string, string>; coverage: Coverage },
): Promise<NumbersRow[]> {
  const found = await lake.ask(groupsSql(reading));
  const trends = Map.groupBy(await lake.ask(trendSql(reading)), keyOf);
  return found.map((row) =>
    rowOf(row, {
      measure: reading.measure,
      name: groupName(by, text(row['id']) ?? '', names),
      coverage,
      trend: trends.get(keyOf(row)) ?? [],
    }),
  );
}

function groupOf(name: string, { groups }: Measure, by: By): string {
  const group = groups[by];
  if (group !== undefined) return group;
  throw new NumbersError(
    'NO_SUCH_GROUP',
    `${name} cannot be grouped by ${by}; it can by ${Object.keys(groups).join(', ')}.`,
  );
}

/** Days of both windows that are settled. A look of a measure with history settles every day before its own. */
function settledOf(
  { hasHistory }: Measure,
  { period, before }: Windows,
  settled: ReadonlySet<string> | undefined,
): ReadonlySet<string> | undefined {
  if (hasHistory === undefined || settled === undefined) return settled;
  const look = newestOf(settled) ?? '';
  return new Set([...daysOf(before), ...daysOf(period)].filter((day) => day < look));
}

const newestOf = (days: ReadonlySet<string> | undefined): string | undefined =>
  [...(days ?? [])].sort().at(-1);

const unitOf = ({ kind, amounts }: Measure): NumbersAnswer['unit'] =>
  kind === 'ratio' ? 'percent' : amounts[0]?.money === true ? 'money' : 'count';

/** `notes`: what a reader has to know of them. */
type Windows = { period: Window; before: Window; notes?: readonly string[] };

/** Where the windows lie. `undefined`: nothing is stored. */
async function windowsFor(
  lake: NumbersLake,
  measure: Measure,
  { span, until, measure: name, settled }: Question,
): Promise<Windows | undefined> {
  if (measure.period === 'fiscalMonths') return fiscalWindows(lake, monthsOf(name, span), until);
  if (measure.period === 'months') {
    // A month counts when its last day is there.
    const last = until ?? (await newestDay(lake, 'subscription_event_lines', 'report_date'));
    if (last === undefined) return undefined;
    const complete = Temporal.PlainDate.from(last).add({ days: 1 }).with({ day: 1 }).subtract({ days: 1 });
    return windowsOf({ kind: 'months', months: monthsOf(name, span) }, complete.toString());
  }
  const look = measure.hasHistory ? newestOf(settled) : undefined;
  // The day of a look is not over.
  const whole = look && Temporal.PlainDate.from(look).subtract({ days: 1 }).toString();
  const last = until ?? whole ?? (await newestDay(lake, measure.from, measure.day));
  return last === undefined ? undefined : windowsOf(span, last);
}

function monthsOf(name: string, span: Span): number {
  if (span.kind === 'months') return span.months;
  throw new NumbersError('NO_SUCH_SPAN', `${name} counts whole months; ask for --last 1m or more.`);
}

/** The newest fiscal months whose finance report is stored, and as many before them. */
async function fiscalWindows(
  lake: NumbersLake,
  months: number,
  until: string | undefined,
): Promise<Windows | undefined> {
  const found =
    await lake.ask(`SELECT DISTINCT cast(f.first_day AS varchar) AS first_day, cast(f.last_day AS varchar) AS last_day
    FROM financial_zz AS z JOIN fiscal_months AS f ON f.fiscal_month = cast(z.report_date AS varchar)
    WHERE ${until === undefined ? 'true' : `f.last_day <= DATE ${literal(until)}`} ORDER BY first_day DESC LIMIT ${2 * months}`);
  const days = found.map((row) => ({ from: text(row['first_day']) ?? '', to: text(row['last_day']) ?? '' }));
  const spanOf = (months: readonly Window[]): Window | undefined =>
    months[0] === undefined ? undefined : { from: months.at(-1)?.from ?? '', to: months[0].to };
  const period = spanOf(days.slice(0, months));
  if (period === undefined) return undefined;
  const known = days.slice(months);
  const before = spanOf(known);
  if (before !== undefined && known.length === months) return { period, before };
  const notes =
    before === undefined
      ? ['No comparison: no finance report of an earlier month is stored.']
      : [
          `No comparison: ${known.length} of the ${months} fiscal months before ${known.length === 1 ? 'is' : 'are'} stored.`,
        ];
  return { period, before: NO_DAY, notes };
}

/** Nothing lies before the first month of all. */
const NO_DAY: Window = { from: '1970-01-01', to: '1970-01-01' };

async function newestDay(lake: NumbersLake, from: string, day: string): Promise<string | undefined> {
  const [found] = await lake.ask(`SELECT cast(max(${day}) AS varchar) AS day FROM ${from}`);
  return text(found?.['day']) ?? undefined;
}

/** Where it is not known which days are settled: a window without any line is compared with nothing. */
async function linesBefore(
  lake: NumbersLake,
  { day, from }: Measure,
  { before, notes = [] }: Windows,
): Promise<Coverage> {
  const found = await lake.ask(
    `SELECT 1 AS found FROM ${from} WHERE ${day} BETWEEN DATE ${literal(before.from)} AND DATE ${literal(before.to)} LIMIT 1`,
  );
  const comparable = found.length > 0;
  return { comparable, changeIsTold: comparable, missingDays: [], notes: [...notes] };
}

const text = (value: unknown): string | null =>
  value === null || value === undefined ? null : String(value);

const keyOf = (row: Record<string, unknown>): string =>
  JSON.stringify([row['id'], row['split'], row['currency']]);

/** `12.00` → `12`: counts have no decimals, unless Apple gives them. */
const count = (value: string | null): string | null => value?.replace(/\.0+$/, '') ?? null;

function rowOf(
  row: Record<string, unknown>,
  {
    measure,
    name,
    coverage: { comparable, changeIsTold },
    trend,
  }: {
    measure: Measure;
    name: string;
    coverage: Coverage;
    trend: readonly Record<string, unknown>[];
  },
): NumbersRow {
  const [first, ...rest] = measure.amounts;
  const more = measure.kind === 'ratio' ? measure.amounts : rest;
  const shown =
    first?.money === true || measure.kind === 'ratio' ? text : (value: unknown) => count(text(value));
  const change = row['change'];
  return {
    group: text(row['id']) ?? '',
    name,
    split: text(row['split']),
    currency: text(row['currency']),
    value: shown(row['value']),
    before: comparable ? shown(row['value_before']) : null,
    changePercent: changeIsTold && measure.kind !== 'ratio' && typeof change === 'number' ? change : null,
    more: Object.fromEntries(
      more.map(({ name, money, mean }) => {
        const value = text(row[`more_${name}`]);
        if (mean?.window === 'before' && !comparable) return [name, null];
        return [name, money || mean !== undefined ? value : count(value)];
      }),
    ),
    trend: trend.map((point) => ({ day: text(point['day']) ?? '', value: shown(point['value']) })),
  };
}
