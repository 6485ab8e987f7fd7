import { type Column, type ColumnType, columnName } from './column-type.ts';
import { TableError } from './table-error.ts';

/** A column of the table and where the file has it; `undefined` where the file lacks it. */
export type PlacedColumn = { column: Column; position: number | undefined };

/** Apple's widest report has some fifty. Each column takes memory of its own. */
const MOST_COLUMNS = 1_000;

/**
 * Matches a file's header with the expected columns, by name: the order differs between copies of a report.
 * Columns nobody expected are kept, at the end.
 *
 * @param typeOf the type of a column nobody expected, by its header
 * @throws TableError `HEADER_MISSING`, `COLUMN_MISSING` (naming all), `COLUMN_REPEATED`
 */
export function placeColumns(
  header: readonly string[],
  expected: readonly Column[],
  typeOf: (header: string) => ColumnType = asText,
): PlacedColumn[] {
  if (header.length > MOST_COLUMNS) {
    throw new TableError(
      'TOO_MANY_COLUMNS',
      `The first line has ${header.length} columns; no report has over ${MOST_COLUMNS}`,
    );
  }
  const headers = header.map((text) => text.trim());
  // By the name in the table: Apple's pages and files differ in capitals and hyphens.
  const names = headers.map(columnName);
  const needed = expected.filter(({ required }) => required);
  const missing = needed.filter(({ name }) => !names.includes(name));
  // Where no column is known for certain, a line of several fields has to do.
  if (needed.length === 0 ? headers.length < 2 : missing.length === needed.length) {
    throw new TableError('HEADER_MISSING', 'The file does not start with a header line of this report');
  }
  if (missing.length > 0) {
    const names = missing.map((column) => `"${column.header}"`).join(', ');
    throw new TableError(
      'COLUMN_MISSING',
      `The file lacks the column${missing.length > 1 ? 's' : ''} ${names}`,
    );
  }
  const unknown = headers
    .map((text, position) => ({ text, position }))
    .filter(({ text }) => !expected.some((column) => column.name === columnName(text)));
  const placed: PlacedColumn[] = [
    ...expected.map((column) => ({
      column,
      position: names.includes(column.name) ? names.indexOf(column.name) : undefined,
    })),
    ...unknown.map(({ text, position }) => ({
      column: {
        header: text,
        name: columnName(text) || `column_${position + 1}`,
        type: typeOf(text),
        required: false,
      } satisfies Column,
      position,
    })),
  ];
  refuseRepeated(headers, placed);
  return placed;
}

const asText = (): ColumnType => ({ kind: 'string' });

function refuseRepeated(headers: readonly string[], placed: readonly PlacedColumn[]): void {
  const names = placed.map(({ column }) => column.name);
  const repeated =
    headers.find((text, index) => headers.indexOf(text) < index) ??
    names.find((name, index) => names.indexOf(name) < index || name === 'report_sha256');
  if (repeated !== undefined) {
    throw new TableError('COLUMN_REPEATED', `The file has the column "${repeated}" more than once`);
  }
}
