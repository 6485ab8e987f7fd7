import { constants, zstdCompressSync } from 'node:zlib';
import type { ParquetWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import type { ColumnValues } from './column-buffer.ts';
import { bitWidthOf, encodeHybrid, hybridBytes } from './hybrid-encoding.ts';

export type Writer = ParquetWriter['writer'];
export type ColumnChunk = ParquetWriter['row_groups'][number]['columns'][number];
export type SchemaElement = ParquetWriter['schema'][number];

/** Plain pages are cut at this size; a single value may be longer. */
const PAGE_BYTES = 1 << 20;
/** Less than this is not worth the start of a compressor. */
const MINIMUM_COMPRESSED_BYTES = 128;

/** Numbers and levels of one page, before they are encoded. Each writer of a file has one, for all its pages. */
export class PageScratch {
  readonly numbers: Int32Array;
  readonly levels: Int32Array;

  constructor(rows: number) {
    this.numbers = new Int32Array(rows);
    this.levels = new Int32Array(rows);
  }
}

/**
 * Writes a column of a row group: with a dictionary where at most half of the values differ, else plainly.
 *
 * The pages are of version 2: levels first, uncompressed, then the values.
 */
export function writeColumnChunk(
  writer: Writer,
  element: SchemaElement,
  values: ColumnValues,
  rows: number,
  scratch: PageScratch,
): ColumnChunk {
  const { type, name } = element;
  if (type === undefined) throw new TypeError(`the column ${name} has no type`);
  const fileOffset = writer.offset;
  const filled = values.entries === 0 ? 0 : rows - values.nulls;
  const usesDictionary = filled > 0 && values.entries * 2 <= filled;
  const chunk = usesDictionary
    ? writeDictionaryChunk(writer, values, rows, scratch)
    : writePlainChunk(writer, values, rows, scratch);
  return {
    file_offset: BigInt(fileOffset),
    meta_data: {
      type,
      encodings: usesDictionary ? ['PLAIN', 'RLE', 'RLE_DICTIONARY'] : ['PLAIN', 'RLE'],
      path_in_schema: [name],
      codec: chunk.compressed ? 'ZSTD' : 'UNCOMPRESSED',
      num_values: BigInt(rows),
      total_uncompressed_size: BigInt(chunk.uncompressedBytes),
      total_compressed_size: BigInt(writer.offset - fileOffset),
      data_page_offset: BigInt(chunk.dataPageOffset),
      ...(usesDictionary && { dictionary_page_offset: BigInt(fileOffset) }),
    },
  };
}

type WrittenChunk = { compressed: boolean; uncompressedBytes: number; dataPageOffset: number };

function writeDictionaryChunk(
  writer: Writer,
  values: ColumnValues,
  rows: number,
  scratch: PageScratch,
): WrittenChunk {
  const dictionary = values.plain(1, values.entries);
  const count = packRows(values, 0, rows, scratch);
  const bitWidth = bitWidthOf(values.entries - 1);
  const numbers = Buffer.allocUnsafe(1 + hybridBytes(count, bitWidth));
  numbers[0] = bitWidth;
  const page = numbers.subarray(0, encodeHybrid(scratch.numbers, count, bitWidth, numbers, 1));
  const compressed = dictionary.length + page.length >= MINIMUM_COMPRESSED_BYTES;
  const body = compressed ? compress(dictionary) : dictionary;
  const start = writer.offset;
  writePageHeader(writer, {
    type: 'DICTIONARY_PAGE',
    uncompressed_page_size: dictionary.length,
    compressed_page_size: body.length,
    dictionary_page_header: { num_values: values.entries, encoding: 'PLAIN' },
  });
  const headerBytes = writer.offset - start;
  writer.appendBytes(body);
  const dataPageOffset = writer.offset;
  const uncompressedBytes =
    headerBytes +
    dictionary.length +
    writeDataPage(writer, page, 'RLE_DICTIONARY', rows, count, scratch, compressed);
  return { compressed, uncompressedBytes, dataPageOffset };
}

function writePlainChunk(
  writer: Writer,
  values: ColumnValues,
  rows: number,
  scratch: PageScratch,
): WrittenChunk {
  const dataPageOffset = writer.offset;
  const compressed = values.entries > 0 && values.plain(1, values.entries).length >= MINIMUM_COMPRESSED_BYTES;
  let uncompressedBytes = 0;
  for (let from = 0; from < rows; ) {
    const { parts, to } = takePage(values, from, rows);
    const count = packRows(values, from, to, scratch);
    const page = Buffer.concat(parts);
    uncompressedBytes += writeDataPage(writer, page, 'PLAIN', to - from, count, scratch, compressed);
    from = to;
  }
  return { compressed, uncompressedBytes, dataPageOffset };
}

/** The values of the rows from `from` on, until a page is full. Entries that follow each other are one part. */
function takePage(values: ColumnValues, from: number, rows: number): { parts: Uint8Array[]; to: number } {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  let first = 0;
  let last = -1;
  let row = from;
  for (; row < rows && bytes < PAGE_BYTES; row += 1) {
    const entry = values.rows[row] ?? 0;
    if (entry === 0) continue;
    bytes += values.plainLength(entry);
    if (entry !== last + 1) {
      if (last > 0) parts.push(values.plain(first, last));
      first = entry;
    }
    last = entry;
  }
  if (last > 0) parts.push(values.plain(first, last));
  return { parts, to: row };
}

/** Fills the scratch with the numbers (from 0) and the levels of the rows `[from, to)`; returns how many have a value. */
function packRows(values: ColumnValues, from: number, to: number, scratch: PageScratch): number {
  const { numbers, levels } = scratch;
  const { rows } = values;
  let count = 0;
  for (let row = from; row < to; row += 1) {
    const entry = rows[row] ?? 0;
    if (entry === 0) {
      levels[row - from] = 0;
    } else {
      levels[row - from] = 1;
      numbers[count] = entry - 1;
      count += 1;
    }
  }
  return count;
}

/** @returns its uncompressed size, the header included */
function writeDataPage(
  writer: Writer,
  page: Uint8Array,
  encoding: 'PLAIN' | 'RLE_DICTIONARY',
  rows: number,
  filled: number,
  scratch: PageScratch,
  compressed: boolean,
): number {
  const levels = Buffer.allocUnsafe(hybridBytes(rows, 1));
  const levelBytes = encodeHybrid(scratch.levels, rows, 1, levels);
  const body = compressed ? compress(page) : page;
  const start = writer.offset;
  writePageHeader(writer, {
    type: 'DATA_PAGE_V2',
    uncompressed_page_size: levelBytes + page.length,
    compressed_page_size: levelBytes + body.length,
    data_page_header_v2: {
      num_values: rows,
      num_nulls: rows - filled,
      num_rows: rows,
      encoding,
      definition_levels_byte_length: levelBytes,
      repetition_levels_byte_length: 0,
      is_compressed: compressed,
    },
  });
  const headerBytes = writer.offset - start;
  writer.appendBytes(levels.subarray(0, levelBytes));
  writer.appendBytes(body);
  return headerBytes + levelBytes + page.length;
}

const compress = (bytes: Uint8Array): Uint8Array =>
  zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
