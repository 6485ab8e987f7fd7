import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { type CellValue, type Column, type ColumnType, columnName } from './column-type.ts';
import { FinanceTotals, isPreamble } from './finance-totals.ts';
import { placeColumns } from './header.ts';
import { InternedColumn } from './interned-column.ts';
import { eachLine } from './lines.ts';
import { createParquetFile, type ParquetFile } from './parquet-file.ts';
import { TableError } from './table-error.ts';

/** Rows held at a time: bounds the memory, whatever the size of the file; so few stay in the processor's cache. */
const ROWS_PER_GROUP = 8_192;
/** DECIMAL(18, 6) still leaves twelve digits before the point. */
const LARGEST_SCALE = 6;
const TAB = 0x09;

/** `table`: a header and rows. `finance`: the same between opening lines and totals, see {@link FinanceTotals}. */
export type ReportLayout = 'table' | 'finance';

export type Conversion = {
  rows: number;
  /** Columns whose type was widened, as Apple sent more decimals than documented: header → scale. */
  widened: Record<string, number>;
};

/**
 * Converts a report file (gzip of tab-separated text) to Parquet.
 *
 * Columns: the expected ones in their order, `report_sha256`, then those that nobody expected, as text. A
 * value with more decimals than its column has starts the file anew with a wider column, so that no cent is
 * rounded away.
 *
 * @param sha256 of the gzip file, for the column `report_sha256`
 * @throws TableError; the file at `parquetPath` is then worthless
 */
export async function convertReport({
  gzipPath,
  sha256,
  ...options
}: ReportPart & Omit<PartsOptions, 'parts'>): Promise<Conversion> {
  return convertParts({ ...options, parts: [{ gzipPath, sha256 }] });
}

/** One of the files of a report that comes in several; `report_sha256` tells for each row which one it is from. */
export type ReportPart = { gzipPath: string; sha256: string };

type PartsOptions = {
  parts: readonly ReportPart[];
  parquetPath: string;
  columns: readonly Column[];
  /** The type of a column nobody expected, by its header; text when absent. */
  typeOf?: (header: string) => ColumnType;
  layout?: ReportLayout;
};

/**
 * Converts a report that comes in several files to one Parquet file, as {@link convertReport} does with one. The
 * files have the same columns, in whatever order; lines in errors count within their file.
 *
 * @throws TableError; the file at `parquetPath` is then worthless
 */
export async function convertParts(options: PartsOptions): Promise<Conversion> {
  const widened: Record<string, number> = {};
  for (;;) {
    try {
      const columns = options.columns.map((column) => widen(column, widened[column.header]));
      const typeOf = (header: string) => widenType(options.typeOf?.(header) ?? TEXT, widened[header]);
      return { rows: await convertOnce({ ...options, columns, typeOf }), widened };
    } catch (error) {
      const header =
        error instanceof TableError && error.code === 'SCALE_EXCEEDED' ? error.column : undefined;
      if (header === undefined || widened[header] === LARGEST_SCALE) throw error;
      widened[header] = LARGEST_SCALE;
    }
  }
}

const TEXT: ColumnType = { kind: 'string' };

const widen = (column: Column, scale: number | undefined): Column => ({
  ...column,
  type: widenType(column.type, scale),
});

const widenType = (type: ColumnType, scale: number | undefined): ColumnType =>
  scale === undefined || type.kind !== 'decimal' ? type : { ...type, scale };

async function convertOnce(options: PartsOptions): Promise<number> {
  let table: TableBuilder | undefined;
  for (const { gzipPath, sha256 } of options.parts) {
    let begun = false;
    await eachLine(inflate(gzipPath), (bytes, start, end, line) => {
      if (begun) return table?.addLine(bytes, start, end, line);
      const text = bytes.toString('utf8', start, end);
      if (options.layout === 'finance' && isPreamble(text)) return;
      begun = true;
      const header = headerOf(text);
      table ??= new TableBuilder(options, header);
      table.beginPart(header, sha256);
    });
    if (!begun) throw new TableError('HEADER_MISSING', 'The file is empty: it has no header line');
  }
  if (table === undefined) throw new TableError('HEADER_MISSING', 'The report has no file');
  return table.finish();
}

const headerOf = (line: string): string[] => line.replace(/^\uFEFF/, '').split('\t');

/** Builds the table row by row; keeps one row group. */
class TableBuilder {
  readonly #file: ParquetFile;
  /** By the column's name in the table. */
  readonly #byName = new Map<string, InternedColumn>();
  /** By position in the header of the file being read. */
  #fields: InternedColumn[] = [];
  /** By position in the table: what to write there. */
  readonly #output: ((rows: number) => CellValue[])[];
  readonly #totals: FinanceTotals | undefined;
  #rowsInGroup = 0;
  #rows = 0;
  #sha256 = '';

  constructor(options: PartsOptions, header: readonly string[]) {
    const placed = placeColumns(header, options.columns, options.typeOf);
    const output = placed.map(({ column, position }) => {
      if (position === undefined) return { column, take: nulls };
      const field = new InternedColumn(column, ROWS_PER_GROUP);
      this.#byName.set(nameAt(header, position), field);
      return { column, take: (rows: number) => field.take(rows) };
    });
    const sha256 = {
      column: SHA256_COLUMN,
      take: (rows: number) => Array<CellValue>(rows).fill(this.#sha256),
    };
    output.splice(options.columns.length, 0, sha256);
    this.#output = output.map(({ take }) => take);
    if (options.layout === 'finance') this.#totals = new FinanceTotals(output.map(({ column }) => column));
    this.#file = createParquetFile(
      options.parquetPath,
      output.map(({ column }) => column),
    );
  }

  /** Goes on with the rows of another file, which has the same columns in its own order. */
  beginPart(header: readonly string[], sha256: string): void {
    // A row group is of one file only, so that `report_sha256` can be filled in when it is written.
    this.#writeRowGroup();
    this.#sha256 = sha256;
    this.#fields = header.flatMap((_, position) => this.#byName.get(nameAt(header, position)) ?? []);
    if (this.#fields.length !== header.length || new Set(this.#fields).size !== this.#byName.size) {
      throw new TableError(
        'HEADER_DIFFERS',
        `The files of this report have different columns: ${header.join(', ')} against ${[...this.#byName.keys()].join(', ')}`,
      );
    }
  }

  addLine(bytes: Buffer, start: number, end: number, line: number): void {
    if (this.#totals?.take(bytes, start, end, line) !== true) this.#addRow(bytes, start, end, line);
  }

  #addRow(bytes: Buffer, start: number, end: number, line: number): void {
    try {
      const fields = this.#setFields(bytes, start, end, line);
      if (fields !== this.#fields.length) throw this.#fieldCount(line, fields);
    } catch (error) {
      // With a tab too few or too many, values stand in wrong columns: tell the cause, not the effect.
      const fields = bytes.toString('latin1', start, end).split('\t').length;
      throw fields === this.#fields.length ? error : this.#fieldCount(line, fields);
    }
    this.#rowsInGroup += 1;
    if (this.#rowsInGroup === ROWS_PER_GROUP) this.#writeRowGroup();
  }

  #setFields(bytes: Buffer, start: number, end: number, line: number): number {
    let position = 0;
    let from = start;
    for (let at = start; at <= end; at += 1) {
      if (at < end && bytes[at] !== TAB) continue;
      this.#fields[position]?.set(this.#rowsInGroup, line, bytes, from, at);
      position += 1;
      from = at + 1;
    }
    return position;
  }

  #fieldCount(line: number, fields: number): TableError {
    return new TableError(
      'FIELD_COUNT',
      `Line ${line} has ${fields} fields, the header has ${this.#fields.length}`,
    );
  }

  finish(): number {
    this.#writeRowGroup();
    this.#totals?.check();
    this.#file.finish();
    return this.#rows;
  }

  #writeRowGroup(): void {
    const values = this.#output.map((take) => take(this.#rowsInGroup));
    this.#totals?.add(values, this.#rowsInGroup);
    this.#file.writeRowGroup(values);
    this.#rows += this.#rowsInGroup;
    this.#rowsInGroup = 0;
    for (const field of this.#fields) field.rest();
  }
}

const SHA256_COLUMN: Column = {
  header: '(added)',
  name: 'report_sha256',
  type: { kind: 'string' },
  required: false,
};

/** A column's name in the table; one without a usable header is named by its position, as in `placeColumns`. */
const nameAt = (header: readonly string[], position: number): string =>
  columnName(header[position] ?? '') || `column_${position + 1}`;

const nulls = (rows: number): CellValue[] => Array<CellValue>(rows).fill(null);

async function* inflate(path: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  const source = createReadStream(path, { highWaterMark: 1 << 18 });
  source.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of source.pipe(gunzip)) yield chunk;
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      typeof error.code === 'string' &&
      error.code.startsWith('Z_')
    ) {
      throw new TableError('GZIP_DAMAGED', `The gzip file is cut short or damaged (${error.message})`, {
        cause: error,
      });
    }
    throw error;
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
