import { type Column, type ColumnType, columnName, TEXT } from './column-type.ts';
import { TableError } from './table-error.ts';

/** A column of the table and where the file has it; `undefined` where the file lacks it. */
export type PlacedColumn = { column: Column; position: number | undefined };

/** Apple's widest report has about fifty columns. */
const MAXIMUM_COLUMNS = 1_000;

/**
 * Names that the table has already: the partitions of the object key, and the hash that is added to each row. An
 * engine that takes the partitions from the key would show those in place of a column of the same name.
 */
const RESERVED_NAMES = new Set(['team', 'vendor', 'app', 'report_date', 'report_sha256']);

/** The headers of a file's first line. Empty ones at its end come from a tab too many and are left out. */
export function headersOf(line: string): string[] {
  const headers = line
    .replace(/^\uFEFF/, '')
    .split('\t')
    .map((text) => text.trim());
  return headers.slice(0, headers.findLastIndex((text) => text !== '') + 1);
}

/** The column's name in the table: by its header, or by its position (from 1) where the header has no letters. */
export function nameAt(headers: readonly string[], position: number): string {
  const name = columnName(headers[position] ?? '') || `column_${position + 1}`;
  return RESERVED_NAMES.has(name) ? `${name}_in_file` : name;
}

/**
 * Matches a file's headers with the expected columns, by name: the order differs between copies of a report.
 * Columns nobody expected are kept, at the end.
 *
 * @param typeOf the type of a column nobody expected, by its header
 * @throws TableError `HEADER_MISSING`, `COLUMN_MISSING` (naming all), `COLUMN_REPEATED`, `TOO_MANY_COLUMNS`
 */
export function placeColumns(
  headers: readonly string[],
  expected: readonly Column[],
  typeOf: (header: string) => ColumnType = () => TEXT,
): PlacedColumn[] {
  if (headers.length > MAXIMUM_COLUMNS) {
    throw new TableError(
      'TOO_MANY_COLUMNS',
      `The first line has ${headers.length} columns; no report has over ${MAXIMUM_COLUMNS}`,
    );
  }
  // By the name in the table: Apple's pages and files differ in capitals and hyphens.
  const names = headers.map((_, position) => nameAt(headers, position));
  refuseMissing(headers, names, expected);
  refuseRepeated(headers, names);
  return [
    ...expected.map((column) => {
      const position = names.indexOf(column.name);
      return { column, position: position === -1 ? undefined : position };
    }),
    ...names.flatMap((name, position): PlacedColumn[] => {
      if (expected.some((column) => column.name === name)) return [];
      const header = headers[position] ?? '';
      return [{ column: { header, name, type: typeOf(header), required: false }, position }];
    }),
  ];
}

function refuseMissing(
  headers: readonly string[],
  names: readonly string[],
  expected: readonly Column[],
): void {
  const required = expected.filter((column) => column.required);
  const missing = required.filter(
    ({ name, orElse }) => !names.includes(name) && !(orElse !== undefined && names.includes(orElse)),
  );
  // Where no column is known for certain, a line of several fields has to do.
  if (required.length === 0 ? headers.length < 2 : missing.length === required.length) {
    throw new TableError('HEADER_MISSING', 'The file does not start with a header line of this report');
  }
  if (missing.length > 0) {
    const list = missing.map(({ header }) => `"${header}"`).join(', ');
    throw new TableError(
      'COLUMN_MISSING',
      `The file lacks the column${missing.length > 1 ? 's' : ''} ${list}`,
    );
  }
}

/** Two headers of one name (`Units`, `UNITS`) would be one column of the table, and one of them lost. */
function refuseRepeated(headers: readonly string[], names: readonly string[]): void {
  const second = names.findIndex((name, position) => names.indexOf(name) < position);
  if (second === -1) return;
  const first = headers[names.indexOf(names[second] ?? '')];
  throw new TableError(
    'COLUMN_REPEATED',
    `The file has the column "${first}" more than once (fields ${names.indexOf(names[second] ?? '') + 1} and ${second + 1}, "${headers[second]}"): both would be the column ${names[second]} of the table`,
  );
}
