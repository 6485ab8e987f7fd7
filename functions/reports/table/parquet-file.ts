import { constants, zstdCompressSync } from 'node:zlib';
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { CellValue, Column, ColumnType } from './column-type.ts';

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

/** A Parquet file being written, a row group at a time. */
export type ParquetFile = {
  /** One array a column, in the order given at the start, all of one length. */
  writeRowGroup(columns: readonly CellValue[][]): void;
  finish(): void;
};

/**
 * Starts a Parquet file: ZSTD, every column nullable, decimals as INT64 (exact), days as DATE.
 *
 * @param path where the file is made; an existing one is replaced
 */
export function createParquetFile(
  path: string,
  columns: readonly Pick<Column, 'name' | 'type'>[],
): ParquetFile {
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: [
      { name: 'report', num_children: columns.length },
      ...columns.map(
        ({ name, type }) => ({ name, repetition_type: 'OPTIONAL', ...physicalType(type) }) as const,
      ),
    ],
    codec: 'ZSTD',
    compressors: { ZSTD: compress },
    statistics: false,
    createdBy: 'app-store-connect-jobs',
  });
  return {
    writeRowGroup: (data) => {
      const rows = data[0]?.length ?? 0;
      if (rows === 0) return;
      // Without a flush function in the writer this returns nothing to wait for.
      writer.write({
        columnData: columns.map(({ name }, index) => ({ name, data: data[index] ?? [] })),
        rowGroupSize: rows,
      });
    },
    finish: () => void writer.finish(),
  };
}

function physicalType(type: ColumnType): Omit<SchemaElement, 'name'> {
  switch (type.kind) {
    case 'string':
      return { type: 'BYTE_ARRAY', converted_type: 'UTF8' };
    case 'date':
      return { type: 'INT32', converted_type: 'DATE' };
    case 'decimal':
      return { type: 'INT64', converted_type: 'DECIMAL', precision: type.precision, scale: type.scale };
  }
}

const compress = (bytes: Uint8Array): Uint8Array =>
  zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
