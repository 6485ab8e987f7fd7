import { zstdDecompressSync } from 'node:zlib';

/**
 * Values of one table file by column: text without blanks around it, numbers as exact decimal text with all digits of their
 * column (`9.990000`), days as `YYYY-MM-DD`; `null` where there is nothing, which Apple writes as blanks.
 */
export type TableValues = ReadonlyMap<string, readonly (string | null)[]>;

/**
 * Reads some columns of a Parquet file of the lake. Columns that the file lacks are absent.
 *
 * With the library that belongs to our writer, not with DuckDB: its native module is larger than a function may be, and
 * Athena would cost a query per file and need rights over the whole database.
 */
export async function readTable(bytes: Uint8Array, wanted: readonly string[]): Promise<TableValues> {
  // Loaded with the first file, not on a cold start.
  const { parquetMetadata, parquetRead } = await import('hyparquet');
  const file = new Uint8Array(bytes).buffer;
  const metadata = parquetMetadata(file);
  const scales = new Map<string, number>();
  for (const element of metadata.schema) {
    if (element.converted_type !== 'DECIMAL') continue;
    scales.set(element.name, element.scale ?? 0);
    // The library's own conversion goes through binary floats: without a type it hands out the bytes.
    delete element.converted_type;
    delete element.logical_type;
  }
  const present = new Set(metadata.schema.map(({ name }) => name));
  const columns = new Map<string, (string | null)[]>();
  await parquetRead({
    file,
    metadata,
    columns: wanted.filter((name) => present.has(name)),
    compressors: { ZSTD: (input: Uint8Array) => new Uint8Array(zstdDecompressSync(input)) },
    onChunk: ({ columnName, columnData }) => {
      const scale = scales.get(columnName);
      const values = columns.get(columnName) ?? [];
      for (const value of columnData)
        values.push(scale === undefined ? textOf(value) : decimalOf(value, scale));
      columns.set(columnName, values);
    },
  });
  return columns;
}

function textOf(value: unknown): string | null {
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  return typeof value === 'string' ? value.trim() || null : null;
}

/** @param value the unscaled number, big end first */
function decimalOf(value: unknown, scale: number): string | null {
  if (!(value instanceof Uint8Array) || value.length === 0) return null;
  const unscaled = BigInt.asIntN(value.length * 8, BigInt(`0x${Buffer.from(value).toString('hex')}`));
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const sign = unscaled < 0n ? '-' : '';
  return scale === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
