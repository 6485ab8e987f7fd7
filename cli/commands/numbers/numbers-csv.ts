import type { NumbersAnswer } from '../../../functions/numbers/answer.ts';

/** Signs at which a spreadsheet takes a cell for a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** A cell by RFC 4180. Text of others never becomes a formula. */
function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line per group and currency, without the totals. */
export function numbersCsv({ by, rows, period, before }: NumbersAnswer): string {
  const more = Object.keys(rows[0]?.more ?? {});
  const head = [
    'from',
    'to',
    by,
    'name',
    'split',
    'currency',
    'value',
    'before_from',
    'before_to',
    'before',
    'change_percent',
    ...more,
  ];
  const lines = rows.map((row) => [
    period?.from ?? null,
    period?.to ?? null,
    row.group,
    row.name,
    row.split,
    row.currency,
    row.value,
    before?.from ?? null,
    before?.to ?? null,
    row.before,
    row.changePercent,
    ...more.map((name) => row.more[name] ?? null),
  ]);
  return `${[head, ...lines].map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
}
