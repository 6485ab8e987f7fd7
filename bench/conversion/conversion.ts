import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { z } from 'zod';
import { SALES_SUMMARY_COLUMNS } from '../../functions/reports/catalogue/report-columns.ts';
import { sampleSalesRows } from '../../local/simulator/samples/sample-sales.ts';
import { pythonWith } from '../peers/python.ts';
import { type Figures, left, right } from '../report/figures.ts';
import { goalLine } from '../report/goals.ts';
import { median } from '../report/statistics.ts';
import { WIDE_FILES, writeWideFile } from './wide-files.ts';

/** An engine as a command that converts one file and prints what it took. */
type Engine = { name: string; command: (gzip: string, parquet: string) => readonly [string, ...string[]] };

const measureSchema = z.object({ seconds: z.number(), megabytes: z.number() });
type Measure = z.output<typeof measureSchema>;

const nodeEngine = (name: string, engine: string): Engine => ({
  name,
  command: (gzip, parquet) => [
    process.execPath,
    join(import.meta.dirname, 'convert-once.ts'),
    engine,
    gzip,
    parquet,
  ],
});

const KINDS = JSON.stringify(
  Object.fromEntries(SALES_SUMMARY_COLUMNS.map(({ header, type }) => [header, type.kind])),
);
const pythonEngine = (python: string, name: string, engine: string): Engine => ({
  name,
  command: (gzip, parquet) => [
    python,
    join(import.meta.dirname, 'convert_once.py'),
    engine,
    gzip,
    parquet,
    KINDS,
  ],
});

/** How fast ours is to be beside DuckDB. */
const LEAST_SPEED = 0.9;

/**
 * Converts sample reports by ours and by what a user would pick instead, each as a process on one thread.
 *
 * @param missed filled with the goals that are missed
 */
export async function measureConversion(
  rowCounts: readonly number[],
  runs: number,
  missed: string[],
): Promise<Figures> {
  const found = pythonWith('conversion');
  const engines = [nodeEngine('ours', 'ours'), nodeEngine('DuckDB', 'duckdb')];
  if ('python' in found)
    engines.push(
      pythonEngine(found.python, 'pandas + pyarrow', 'pandas'),
      pythonEngine(found.python, 'Polars', 'polars'),
    );
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const table: (string | number)[][] = [];
  const goals: string[] = [];
  for (const rows of rowCounts) {
    const gzip = join(directory, `${rows}.gz`);
    await pipeline(Readable.from(sampleSalesRows(rows)), createGzip(), createWriteStream(gzip));
    const size = `${(statSync(gzip).size / 2 ** 20).toFixed(1)} MB`;
    const measured = measure(engines, gzip, runs);
    goals.push(conversionGoal(rows, measured, missed));
    const duckDb = measured.find(({ name }) => name === 'DuckDB')?.seconds ?? Number.NaN;
    for (const { name, seconds, megabytes } of measured)
      table.push([
        rows.toLocaleString('en'),
        size,
        name,
        seconds.toFixed(2),
        Math.round(rows / seconds).toLocaleString('en'),
        Math.round(megabytes),
        (duckDb / seconds).toFixed(2),
      ]);
  }
  rmSync(directory, { recursive: true });
  return {
    name: 'conversion',
    caption: 'Conversion: TSV.gz to Parquet',
    columns: [
      right('rows'),
      right('gzip'),
      left('engine'),
      right('seconds'),
      right('rows/s'),
      right('peak MB'),
      right('speed : DuckDB'),
    ],
    rows: table,
    notes: [
      `Each as a process on one thread, median of ${runs} runs in turn.`,
      'missing' in found ? `pandas and Polars: skipped, ${found.missing}.` : `Python: ${found.packages}.`,
      ...goals,
    ],
  };
}

function conversionGoal(
  rows: number,
  measured: readonly (Measure & { name: string })[],
  missed: string[],
): string {
  const of = (name: string): Measure | undefined => measured.find((one) => one.name === name);
  const own = of('ours');
  const ratio = (of('DuckDB')?.seconds ?? Number.NaN) / (own?.seconds ?? Number.NaN);
  const [least] = measured.toSorted((a, b) => a.megabytes - b.megabytes);
  return goalLine(
    `${rows.toLocaleString('en')} rows: at least ${LEAST_SPEED} × as fast as DuckDB, in the least memory`,
    ratio >= LEAST_SPEED && least?.name === 'ours',
    `${ratio.toFixed(2)} ×; the least memory has ${least?.name} with ${least?.megabytes.toFixed(0)} MB`,
    missed,
  );
}

/** Converts files that are wider and more varied than any of Apple's: what memory do they take? */
export async function measureWideFiles(): Promise<Figures> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const gzip = join(directory, 'wide.gz');
  const table: string[][] = [];
  for (const file of WIDE_FILES) {
    await writeWideFile(gzip, file);
    const { seconds, megabytes } = convertOnce(nodeEngine('ours', 'any'), gzip);
    table.push([
      ...[file.rows.toLocaleString('en'), String(file.columns), `${file.distinct * 100} %`],
      ...[`${(statSync(gzip).size / 2 ** 20).toFixed(0)} MB`, seconds.toFixed(1), megabytes.toFixed(0)],
    ]);
  }
  rmSync(directory, { recursive: true });
  return {
    name: 'wide-files',
    caption: 'Conversion of wide files: memory',
    columns: ['rows', 'columns', 'different values', 'gzip', 'seconds', 'peak MB'].map(right),
    rows: table,
    notes: ['Ours, as a process of its own. The deployed function has 1,024 MB.'],
  };
}

/** All engines in turn, so that a machine whose speed drifts is unfair to none. */
function measure(engines: readonly Engine[], gzip: string, runs: number): (Measure & { name: string })[] {
  const measures = engines.map(({ name }) => ({ name, runs: [] as Measure[] }));
  for (let run = 0; run < runs; run += 1)
    for (const [index, engine] of engines.entries()) measures[index]?.runs.push(convertOnce(engine, gzip));
  return measures.map((measured) => ({ name: measured.name, ...medianOf(measured.runs) }));
}

function convertOnce({ name, command }: Engine, gzip: string): Measure {
  const [program, ...args] = command(gzip, `${gzip}.parquet`);
  const { stdout, stderr, status } = spawnSync(program, args, {
    encoding: 'utf8',
    // As the deployed function has it: infra/job-function.ts.
    env: { ...process.env, NODE_OPTIONS: '--max-semi-space-size=16', POLARS_MAX_THREADS: '1' },
  });
  if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
  return measureSchema.parse(JSON.parse(stdout));
}

const medianOf = (measures: readonly Measure[]): Measure => ({
  seconds: median(measures.map(({ seconds }) => seconds)),
  megabytes: median(measures.map(({ megabytes }) => megabytes)),
});
