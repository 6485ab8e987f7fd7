import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { Column } from './column-type.ts';
import { isPreamble } from './finance-totals.ts';
import { headersOf } from './header.ts';
import { eachLine } from './lines.ts';
import type { Remark } from './remark.ts';
import { TableBuilder, type TableOptions } from './table-builder.ts';
import { TableError } from './table-error.ts';

export type Conversion = {
  rows: number;
  /** Columns that were not expected: they are in the file, behind the others. */
  unknownColumns: readonly Column[];
  /** What a person should know of the file, though it is a table. */
  remarks: readonly Remark[];
};

/** One of the files of a report that comes in several; `report_sha256` tells for each row which one it is from. */
export type ReportPart = { gzipPath: string; sha256: string };

/**
 * Converts a report file (gzip of tab-separated UTF-8) to Parquet.
 *
 * Columns: the expected ones in their order, `report_sha256`, then those that nobody expected, as text. A column has
 * the same type in every file.
 *
 * @param sha256 of the gzip file, for the column `report_sha256`
 * @throws TableError; the file at `parquetPath` is then worthless
 */
export async function convertReport({
  gzipPath,
  sha256,
  ...options
}: ReportPart & TableOptions): Promise<Conversion> {
  return convertParts({ ...options, parts: [{ gzipPath, sha256 }] });
}

/**
 * Converts a report that comes in several files to one Parquet file, as {@link convertReport} does with one. The
 * files have the same columns, in whatever order; lines in errors count within their file.
 *
 * @param options `typeOf` gives the type of a column nobody expected, by its header; text when absent
 * @throws TableError; the file at `parquetPath` is then worthless
 */
export async function convertParts({
  parts,
  ...options
}: TableOptions & { parts: readonly ReportPart[] }): Promise<Conversion> {
  let table: TableBuilder | undefined;
  for (const { gzipPath, sha256 } of parts) {
    let begun = false;
    await eachLine(inflate(gzipPath), (bytes, start, end, line) => {
      if (begun) return table?.addLine(bytes, start, end, line);
      const text = bytes.toString('utf8', start, end);
      if (options.layout === 'finance' && isPreamble(text)) return;
      begun = true;
      const headers = headersOf(text);
      table ??= new TableBuilder(options, headers);
      table.beginPart(headers, sha256);
    });
    if (!begun) throw new TableError('HEADER_MISSING', 'The file is empty: it has no header line');
  }
  if (table === undefined) throw new TableError('HEADER_MISSING', 'The report has no file');
  return { ...table.finish(), unknownColumns: table.unknownColumns };
}

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
