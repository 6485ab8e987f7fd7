/**
 * How the text of a cell becomes a value. Money and counts are decimals of fixed scale, stored as whole numbers of
 * the smallest unit; never binary floats.
 */
export type ColumnType =
  | { kind: 'string' }
  | { kind: 'date' }
  | { kind: 'decimal'; precision: number; scale: number };

export const TEXT: ColumnType = { kind: 'string' };
export const DATE: ColumnType = { kind: 'date' };

/**
 * The one type of every number: DECIMAL(38, 6), in Parquet and in Glue.
 *
 * Apple documents two decimals and sends up to four. A reader that is told another scale than the file has may round
 * without an error (Trino, so Athena, does), so no file has a scale of its own. More than 18 digits keep the product
 * of two columns exact: DuckDB multiplies DECIMAL(18, …) in 64 bits and overflows.
 */
export const NUMBER: ColumnType = { kind: 'decimal', precision: 38, scale: 6 };

/** The type of a column in Glue's words: the same as in the Parquet file. */
export function glueType(type: ColumnType): string {
  return type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})` : type.kind;
}

export type Column = {
  /** Apple's header, letter by letter. */
  header: string;
  /** The name in the table: snake_case of the header. */
  name: string;
  type: ColumnType;
  /** A file without this column is refused. */
  required: boolean;
  /** The name of another column that may stand in for this one. */
  orElse?: string;
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
