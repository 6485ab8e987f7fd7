import type { Problem } from '../../platform/errors.ts';
import { type CsvRow, readCsv } from '../../platform/files/csv-table.ts';
import { accepted, type Checked, rejectedWith } from '../../platform/validation/checked.ts';
import { boundedProblems } from '../../platform/validation/problems.ts';
import type { Rate } from '../store/rate.ts';

const COLUMNS = ['currency', 'date', 'per_eur'] as const;
const MAXIMUM_ROWS = 100_000;
/** A month stands for each of its days: 180 currencies of ten years, in 350 MB of the function's memory. */
const MAXIMUM_RATES = 700_000;

/**
 * A company's own rates: a CSV file with the columns `currency`, `date` and `per_eur` (units of the currency per 1 EUR). A
 * date is a day, or a month such as 2026-11, which stands for each of its days.
 *
 * @returns the rates by day, or every problem with its line
 */
export function parseCompanyRates(text: string): Checked<Rate[]> {
  const table = readCsv(text);
  if (table.kind === 'rejected') return table;
  const header = table.value.header.map((name) => name.toLowerCase());
  const problems: Problem[] = COLUMNS.filter((name) => !header.includes(name)).map((name) => ({
    path: '(header)',
    message: `lacks the column ${name}; the columns are ${COLUMNS.join(', ')}`,
  }));
  if (problems.length > 0) return rejectedWith(problems);
  if (table.value.rows.length === 0)
    return rejectedWith([
      { path: '(file)', message: 'holds no rate; to withdraw all rates of a file, name one of another day' },
    ]);
  if (table.value.rows.length > MAXIMUM_ROWS)
    return rejectedWith([{ path: '(file)', message: `has more than ${MAXIMUM_ROWS} rows; split it` }]);
  const rates: Rate[] = [];
  const seen = new Map<string, number>();
  for (const row of table.value.rows) {
    const read = readRow(row, header);
    if (read.kind === 'rejected') {
      problems.push(...read.problems);
      continue;
    }
    for (const rate of read.value) {
      const key = `${rate.currency} ${rate.day}`;
      const before = seen.get(key);
      // mutation: rates-company-twice
      if (before !== undefined)
        problems.push({ path: `line ${row.line}`, message: `names ${key} again, after line ${before}` });
      seen.set(key, row.line);
      rates.push(rate);
    }
    if (rates.length > MAXIMUM_RATES)
      return rejectedWith([
        { path: '(file)', message: `stands for more than ${MAXIMUM_RATES} rates by day; split it` },
      ]);
  }
  return problems.length === 0 ? accepted(rates) : rejectedWith(boundedProblems(problems));
}

function readRow({ cells, line }: CsvRow, header: readonly string[]): Checked<Rate[]> {
  const cell = (name: string): string => cells[header.indexOf(name)] ?? '';
  const [currency, date, perEur] = [cell('currency').toUpperCase(), cell('date'), cell('per_eur')];
  const days = daysOf(date);
  const wrong = [
    !/^[A-Z]{3}$/.test(currency) && `"${currency.slice(0, 20)}" is not a currency of three letters`,
    currency === 'EUR' && 'EUR is always 1',
    days === undefined && `"${date.slice(0, 20)}" is not a day such as 2026-11-24 or a month such as 2026-11`,
    !(/^\d{1,12}(\.\d{1,6})?$/.test(perEur) && /[1-9]/.test(perEur)) &&
      `"${perEur.slice(0, 20)}" is not a rate above 0 with at most six decimals`,
  ].filter((message) => message !== false);
  if (wrong.length > 0 || days === undefined)
    return rejectedWith(wrong.map((message) => ({ path: `line ${line}`, message })));
  return accepted(days.map((day) => ({ currency, day, perEur })));
}

/** The days that a date stands for; undefined where it is none. */
function daysOf(text: string): string[] | undefined {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return isDay(text) ? [text] : undefined;
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return undefined;
  // mutation: rates-month
  return Array.from({ length: 31 }, (_, index) => `${text}-${String(index + 1).padStart(2, '0')}`).filter(
    isDay,
  );
}

const isDay = (text: string): boolean => {
  const moment = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(moment) && new Date(moment).toISOString().startsWith(text);
};
