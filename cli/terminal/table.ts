import { stripVTControlCharacters, styleText } from 'node:util';
import Table from 'cli-table3';
import type { Io } from './io.ts';

export { plain, plainLines } from './plain-text.ts';

/** Of a terminal that does not say how wide it is, and of a pipe. */
const USUAL_WIDTH = 80;
/** No column gets narrower: a table of many columns on a narrow terminal is wider than the terminal instead. */
const NARROWEST = 6;

/** A table that fits the terminal: the widest columns wrap. Nothing is cut. Take out of cells what would steer it. */
export function renderTable(
  { width = USUAL_WIDTH }: Pick<Io, 'width'>,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = columnWidths([head, ...rows], width);
  const table = new Table({
    head: wrapped(head, widths),
    style: { head: [], border: [], compact: true },
    colWidths: widths,
  });
  for (const row of rows) table.push(wrapped(row, widths));
  return table.toString();
}

const PADDING = 2;

const wrapped = (cells: readonly string[], widths: readonly number[]): string[] =>
  cells.map((cell, column) => {
    const width = (widths[column] ?? 0) - PADDING;
    return widthOf(cell) <= width ? cell : linesOf(stripVTControlCharacters(cell), width).join('\n');
  });

/** Breaks after a space or a sign where that does not leave most of a line empty, else anywhere. */
function linesOf(text: string, width: number): string[] {
  const lines: string[] = [];
  let left = text;
  while (left.length > width) {
    const last = /^.*[ /_.,;:-]/s.exec(left.slice(0, width))?.[0] ?? '';
    const end = last.length > width / 3 ? last.length : width;
    lines.push(left.slice(0, end).trimEnd());
    left = left.slice(end).trimStart();
  }
  return [...lines, left];
}

/** The width of each column with its padding; the widest give way until all fit between their borders. */
function columnWidths(rows: readonly (readonly string[])[], width: number): number[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? '') + PADDING)),
  );
  const excess = () => widths.reduce((sum, each) => sum + each + 1, 1) - width;
  for (let left = excess(); left > 0; left -= 1) {
    const widest = widths.indexOf(Math.max(...widths));
    if ((widths[widest] ?? 0) <= NARROWEST) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

const widthOf = (cell: string): number =>
  Math.max(
    ...stripVTControlCharacters(cell)
      .split('\n')
      .map((line) => [...line].length),
  );

/** Text that is at most so long, and shows that it was cut. */
export const shortened = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;

/** Of a table of one row so many columns stay; the others are said below it. */
const COLUMNS_OF_ONE_ROW = 4;

/**
 * Splits a table by what its rows have in common.
 *
 * @returns the columns in which rows differ, and what all rows say in the others; empty columns are left out
 */
export function foldColumns(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): { head: string[]; rows: string[][]; common: string[] } {
  const valuesOf = (column: number): Set<string> => new Set(rows.map((row) => row[column] ?? ''));
  const stays = (column: number): boolean =>
    rows.length === 1 ? column < COLUMNS_OF_ONE_ROW : valuesOf(column).size > 1;
  const kept = [...head.keys()].filter(stays);
  const common = [...head.entries()].flatMap(([column, name]) => {
    const [only = ''] = valuesOf(column);
    return stays(column) || only === '' ? [] : [`${name}: ${only}`];
  });
  const pick = (row: readonly string[]): string[] => kept.map((column) => row[column] ?? '');
  return { head: pick(head), rows: rows.map(pick), common };
}

type Tone = 'good' | 'warning' | 'problem' | 'quiet';
const COLOURS = { good: 'green', warning: 'yellow', problem: 'red', quiet: 'gray' } as const;

/** Text in a colour where the output shows colours; the words say the same without. */
export const toned = ({ colours = false }: Io, tone: Tone, text: string): string =>
  colours ? styleText(COLOURS[tone], text, { validateStream: false }) : text;

export const printJson = ({ out }: Io, value: unknown): void => out(`${JSON.stringify(value, null, 2)}\n`);
/** The newest of some dates, oldest first; the others are counted: `2026-11-21, 2026-11-22 and 3 more`. */
export function lastDates(dates: readonly string[], maximum: number): string {
  const others = dates.length - maximum;
  return `${dates.slice(-maximum).join(', ')}${others > 0 ? ` and ${others} more` : ''}`;
}
