import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '../platform/util/hash.ts';
import type { OwnTable } from './own-table.ts';
import { createTableFile, lineOf, type TableRow } from './table-file.ts';

/**
 * A Parquet file of a few rows. `report_sha256` is that of the rows, so that the same rows make the same file.
 *
 * @throws TableError naming the column of a value that its type refuses
 */
export async function smallTable(table: OwnTable, rows: readonly TableRow[]): Promise<Buffer> {
  const directory = mkdtempSync(join(tmpdir(), 'table-'));
  try {
    const path = join(directory, 'data.parquet');
    const sha256 = sha256Hex(rows.map((row) => lineOf(table, row)).join('\n'));
    const file = await createTableFile(table, path, sha256);
    for (const row of rows) file.add(row);
    file.finish();
    return readFileSync(path);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A number as decimal text of six decimals at most; undefined where there is none. */
export const decimalText = (value: number | undefined): string | undefined =>
  value === undefined || !Number.isFinite(value) ? undefined : value.toFixed(6);
