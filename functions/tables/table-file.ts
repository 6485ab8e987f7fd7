import type { OwnTable } from './own-table.ts';

/** Values by column; what is absent or `undefined` is NULL. Numbers are decimal text of at most six decimals. */
export type TableRow = Readonly<Record<string, string | undefined>>;

/** A Parquet file of a table of our own, row by row. A row group is held in memory, never the whole. */
export type TableFile = {
  /** @throws TableError naming the column of a value that its type refuses */
  add(row: TableRow): void;
  /** @returns how many rows the file has */
  finish(): number;
};

/** Tabs and line ends would become other cells. */
const cell = (text = ''): string => text.replaceAll(/[\t\r\n]+/g, ' ');

/** A row as the tables of reports read it. */
export const lineOf = ({ columns }: OwnTable, row: TableRow): string =>
  columns.map(({ name }) => cell(row[name])).join('\t');

/**
 * Starts a Parquet file, by the same code and with the same types as the tables of reports.
 *
 * @param path an existing file is replaced
 * @param sha256 for the column `report_sha256`; without it there is no such column
 */
export async function createTableFile(table: OwnTable, path: string, sha256?: string): Promise<TableFile> {
  // Loaded with the first file: most runs write none.
  const { TableBuilder } = await import('../reports/table/table-builder.ts');
  const { columns } = table;
  const headers = columns.map(({ header }) => header);
  const builder = new TableBuilder({ parquetPath: path, columns, withSha256: sha256 !== undefined }, headers);
  builder.beginPart(headers, sha256 ?? '');
  let rows = 0;
  return {
    add: (row) => {
      const bytes = Buffer.from(lineOf(table, row));
      rows += 1;
      builder.addLine(bytes, 0, bytes.length, rows);
    },
    finish: () => builder.finish().rows,
  };
}
