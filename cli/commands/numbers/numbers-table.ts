import { stripVTControlCharacters } from 'node:util';
import type { NumbersAnswer, NumbersRow } from '../../../functions/numbers/answer.ts';
import { MEASURES } from '../../../functions/numbers/measures.ts';
import type { Io } from '../../terminal/io.ts';
import { plain, shortened, toned } from '../../terminal/table.ts';
import { sparkText } from './spark-text.ts';

const USUAL_WIDTH = 80;
/** Narrower terminals show one further amount only, and a mean beside that of the period before. */
const WIDE = 110;
/** Points of a sparkline. */
const POINTS = { narrow: 10, wide: 30 };
const GAP = '  ';
const SHORTEST_NAME = 12;

type Column = { head: string; numeric: boolean; cell: (row: NumbersRow) => string };

/** The answer as a table, largest first in each currency; then what it covers. */
export function renderNumbers(io: Io, answer: NumbersAnswer): string {
  const { rows, totals, by, period, before, missingRates } = answer;
  if (period === null || rows.length === 0) return 'Nothing is stored for this period.';
  const inCurrency = Map.groupBy(rows, ({ currency }) => currency);
  const sums = totals.filter(({ currency }) => (inCurrency.get(currency)?.length ?? 0) > 1);
  const shown = by === 'currency' ? rows : [...rows, ...sums];
  return [
    `${period.from} to ${period.to}${before === null ? '' : `, compared with ${before.from} to ${before.to}`}, Pacific days`,
    '',
    ...linesOf(io.width ?? USUAL_WIDTH, columnsOf(io, answer, shown), shown),
    ...(missingRates.length === 0
      ? []
      : [
          '',
          toned(
            io,
            'warning',
            `No exchange rate on some day: ${missingRates.join(', ')}. Amounts that hold them are left empty.`,
          ),
        ]),
  ].join('\n');
}

function columnsOf(io: Io, answer: NumbersAnswer, rows: readonly NumbersRow[]): Column[] {
  const { measure, by, unit } = answer;
  const wide = (io.width ?? USUAL_WIDTH) >= WIDE;
  const narrow = measure === 'reviews' ? 2 : 1;
  const more = Object.keys(rows[0]?.more ?? {}).slice(0, wide ? undefined : narrow);
  const text = (head: string, cell: Column['cell']): Column => ({ head, numeric: false, cell });
  const number = (head: string, cell: Column['cell']): Column => ({ head, numeric: true, cell });
  const splitName = measure !== 'prices' ? 'duration' : by === 'product' ? 'country' : 'product';
  const join = measure === 'prices' || MEASURES[measure].kind === 'sum' ? 'sum' : 'last';
  const points = wide ? POINTS.wide : POINTS.narrow;
  return [
    text(by, ({ name }) => plain(name)),
    ...(rows.some(({ split }) => split !== null)
      ? [text(splitName, ({ split }) => shortened(plain(split ?? ''), 2 * SHORTEST_NAME))]
      : []),
    ...(by !== 'currency' && rows.some(({ currency }) => currency !== null)
      ? [text('', ({ currency }) => plain(currency ?? ''))]
      : []),
    number(measure === 'prices' ? 'price' : MEASURES[measure].title, ({ value }) => figure(value, unit)),
    number('before', ({ before }) => figure(before, unit)),
    ...(unit === 'percent' ? [] : [number('change', (row) => change(io, row))]),
    ...more.map((name) => number(words(name), (row) => figure(row.more[name] ?? null, 'count'))),
    ...(rows.some(({ trend }) => trend.length > 1)
      ? [
          text('trend', ({ trend }) =>
            sparkText(
              trend.map(({ value }) => value),
              points,
              join,
            ),
          ),
        ]
      : []),
  ];
}

/** Numbers stand right; the names of the first column give way where the terminal is narrow. */
function linesOf(width: number, columns: readonly Column[], rows: readonly NumbersRow[]): string[] {
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const widths = columns.map(({ head }, column) =>
    Math.max(head.length, ...cells.map((line) => lengthOf(line[column] ?? ''))),
  );
  const others = widths.slice(1).reduce((sum, each) => sum + each + GAP.length, 0);
  widths[0] = Math.min(widths[0] ?? 0, Math.max(SHORTEST_NAME, width - others));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, column) => {
        const shown = column === 0 ? fitting(text, widths[0] ?? 0) : text;
        const padding = ' '.repeat(Math.max(0, (widths[column] ?? 0) - lengthOf(shown)));
        return columns[column]?.numeric === true ? `${padding}${shown}` : `${shown}${padding}`;
      })
      .join(GAP)
      .trimEnd();
  return [line(columns.map(({ head }) => head)), ...cells.map(line)];
}

/** Characters that take two columns of a terminal. */
const WIDE_CHARACTER =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]$/u;

/** Columns that a text takes. */
const lengthOf = (text: string): number =>
  [...stripVTControlCharacters(text)].reduce(
    (columns, character) => columns + (WIDE_CHARACTER.test(character) ? 2 : 1),
    0,
  );

/** A name that takes at most so many columns, and shows that it was cut. */
function fitting(name: string, columns: number): string {
  if (lengthOf(name) <= columns) return name;
  let text = '';
  for (const character of name) {
    if (lengthOf(text + character) > columns - 1) break;
    text += character;
  }
  return `${text}…`;
}

/** `12,345.60`; an amount that is not known is an empty cell. */
function figure(value: string | null, unit: NumbersAnswer['unit']): string {
  if (value === null) return '';
  const [whole = '', fraction] = value.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return unit === 'percent' ? `${text} %` : text;
}

function change(io: Io, { changePercent }: NumbersRow): string {
  if (changePercent === null) return '';
  const text = `${changePercent > 0 ? '+' : ''}${changePercent.toFixed(1)} %`;
  return changePercent === 0 ? text : toned(io, changePercent > 0 ? 'good' : 'warning', text);
}

/** `billingRetry` → `billing retry` */
const words = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
