import type { NumbersAnswer } from '../../../functions/numbers/answer.ts';
import { csvText } from '../../terminal/csv.ts';

/** One line per group and currency, without the totals. */
export function numbersCsv({ by, rows, period, before }: NumbersAnswer): string {
  const more = Object.keys(rows[0]?.more ?? {});
  const head = [
    'from',
    'to',
    // The currency has a column of its own, which says what amounts are in.
    by === 'currency' ? 'group' : by,
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
  return csvText([head, ...lines]);
}
