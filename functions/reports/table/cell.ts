import type { CellValue, ColumnType } from './column-type.ts';
import { TableError } from './table-error.ts';

/** Thrown by {@link parseCell}; the caller knows line and column and says them. */
export class CellError extends Error {
  readonly code: 'VALUE_MALFORMED' | 'SCALE_EXCEEDED';

  constructor(code: 'VALUE_MALFORMED' | 'SCALE_EXCEEDED', message: string) {
    super(message);
    this.name = 'CellError';
    this.code = code;
  }
}

/**
 * Turns a field's text into its value. Empty text is `null`, in string columns too, as Apple writes "nothing"
 * so; numbers may be written `.70`, `-3`, `+3` or `1200`. A comma is refused: `1,234` may be a thousand or
 * one and a quarter, and money is not guessed.
 *
 * @throws CellError
 */
export function parseCell(text: string, type: ColumnType): CellValue {
  switch (type.kind) {
    case 'string':
      return text === '' ? null : text;
    case 'date':
      return text.trim() === '' ? null : parseDate(text.trim());
    case 'decimal':
      return text.trim() === '' ? null : parseDecimal(text.trim(), type.precision, type.scale);
  }
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
  if (whole.replace(/^0+/, '').length > precision)
    throw new CellError('VALUE_MALFORMED', `has more than ${precision} digits`);
  const unscaled = BigInt(`${whole}${significant.padEnd(scale, '0')}`);
  if (unscaled >= 10n ** BigInt(precision)) {
    throw new CellError('VALUE_MALFORMED', `has more than ${precision} digits`);
  }
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
    { column: at.header, cause: error },
  );
}
