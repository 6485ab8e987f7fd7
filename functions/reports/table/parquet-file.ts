import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import type { ColumnValues } from './column-buffer.ts';
import { PageScratch, type SchemaElement, writeColumnChunk } from './column-chunk.ts';
import type { Column, ColumnType } from './column-type.ts';
import { DECIMAL_BYTES } from './fixed-value.ts';

/** A Parquet file being written, a row group at a time. */
export type ParquetFile = {
  /** The values of each column, in the order given at the start. */
  writeRowGroup(columns: readonly ColumnValues[], rows: number): void;
  finish(): void;
};

/**
 * Starts a Parquet file: ZSTD, every column nullable, decimals as whole numbers of 16 bytes (exact), days as DATE.
 *
 * The row groups are encoded by our own code, since the columns have their dictionaries already; the library writes
 * page headers and the footer.
 *
 * @param path where the file is made; an existing one is replaced
 * @param rowsPerGroup the most rows that a row group will have
 */
export function createParquetFile(
  path: string,
  columns: readonly Pick<Column, 'name' | 'type'>[],
  rowsPerGroup: number,
): ParquetFile {
  const elements = columns.map(
    ({ name, type }) => ({ name, repetition_type: 'OPTIONAL', ...physicalType(type) }) as const,
  );
  const file = new ParquetWriter({
    writer: fileWriter(path),
    schema: [{ name: 'report', num_children: columns.length }, ...elements],
    createdBy: 'app-store-connect-jobs',
  });
  const scratch = new PageScratch(rowsPerGroup);
  return {
    writeRowGroup: (values, rows) => {
      if (rows === 0) return;
      const start = file.writer.offset;
      const chunks = elements.map((element, index) => {
        const column = values[index];
        if (column === undefined) throw new RangeError(`no values for the column ${element.name}`);
        return writeColumnChunk(file.writer, element, column, rows, scratch);
      });
      file.num_rows += BigInt(rows);
      file.row_groups.push({
        columns: chunks,
        total_byte_size: chunks.reduce(
          (sum, { meta_data }) => sum + (meta_data?.total_uncompressed_size ?? 0n),
          0n,
        ),
        num_rows: BigInt(rows),
        total_compressed_size: BigInt(file.writer.offset - start),
      });
    },
    finish: () => void file.finish(),
  };
}

function physicalType(type: ColumnType): Omit<SchemaElement, 'name'> {
  switch (type.kind) {
    case 'string':
      return { type: 'BYTE_ARRAY', converted_type: 'UTF8' };
    case 'date':
      return { type: 'INT32', converted_type: 'DATE' };
    case 'decimal':
      return {
        type: 'FIXED_LEN_BYTE_ARRAY',
        type_length: DECIMAL_BYTES,
        converted_type: 'DECIMAL',
        precision: type.precision,
        scale: type.scale,
      };
  }
}
