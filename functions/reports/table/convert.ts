import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { CellValue, Column } from './column-type.ts';
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
export async function convertReport(options: {
  gzipPath: string;
  parquetPath: string;
  columns: readonly Column[];
  sha256: string;
  layout?: ReportLayout;
}): Promise<Conversion> {
  const widened: Record<string, number> = {};
  for (;;) {
    try {
      const columns = options.columns.map((column) => widen(column, widened[column.header]));
      return { rows: await convertOnce({ ...options, columns }), widened };
    } catch (error) {
      const header =
        error instanceof TableError && error.code === 'SCALE_EXCEEDED' ? error.column : undefined;
      if (header === undefined || widened[header] === LARGEST_SCALE) throw error;
      widened[header] = LARGEST_SCALE;
    }
  }
}

function widen(column: Column, scale: number | undefined): Column {
  return scale === undefined || column.type.kind !== 'decimal'
    ? column
    : { ...column, type: { ...column.type, scale } };
}

async function convertOnce(options: Parameters<typeof convertReport>[0]): Promise<number> {
  let table: TableBuilder | undefined;
  await eachLine(inflate(options.gzipPath), (bytes, start, end, line) => {
    if (table !== undefined) return table.addLine(bytes, start, end, line);
    const text = bytes.toString('utf8', start, end);
    if (options.layout === 'finance' && isPreamble(text)) return;
    table = new TableBuilder(options, text);
  });
  if (table === undefined) throw new TableError('HEADER_MISSING', 'The file is empty: it has no header line');
  return table.finish();
}

/** Builds the table row by row; keeps one row group. */
class TableBuilder {
  readonly #file: ParquetFile;
  /** By position in the file's header. */
  readonly #fields: InternedColumn[];
  /** By position in the table: what to write there. */
  readonly #output: ((rows: number) => CellValue[])[];
  readonly #totals: FinanceTotals | undefined;
  #rowsInGroup = 0;
  #rows = 0;

  constructor(options: Parameters<typeof convertReport>[0], headerLine: string) {
    const header = headerLine.replace(/^\uFEFF/, '').split('\t');
    const placed = placeColumns(header, options.columns);
    const fields = new Map(
      placed.flatMap(({ column, position }) =>
        position === undefined ? [] : [[position, new InternedColumn(column, ROWS_PER_GROUP)] as const],
      ),
    );
    this.#fields = header.flatMap((_, position) => fields.get(position) ?? []);
    const output = placed.map(({ column, position }) => {
      const field = position === undefined ? undefined : fields.get(position);
      return { column, take: field ? (rows: number) => field.take(rows) : nulls };
    });
    const sha256 = {
      column: SHA256_COLUMN,
      take: (rows: number) => Array<CellValue>(rows).fill(options.sha256),
    };
    output.splice(options.columns.length, 0, sha256);
    this.#output = output.map(({ take }) => take);
    if (options.layout === 'finance') this.#totals = new FinanceTotals(output.map(({ column }) => column));
    this.#file = createParquetFile(
      options.parquetPath,
      output.map(({ column }) => column),
    );
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
