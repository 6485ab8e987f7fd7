import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import Table from 'cli-table3';
import { sampleSalesRows } from '../local/simulator/sample-sales.ts';
import { measureBackfill } from './backfill.ts';
import { measureColdStarts } from './cold-start.ts';
import { measurePlanner } from './planner.ts';
import { measureNight } from './price-night.ts';
import { benchPrices } from './prices.ts';
import { measureScale } from './scale.ts';

// `npm run bench`: report conversion beside DuckDB, in one run, as ratios. `-- --rows 100000,1000000 --runs 3`
// `npm run bench -- --backfill`: a year of six series at Apple's limits, in simulated time.
// `npm run bench -- --night 1,10,100,1000`: price changes of so many products in one night, in simulated time.
// `npm run bench -- --planner 1,10,100,1000`: the planner alone, with so many teams.
// `npm run bench -- --scale 10,100,1000`: the planner of so many teams with twenty series and a year of days each.
// `npm run bench -- --cold-start`: how long each bundle takes to load, beside an empty handler.
// `npm run bench -- --prices`: price changes beside clients of one request a territory.

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000,1000000' },
    runs: { type: 'string', default: '3' },
    backfill: { type: 'boolean', default: false },
    planner: { type: 'string' },
    scale: { type: 'string' },
    prices: { type: 'boolean', default: false },
    night: { type: 'string' },
    'cold-start': { type: 'boolean', default: false },
  },
});
if (values.backfill) {
  console.log('365 days of six series of one vendor, five workers, 3500 requests an hour and 300 a minute');
  console.log((await measureBackfill()).toString());
}
if (values.planner !== undefined) {
  console.log('The planner alone, two daily series a team, a week of days, tables on dynalite');
  console.log((await measurePlanner(values.planner.split(',').map(Number))).toString());
}
if (values.scale !== undefined) {
  console.log(
    'The planner with a year of days behind each of twenty series a team, before tables that cost no time',
  );
  await measureScale(values.scale.split(',').map(Number), 20, 365);
}
if (values.prices) await benchPrices();
if (values.night !== undefined) {
  console.log(
    'A night of price changes: five territories a product, five workers, 3500 requests an hour, 300 a minute',
  );
  console.log((await measureNight(values.night.split(',').map(Number))).toString());
}
if (values['cold-start']) measureColdStarts();
const others =
  values.backfill ||
  values.prices ||
  values['cold-start'] ||
  [values.planner, values.night, values.scale].some((value) => value !== undefined);
if (!others) await measureConversion();

async function measureConversion(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const table = new Table({
    head: ['rows', 'gzip', 'engine', 'seconds', 'rows/s', 'peak MB', 'speed : DuckDB'],
    style: { head: [], border: [], compact: true },
    colAligns: ['right', 'right', 'left', 'right', 'right', 'right', 'right'],
  });
  for (const rows of values.rows.split(',').map(Number)) {
    const gzip = join(directory, `${rows}.gz`);
    await pipeline(Readable.from(sampleSalesRows(rows)), createGzip(), createWriteStream(gzip));
    const size = `${(statSync(gzip).size / 2 ** 20).toFixed(1)} MB`;
    const measured = measure(gzip, Number(values.runs));
    for (const engine of ['ours', 'DuckDB'] as const) {
      const { seconds, megabytes } = measured[engine];
      const ratio = (measured.DuckDB.seconds / seconds).toFixed(2);
      table.push([
        rows,
        size,
        engine,
        seconds.toFixed(2),
        Math.round(rows / seconds),
        Math.round(megabytes),
        ratio,
      ]);
    }
  }
  console.log(
    `TSV.gz to Parquet, one thread each, median of ${values.runs} runs in turn, Node ${process.version}`,
  );
  console.log(table.toString());
  rmSync(directory, { recursive: true });
}

type Measure = { seconds: number; megabytes: number };

/** Both engines in turn, so that a machine whose speed drifts is unfair to neither. */
function measure(gzip: string, runs: number): { ours: Measure; DuckDB: Measure } {
  const ours: Measure[] = [];
  const duckdb: Measure[] = [];
  for (let run = 0; run < runs; run += 1) {
    ours.push(convertOnce('ours', gzip));
    duckdb.push(convertOnce('duckdb', gzip));
  }
  return { ours: median(ours), DuckDB: median(duckdb) };
}

function convertOnce(engine: 'ours' | 'duckdb', gzip: string): Measure {
  const script = join(import.meta.dirname, 'convert-once.ts');
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, engine, gzip, `${gzip}.parquet`], {
    encoding: 'utf8',
    // As the deployed function has it: infra/job-function.ts.
    env: { ...process.env, NODE_OPTIONS: '--max-semi-space-size=16' },
  });
  if (status !== 0) throw new Error(`${engine} failed: ${stderr}`);
  const measure: Measure = JSON.parse(stdout);
  return measure;
}

function median(measures: readonly Measure[]): Measure {
  const middle = (of: (one: Measure) => number) =>
    measures.map(of).sort((a, b) => a - b)[Math.floor(measures.length / 2)] ?? 0;
  return { seconds: middle(({ seconds }) => seconds), megabytes: middle(({ megabytes }) => megabytes) };
}
