import { parseCell, tableErrorOf } from './cell.ts';
import type { CellValue, Column } from './column-type.ts';
import { fixedWidth, readFixed, writeFixed } from './fixed-value.ts';

const TAB = 0x09;
const SPACE = 0x20;
const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;
const FIRST_ENTRIES = 1 << 6;
/** A text in Parquet's plain encoding begins with its length. */
const LENGTH_BYTES = 4;
/** What an entry takes beside its bytes: start, length, hash and up to four slots of the hash table. */
const ENTRY_BYTES = 28;

/** Bytes that the values of a row group take. One object is shared by its columns. */
export type GroupUse = { bytes: number };

/** The values of a column in a row group, as a Parquet file takes them. */
export type ColumnValues = {
  /** By row: 0 where there is no value, else the number of the dictionary's entry, from 1. */
  readonly rows: Int32Array;
  readonly entries: number;
  /** Of the rows, how many have no value. Says nothing where there are no entries. */
  readonly nulls: number;
  /** Bytes of an entry in Parquet's plain encoding. */
  plainLength(entry: number): number;
  /** The entries `first` to `last` (from 1, both included) in Parquet's plain encoding. Valid until the next row. */
  plain(first: number, last: number): Uint8Array;
};

/**
 * One column of the row group being read. Report columns repeat themselves (a day has few prices, countries and
 * titles), so each different field becomes one entry of the dictionary that the Parquet file takes, and rows hold its
 * number: a million rows need no million strings, nor any JavaScript value at all.
 *
 * Fields are looked up by their bytes in an open-addressing hash table.
 */
export class ColumnBuffer implements ColumnValues {
  readonly column: Column;
  readonly rows: Int32Array;
  entries = 0;
  nulls = 0;
  readonly #use: GroupUse;
  readonly #keptBytes: number;
  /** Bytes of an entry in the plain encoding; 0 for text, which has no fixed width. */
  readonly #width: number;
  /** The entries' fields as the file has them. Those of a text column are in plain encoding already. */
  #texts = Buffer.allocUnsafe(FIRST_ENTRIES * 16);
  #textBytes = 0;
  #starts = new Int32Array(FIRST_ENTRIES);
  #lengths = new Int32Array(FIRST_ENTRIES);
  #hashes = new Int32Array(FIRST_ENTRIES);
  #fixed: Buffer;
  /** Numbers of entries by hash; twice to four times as many as entries. */
  #slots = new Int32Array(FIRST_ENTRIES * 4);

  /**
   * @param use is increased by what each new entry takes
   * @param keptBytes buffers that have grown beyond this are given back when a row group ends
   */
  constructor(column: Column, rowsPerGroup: number, use: GroupUse, keptBytes: number) {
    this.column = column;
    this.rows = new Int32Array(rowsPerGroup);
    this.#use = use;
    this.#keptBytes = keptBytes;
    this.#width = fixedWidth(column.type);
    this.#fixed = Buffer.allocUnsafe(FIRST_ENTRIES * this.#width);
  }

  /**
   * Takes the field that begins at `start` and goes to the next tab or to `end` as the value of a row.
   *
   * @param row index within the row group
   * @param line of the file, for the error
   * @returns where the field ends
   * @throws TableError naming line and column
   */
  read(row: number, line: number, bytes: Buffer, start: number, end: number): number {
    let hash = FNV_OFFSET;
    let at = start;
    for (; at < end; at += 1) {
      const byte = bytes[at] ?? TAB;
      if (byte === TAB) break;
      hash = Math.imul(hash ^ byte, FNV_PRIME);
    }
    if (at === start) this.#setNull(row);
    else if (bytes[start] === SPACE || bytes[at - 1] === SPACE) this.#readPadded(row, line, bytes, start, at);
    else this.rows[row] = this.#entryOf(hash, line, bytes, start, at);
    return at;
  }

  /** The value of a row, decoded. */
  cell(row: number): CellValue {
    const entry = this.rows[row] ?? 0;
    if (entry === 0) return null;
    if (this.#width > 0) return readFixed(this.#fixed, (entry - 1) * this.#width, this.column.type);
    const start = this.#starts[entry - 1] ?? 0;
    return this.#texts.toString('utf8', start, start + (this.#lengths[entry - 1] ?? 0));
  }

  plainLength(entry: number): number {
    return this.#width > 0 ? this.#width : LENGTH_BYTES + (this.#lengths[entry - 1] ?? 0);
  }

  plain(first: number, last: number): Uint8Array {
    if (this.#width > 0) return this.#fixed.subarray((first - 1) * this.#width, last * this.#width);
    const start = (this.#starts[first - 1] ?? 0) - LENGTH_BYTES;
    return this.#texts.subarray(start, (this.#starts[last - 1] ?? 0) + (this.#lengths[last - 1] ?? 0));
  }

  /** Forgets the values. Call it when a row group is written. */
  clear(): void {
    this.entries = 0;
    this.nulls = 0;
    this.#textBytes = 0;
    if (this.#texts.length + this.#slots.length * ENTRY_BYTES <= this.#keptBytes) {
      this.#slots.fill(0);
      return;
    }
    this.#texts = Buffer.allocUnsafe(FIRST_ENTRIES * 16);
    this.#starts = new Int32Array(FIRST_ENTRIES);
    this.#lengths = new Int32Array(FIRST_ENTRIES);
    this.#hashes = new Int32Array(FIRST_ENTRIES);
    this.#fixed = Buffer.allocUnsafe(FIRST_ENTRIES * this.#width);
    this.#slots = new Int32Array(FIRST_ENTRIES * 4);
  }

  #setNull(row: number): void {
    this.rows[row] = 0;
    this.nulls += 1;
  }

  /** A field with spaces around it: padding, or all that there is. */
  #readPadded(row: number, line: number, bytes: Buffer, start: number, end: number): void {
    let from = start;
    let to = end;
    while (from < to && bytes[from] === SPACE) from += 1;
    while (to > from && bytes[to - 1] === SPACE) to -= 1;
    if (from === to) {
      this.#setNull(row);
      return;
    }
    let hash = FNV_OFFSET;
    for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), FNV_PRIME);
    this.rows[row] = this.#entryOf(hash, line, bytes, from, to);
  }

  #entryOf(hash: number, line: number, bytes: Buffer, start: number, end: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let entry = slots[slot] ?? 0; entry !== 0; entry = slots[slot] ?? 0) {
      if (this.#hashes[entry - 1] === hash && this.#equals(entry - 1, bytes, start, end)) return entry;
      slot = (slot + 1) & mask;
    }
    return this.#add(hash, slot, line, bytes, start, end);
  }

  #equals(index: number, bytes: Buffer, start: number, end: number): boolean {
    if (this.#lengths[index] !== end - start) return false;
    const texts = this.#texts;
    const shift = (this.#starts[index] ?? 0) - start;
    for (let at = start; at < end; at += 1) if (bytes[at] !== texts[at + shift]) return false;
    return true;
  }

  #add(hash: number, slot: number, line: number, bytes: Buffer, start: number, end: number): number {
    const length = end - start;
    const index = this.entries;
    this.#reserve(index + 1, length + LENGTH_BYTES);
    if (this.#width > 0) writeFixed(this.#fixed, index * this.#width, this.#parse(line, bytes, start, end));
    else this.#textBytes = this.#texts.writeUInt32LE(length, this.#textBytes);
    copyShort(bytes, start, end, this.#texts, this.#textBytes);
    this.#starts[index] = this.#textBytes;
    this.#lengths[index] = length;
    this.#hashes[index] = hash;
    this.#textBytes += length;
    this.entries = index + 1;
    this.#slots[slot] = this.entries;
    this.#use.bytes += length + LENGTH_BYTES + this.#width + ENTRY_BYTES;
    if (this.entries * 2 > this.#slots.length) this.#growSlots();
    return index + 1;
  }

  #parse(line: number, bytes: Buffer, start: number, end: number): bigint | Date {
    const text = bytes.toString('utf8', start, end);
    try {
      const value = parseCell(text, this.column.type);
      if (typeof value !== 'string' && value !== null) return value;
    } catch (error) {
      throw tableErrorOf(error, { line, header: this.column.header, text });
    }
    throw new TypeError(`${this.column.header}: a typed field became ${JSON.stringify(text)}`);
  }

  #reserve(entries: number, bytes: number): void {
    if (entries > this.#starts.length) {
      this.#starts = grown(this.#starts);
      this.#lengths = grown(this.#lengths);
      this.#hashes = grown(this.#hashes);
      const fixed = Buffer.allocUnsafe(this.#fixed.length * 2);
      this.#fixed.copy(fixed);
      this.#fixed = fixed;
    }
    const needed = this.#textBytes + bytes;
    if (needed <= this.#texts.length) return;
    const texts = Buffer.allocUnsafe(Math.max(needed, this.#texts.length * 2));
    this.#texts.copy(texts, 0, 0, this.#textBytes);
    this.#texts = texts;
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let index = 0; index < this.entries; index += 1) {
      const hash = this.#hashes[index] ?? 0;
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    }
    this.#slots = slots;
  }
}

/** Fields have some ten bytes: a loop is faster than a call of `copy`. */
function copyShort(from: Buffer, start: number, end: number, to: Buffer, at: number): void {
  if (end - start > 64) from.copy(to, at, start, end);
  else for (let index = start; index < end; index += 1) to[at + index - start] = from[index] ?? 0;
}

function grown(values: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(values.length * 2);
  larger.set(values);
  return larger;
}
