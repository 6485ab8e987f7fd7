import { parseCell, tableErrorOf } from './cell.ts';
import type { CellValue, Column } from './column-type.ts';

const FIRST_SLOTS = 1 << 10;
/** Beyond this many different values, or this many bytes of them, a column starts anew at the next row group. */
const MOST_VALUES = 1 << 16;
const MOST_BYTES = 4 << 20;

/**
 * One column of the row group being read. Report columns repeat themselves (a day has few prices, countries
 * and titles), so each different field is decoded and parsed once and rows hold its number: a million rows
 * need no million strings.
 *
 * Fields are looked up by their bytes in an open-addressing hash table.
 */
export class InternedColumn {
  readonly column: Column;
  readonly #rows: Int32Array;
  #values: CellValue[] = [];
  #slots = new Int32Array(FIRST_SLOTS);
  #hashes: number[] = [];
  #starts: number[] = [0];
  #bytes = Buffer.allocUnsafe(FIRST_SLOTS * 8);

  constructor(column: Column, rowsPerGroup: number) {
    this.column = column;
    this.#rows = new Int32Array(rowsPerGroup);
  }

  /**
   * Takes the field `bytes[start, end)` as the value of a row.
   *
   * @param row index within the row group
   * @param line of the file, for the error
   * @throws TableError naming line and column
   */
  set(row: number, line: number, bytes: Buffer, start: number, end: number): void {
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i += 1) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
    const slots = this.#slots;
    const hashes = this.#hashes;
    const mask = slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let entry = slots[slot] ?? 0; entry !== 0; entry = slots[slot] ?? 0) {
      if (hashes[entry - 1] === hash && this.#equals(entry - 1, bytes, start, end)) {
        this.#rows[row] = entry - 1;
        return;
      }
      slot = (slot + 1) & mask;
    }
    this.#rows[row] = this.#add(hash, slot, line, bytes, start, end);
  }

  /** The values of the first `rows` rows. */
  take(rows: number): CellValue[] {
    const values = this.#values;
    const entries = this.#rows;
    const taken = new Array<CellValue>(rows);
    for (let row = 0; row < rows; row += 1) taken[row] = values[entries[row] ?? 0] ?? null;
    return taken;
  }

  /** Forgets the values when they have become many. Call it between row groups. */
  rest(): void {
    if (this.#values.length <= MOST_VALUES && (this.#starts.at(-1) ?? 0) <= MOST_BYTES) return;
    this.#values = [];
    this.#hashes = [];
    this.#starts = [0];
    this.#slots = new Int32Array(FIRST_SLOTS);
    this.#bytes = Buffer.allocUnsafe(FIRST_SLOTS * 8);
  }

  #equals(entry: number, bytes: Buffer, start: number, end: number): boolean {
    const from = this.#starts[entry] ?? 0;
    const to = this.#starts[entry + 1] ?? 0;
    if (to - from !== end - start) return false;
    const own = this.#bytes;
    for (let mine = from, theirs = start; mine < to; mine += 1, theirs += 1) {
      if (own[mine] !== bytes[theirs]) return false;
    }
    return true;
  }

  #add(hash: number, slot: number, line: number, bytes: Buffer, start: number, end: number): number {
    const text = bytes.toString('utf8', start, end);
    const entry = this.#values.length;
    try {
      this.#values.push(parseCell(text, this.column.type));
    } catch (error) {
      throw tableErrorOf(error, { line, header: this.column.header, text });
    }
    this.#hashes.push(hash);
    const from = this.#starts.at(-1) ?? 0;
    this.#reserve(from + end - start);
    bytes.copy(this.#bytes, from, start, end);
    this.#starts.push(from + end - start);
    this.#slots[slot] = entry + 1;
    if (this.#values.length * 2 > this.#slots.length) this.#growSlots();
    return entry;
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(length, this.#bytes.length * 2));
    this.#bytes.copy(grown);
    this.#bytes = grown;
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 4);
    const mask = slots.length - 1;
    this.#hashes.forEach((hash, entry) => {
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry + 1;
    });
    this.#slots = slots;
  }
}
