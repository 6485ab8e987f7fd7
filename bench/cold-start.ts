import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { type Figures, left, right } from './report/figures.ts';

// `npm run bench -- --cold-start`: how long Node takes to load each bundle, beside an empty handler that brings the
// same AWS clients along. The difference is what this project's own code and libraries cost in a cold start.

const RUNS = 11;
const CLIENTS = 'functions/platform/aws/clients.ts';

/** Loads each bundle in a fresh process, ours and the empty one in turn; gives the medians. */
export function measureColdStarts(): Figures {
  const directory = mkdtempSync(join(tmpdir(), 'cold-start-'));
  const rows: (string | number)[][] = [];
  for (const entry of globSync('functions/**/*.lambda.ts').sort()) {
    const name = basename(entry, '.lambda.ts');
    const ours = bundle(entry, join(directory, `${name}.mjs`));
    const clients = clientsOf(entry);
    const source = join(directory, `${name}-empty.ts`);
    writeFileSync(
      source,
      `import { ${clients.join(', ')} } from ${JSON.stringify(resolve(CLIENTS))};\nexport const handler = async () => [${clients.map((client) => `${client}()`).join(', ')}].length;\n`,
    );
    const empty = bundle(source, join(directory, `${name}-empty.mjs`));
    const times = inTurn(ours, empty);
    rows.push([
      name,
      kilobytes(ours),
      times.ours.toFixed(0),
      kilobytes(empty),
      times.empty.toFixed(0),
      (times.ours - times.empty).toFixed(0),
      (times.ours / times.empty).toFixed(2),
    ]);
  }
  rmSync(directory, { recursive: true });
  return {
    caption: 'Cold start: loading each bundle',
    columns: [
      left('function'),
      right('kB'),
      right('ms'),
      right('empty handler: kB'),
      right('ms'),
      right('own ms'),
      right('ms : empty handler'),
    ],
    rows,
    notes: [
      `The empty handler brings the same AWS clients along. Median of ${RUNS} fresh processes each, in turn; Lambda's own start-up is not in it.`,
    ],
  };
}

/** As infra/constructs/job-function.ts has it bundled. */
function bundle(entry: string, outfile: string): string {
  buildSync({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    nodePaths: [resolve('node_modules')],
    banner: {
      js: "import { createRequire as createRequireForBundle } from 'node:module';const require = createRequireForBundle(import.meta.url);",
    },
  });
  return outfile;
}

/** The AWS clients that a handler builds, itself or through a file beside it. */
function clientsOf(entry: string): string[] {
  const text = readFileSync(entry, 'utf8');
  const beside = [...text.matchAll(/from '(\.\/[^']+)'/g)].map(([, path = '']) =>
    readFileSync(join(dirname(entry), path), 'utf8'),
  );
  const known = [...readFileSync(CLIENTS, 'utf8').matchAll(/export const (\w+) =/g)].map(
    ([, name = '']) => name,
  );
  return known.filter((name) => [text, ...beside].some((source) => source.includes(`${name}()`)));
}

function inTurn(ours: string, empty: string): { ours: number; empty: number } {
  const times: { ours: number; empty: number }[] = [];
  for (let run = 0; run < RUNS; run += 1) times.push({ ours: load(ours), empty: load(empty) });
  const median = (of: (one: { ours: number; empty: number }) => number): number =>
    times.map(of).sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0;
  return { ours: median((one) => one.ours), empty: median((one) => one.empty) };
}

/** Milliseconds from the import of a bundle until it is loaded. */
function load(file: string): number {
  const script = `const started = performance.now(); await import(${JSON.stringify(pathToFileURL(file).href)}); console.log(performance.now() - started); process.exit(0);`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    env: { AWS_REGION: 'us-east-1', PATH: process.env['PATH'] },
  });
  if (status !== 0) throw new Error(`${file} does not load: ${stderr}`);
  return Number(stdout);
}

const kilobytes = (file: string): string => (statSync(file).size / 1024).toFixed(0);
