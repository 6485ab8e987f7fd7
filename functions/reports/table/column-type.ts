/**
 * How a column's text becomes a value. Money and counts are decimals of fixed scale, as whole numbers of the
 * smallest unit; never binary floats.
 */
export type ColumnType =
  | { kind: 'string' }
  | { kind: 'date' }
  | { kind: 'decimal'; precision: number; scale: number };

export type Column = {
  /** Apple's header, letter by letter. */
  header: string;
  /** The name in the table: snake_case of the header. */
  name: string;
  type: ColumnType;
  /** A file without this column is refused. */
  required: boolean;
};

/** A value of a table cell: text, days as a UTC date, or the unscaled decimal. `null` where the file has nothing. */
export type CellValue = string | Date | bigint | null;

/** `Product Type Identifier` → `product_type_identifier`; `ISRC/ISBN` → `isrc_isbn`. */
export const columnName = (header: string): string =>
  header
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
