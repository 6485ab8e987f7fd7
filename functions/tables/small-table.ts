import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '../platform/util/hash.ts';
import type { OwnTable } from './own-table.ts';

/** Values by column; what is absent or `undefined` is NULL. Numbers are decimal text of at most six decimals. */
export type SmallRow = Readonly<Record<string, string | undefined>>;

/** Tabs and line ends would become other cells. */
const cell = (text = ''): string => text.replaceAll(/[\t\r\n]+/g, ' ');

/**
 * A Parquet file of a few rows, by the same code and with the same types as the tables of reports. `report_sha256` is that
 * of the rows, so that the same rows make the same file.
 *
 * @throws TableError naming the column of a value that its type refuses
 */
export async function smallTable({ columns }: OwnTable, rows: readonly SmallRow[]): Promise<Buffer> {
  // Loaded with the first file: most runs write none.
  const { TableBuilder } = await import('../reports/table/table-builder.ts');
  const lines = rows.map((row) => columns.map(({ name }) => cell(row[name])).join('\t'));
  const directory = mkdtempSync(join(tmpdir(), 'table-'));
  try {
    const parquetPath = join(directory, 'data.parquet');
    const headers = columns.map(({ header }) => header);
    const table = new TableBuilder({ parquetPath, columns }, headers);
    table.beginPart(headers, sha256Hex(lines.join('\n')));
    for (const [index, line] of lines.entries()) {
      const bytes = Buffer.from(line);
      table.addLine(bytes, 0, bytes.length, index + 1);
    }
    table.finish();
    return readFileSync(parquetPath);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A number as decimal text of six decimals at most; undefined where there is none. */
export const decimalText = (value: number | undefined): string | undefined =>
  value === undefined || !Number.isFinite(value) ? undefined : value.toFixed(6);
