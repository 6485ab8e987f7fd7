import { ColumnBuffer, type ColumnValues, type GroupUse } from './column-buffer.ts';
import { type Column, type ColumnType, TEXT } from './column-type.ts';
import { FinanceTotals, TOTALLED_COLUMNS } from './finance-totals.ts';
import { nameAt, placeColumns } from './header.ts';
import { createParquetFile, type ParquetFile } from './parquet-file.ts';
import type { Remark } from './remark.ts';
import { TableError } from './table-error.ts';

/**
 * A row group ends when one of these is reached, so that memory is bounded whatever the rows, the columns and the
 * values are: 4 MB of row numbers a million cells, and the values themselves. docs/tables.md states the bound.
 */
const MAXIMUM_ROWS = 1 << 16;
const MAXIMUM_CELLS = 1 << 22;
const MAXIMUM_VALUE_BYTES = 32 << 20;
/**
 * Parquet names each column of each row group at the end of the file, which takes 0.75 kB of memory until then. Rows of
 * fifty columns and 100 bytes come to half of this with the largest file that is read.
 */
const MAXIMUM_COLUMN_CHUNKS = 250_000;

const SPACE = 0x20;
const TAB = 0x09;

/** `table`: a header and rows. `finance`: the same between opening lines and totals, see {@link FinanceTotals}. */
export type ReportLayout = 'table' | 'finance';

export type TableOptions = {
  parquetPath: string;
  columns: readonly Column[];
  typeOf?: ((header: string) => ColumnType) | undefined;
  layout?: ReportLayout | undefined;
  /** The column that names the file of each row; default `true`. */
  withSha256?: boolean;
};

/** Builds the table row by row; keeps one row group. */
export class TableBuilder {
  /** Columns of the file that nobody expected. */
  readonly unknownColumns: readonly Column[];
  readonly #file: ParquetFile;
  readonly #rowsPerGroup: number;
  readonly #use: GroupUse = { bytes: 0 };
  /** By the column's name in the table. */
  readonly #byName = new Map<string, ColumnBuffer>();
  /** By position in the header of the file being read. */
  #fields: ColumnBuffer[] = [];
  /** By position in the table. */
  readonly #output: ColumnValues[];
  readonly #sha256: ConstantValues;
  readonly #totals: FinanceTotals | undefined;
  readonly #totalled: readonly (ColumnBuffer | undefined)[];
  #rowsInGroup = 0;
  #rows = 0;
  #columnChunks = 0;

  constructor(
    { parquetPath, columns, typeOf, layout, withSha256 = true }: TableOptions,
    headers: readonly string[],
  ) {
    const placed = placeColumns(headers, columns, typeOf);
    this.unknownColumns = placed.slice(columns.length).map(({ column }) => column);
    this.#rowsPerGroup = Math.min(MAXIMUM_ROWS, Math.floor(MAXIMUM_CELLS / placed.length));
    const absent = new ConstantValues(this.#rowsPerGroup, '');
    this.#sha256 = new ConstantValues(this.#rowsPerGroup, '');
    const output = placed.map(({ column, position }): { column: Column; values: ColumnValues } => {
      if (position === undefined) return { column, values: absent };
      const keptBytes = MAXIMUM_VALUE_BYTES / placed.length;
      const values = new ColumnBuffer(column, this.#rowsPerGroup, this.#use, keptBytes);
      this.#byName.set(column.name, values);
      return { column, values };
    });
    if (withSha256) output.splice(columns.length, 0, { column: SHA256_COLUMN, values: this.#sha256 });
    this.#output = output.map(({ values }) => values);
    this.#totals = layout === 'finance' ? new FinanceTotals() : undefined;
    this.#totalled = TOTALLED_COLUMNS.map((name) => this.#byName.get(name));
    this.#file = createParquetFile(
      parquetPath,
      output.map(({ column }) => column),
      this.#rowsPerGroup,
    );
  }

  /** Goes on with the rows of another file, which has the same columns in its own order. */
  beginPart(headers: readonly string[], sha256: string): void {
    // A row group is of one file only, so that `report_sha256` is one value in it.
    this.#writeRowGroup();
    this.#sha256.value = sha256;
    this.#fields = headers.flatMap((_, position) => this.#byName.get(nameAt(headers, position)) ?? []);
    if (this.#fields.length !== headers.length || new Set(this.#fields).size !== this.#byName.size) {
      throw new TableError(
        'HEADER_DIFFERS',
        `The files of this report have different columns: ${headers.join(', ')} against ${[...this.#byName.keys()].join(', ')}`,
      );
    }
  }

  /** @throws TableError naming line and column */
  addLine(bytes: Buffer, start: number, end: number, line: number): void {
    if (this.#totals?.take(bytes, start, end, line) === true) return;
    try {
      this.#readFields(bytes, start, end, line);
    } catch (error) {
      // With a tab too few or too many, values stand in wrong columns: tell the cause, not the effect.
      const fields = bytes.toString('latin1', start, end).split('\t').length;
      throw fields === this.#fields.length ? error : this.#fieldCount(line, fields);
    }
    this.#rowsInGroup += 1;
    if (this.#rowsInGroup === this.#rowsPerGroup || this.#use.bytes >= MAXIMUM_VALUE_BYTES)
      this.#writeRowGroup();
  }

  finish(): { rows: number; remarks: Remark[] } {
    this.#writeRowGroup();
    const remarks = this.#totals?.check() ?? [];
    this.#file.finish();
    return { rows: this.#rows, remarks };
  }

  #readFields(bytes: Buffer, start: number, end: number, line: number): void {
    const fields = this.#fields;
    let position = 0;
    let at = start - 1;
    do {
      const field = fields[position];
      // Real FINANCE_DETAIL rows end with a tab too many. What holds nothing loses nothing.
      if (field === undefined) {
        if (isBlank(bytes, at + 1, end)) return;
        throw this.#fieldCount(line, position + 1);
      }
      at = field.read(this.#rowsInGroup, line, bytes, at + 1, end);
      position += 1;
    } while (at < end);
    if (position < fields.length) throw this.#fieldCount(line, position);
  }

  #fieldCount(line: number, fields: number): TableError {
    return new TableError(
      'FIELD_COUNT',
      `Line ${line} has ${fields} fields, the header has ${this.#fields.length}`,
    );
  }

  #writeRowGroup(): void {
    const rows = this.#rowsInGroup;
    if (rows > 0) this.#columnChunks += this.#output.length;
    if (this.#columnChunks > MAXIMUM_COLUMN_CHUNKS) {
      throw new TableError(
        'FILE_TOO_LARGE',
        `The file has ${this.#fields.length} columns and more than ${this.#rows} rows: its table would be larger than memory allows (${MAXIMUM_COLUMN_CHUNKS} columns of row groups)`,
      );
    }
    this.#addTotals(rows);
    this.#file.writeRowGroup(this.#output, rows);
    this.#rows += rows;
    this.#rowsInGroup = 0;
    this.#use.bytes = 0;
    for (const column of this.#byName.values()) column.clear();
  }

  #addTotals(rows: number): void {
    if (this.#totals === undefined) return;
    const [country, currency, quantity, amount] = this.#totalled;
    const cell = (column: ColumnBuffer | undefined, row: number) => column?.cell(row) ?? null;
    for (let row = 0; row < rows; row += 1) {
      this.#totals.add([cell(country, row), cell(currency, row), cell(quantity, row), cell(amount, row)]);
    }
  }
}

const SHA256_COLUMN: Column = { header: '(added)', name: 'report_sha256', type: TEXT, required: false };

/** A column that has one text, or nothing, in each row. */
class ConstantValues implements ColumnValues {
  readonly rows: Int32Array;
  #plain: Buffer = Buffer.alloc(0);

  constructor(rows: number, value: string) {
    this.rows = new Int32Array(rows);
    this.value = value;
  }

  set value(text: string) {
    const bytes = Buffer.from(text);
    this.#plain = Buffer.concat([Buffer.alloc(4), bytes]);
    this.#plain.writeUInt32LE(bytes.length, 0);
    this.rows.fill(text === '' ? 0 : 1);
  }

  get entries(): number {
    return this.rows[0] ?? 0;
  }

  readonly nulls = 0;

  plainLength(): number {
    return this.#plain.length;
  }

  plain(): Uint8Array {
    return this.#plain;
  }
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (bytes[at] !== SPACE && bytes[at] !== TAB) return false;
  return true;
}
