import type { CellValue, ColumnType } from './column-type.ts';
import { TableError } from './table-error.ts';

/** Thrown by {@link parseCell}; the caller knows line and column and adds them. */
export class CellError extends Error {
  readonly code: 'VALUE_MALFORMED' | 'SCALE_EXCEEDED';

  constructor(code: 'VALUE_MALFORMED' | 'SCALE_EXCEEDED', message: string) {
    super(message);
    this.name = 'CellError';
    this.code = code;
  }
}

/**
 * Turns a field's text into its value. Empty text and text of spaces are `null` in columns of every type, since
 * Apple writes "nothing" as one space; spaces at the ends of a text are padding and are removed (`com.example.app `).
 * Numbers may be written `.70`, `-3`, `+3` or `1200`. A comma is refused: `1,234` may be a thousand or one and a
 * quarter, and money is not guessed.
 *
 * @throws CellError
 */
export function parseCell(text: string, type: ColumnType): CellValue {
  const trimmed = type.kind === 'string' ? trimSpaces(text) : text.trim();
  if (trimmed === '') return null;
  switch (type.kind) {
    case 'string':
      return trimmed;
    case 'date':
      return parseDate(trimmed);
    case 'decimal':
      return parseDecimal(trimmed, type.precision, type.scale);
  }
}

/** Without spaces at both ends. Only U+0020: other white space may be part of a title. */
function trimSpaces(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text[start] === ' ') start += 1;
  while (end > start && text[end - 1] === ' ') end -= 1;
  return text.slice(start, end);
}

function parseDecimal(text: string, precision: number, scale: number): bigint {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text);
  const [, sign = '', whole = '', fraction = ''] = match ?? [];
  if (match === null || (whole === '' && fraction === '')) {
    throw new CellError('VALUE_MALFORMED', 'is not a decimal number such as 12.99');
  }
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > scale) {
    throw new CellError('SCALE_EXCEEDED', `has ${significant.length} decimals, its column has ${scale}`);
  }
  const digits = whole.replace(/^0+/, '');
  if (digits.length > precision - scale) {
    throw new CellError('VALUE_MALFORMED', `has more than ${precision - scale} digits before the point`);
  }
  const unscaled = BigInt(`${digits}${significant.padEnd(scale, '0')}`);
  return sign === '-' ? -unscaled : unscaled;
}

function parseDate(text: string): Date {
  const american = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text);
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const [year, month, day] = american ? [american[3], american[1], american[2]] : (iso?.slice(1) ?? []);
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.getUTCDate() !== Number(day)) {
    throw new CellError('VALUE_MALFORMED', 'is not a date (MM/DD/YYYY or YYYY-MM-DD)');
  }
  return date;
}

/** Adds line and column to a cell's error. Shows the value's start: report values are no secrets. */
export function tableErrorOf(error: unknown, at: { line: number; header: string; text: string }): unknown {
  if (!(error instanceof CellError)) return error;
  return new TableError(
    error.code,
    `Line ${at.line}, column "${at.header}": ${JSON.stringify(at.text.slice(0, 60))} ${error.message}`,
    { cause: error },
  );
}
