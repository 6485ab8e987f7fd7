import { DAY_MILLIS } from '../../platform/util/time.ts';
import type { CellValue, ColumnType } from './column-type.ts';

/** Parquet keeps a decimal of more than 18 digits as a big-endian two's complement number of 16 bytes. */
export const DECIMAL_BYTES = 16;
const DATE_BYTES = 4;

/** Bytes of a value in Parquet's plain encoding; 0 for text, whose values differ in length. */
export function fixedWidth(type: ColumnType): number {
  switch (type.kind) {
    case 'string':
      return 0;
    case 'date':
      return DATE_BYTES;
    case 'decimal':
      return DECIMAL_BYTES;
  }
}

/** Writes an unscaled decimal, or a day as its number since 1970. */
export function writeFixed(buffer: Buffer, at: number, value: bigint | Date): void {
  if (value instanceof Date) {
    buffer.writeInt32LE(value.getTime() / DAY_MILLIS, at);
    return;
  }
  buffer.writeBigInt64BE(value >> 64n, at);
  buffer.writeBigUInt64BE(BigInt.asUintN(64, value), at + 8);
}

/** Reads what {@link writeFixed} wrote. */
export function readFixed(buffer: Buffer, at: number, type: ColumnType): CellValue {
  if (type.kind === 'date') return new Date(buffer.readInt32LE(at) * DAY_MILLIS);
  return (buffer.readBigInt64BE(at) << 64n) | buffer.readBigUInt64BE(at + 8);
}
