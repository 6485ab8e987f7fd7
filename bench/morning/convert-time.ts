import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { SALES_SUMMARY_COLUMNS } from '../../functions/reports/catalogue/report-columns.ts';
import { convertReport } from '../../functions/reports/table/convert.ts';
import { sampleSalesRows } from '../../local/simulator/samples/sample-sales.ts';
import { median } from '../report/statistics.ts';

const RUNS = 21;

/** The median time of a warm conversion of a report of so many rows, in milliseconds of a whole core. */
export async function measureConvertMillis(rows: number): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const gzipPath = join(directory, 'report.gz');
  await pipeline(Readable.from(sampleSalesRows(rows)), createGzip(), createWriteStream(gzipPath));
  const millis: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const started = performance.now();
    const parquetPath = join(directory, 'data.parquet');
    await convertReport({ gzipPath, parquetPath, columns: SALES_SUMMARY_COLUMNS, sha256: 'bench' });
    millis.push(performance.now() - started);
  }
  rmSync(directory, { recursive: true });
  return median(millis);
}
