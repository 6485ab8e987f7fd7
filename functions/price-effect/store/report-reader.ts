import { zstdDecompressSync } from 'node:zlib';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Columns } from '../history/product-history.ts';

/** Reads some columns of a table file of the lake. Columns that the file lacks are absent. */
export type ReadTable = (tableKey: string, columns: readonly string[]) => Promise<Columns>;

/**
 * Reads table files with the library that belongs to our writer, not with DuckDB: its native module is larger than a
 * function may be, and Athena would cost a query per look and need rights over the whole database. Numbers come as binary
 * floats: good enough for ratios of sums, which carry an error of percents.
 */
export function createTableReader(s3: S3Client, bucket: string): ReadTable {
  return async (tableKey, wanted) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: tableKey }));
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    return readColumns(bytes, wanted);
  };
}

export async function readColumns(bytes: Uint8Array, wanted: readonly string[]): Promise<Columns> {
  // Loaded with the first file: most runs have no look to make.
  const { parquetMetadata, parquetRead } = await import('hyparquet');
  const file = new Uint8Array(bytes).buffer;
  const metadata = parquetMetadata(file);
  const present = new Set(metadata.schema.map(({ name }) => name));
  const columns = new Map<string, unknown[]>();
  await parquetRead({
    file,
    metadata,
    columns: wanted.filter((name) => present.has(name)),
    compressors: { ZSTD: (input) => zstdDecompressSync(input) },
    onChunk: ({ columnName, columnData }) => {
      const values = columns.get(columnName) ?? [];
      for (const value of columnData) values.push(value);
      columns.set(columnName, values);
    },
  });
  return columns;
}
