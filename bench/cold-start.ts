import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { bundleFunction } from '../infra/constructs/bundle.ts';
import { modulesAtStart } from '../tools/bundles/modules-at-start.ts';
import { type Figures, left, right } from './report/figures.ts';

// `npm run bench -- --cold-start`: how long Node takes to load each function as it is deployed, beside an empty handler
// that brings the same AWS clients along. The difference is what this project's own code and libraries cost in a cold start.

const RUNS = 11;
const CLIENTS = 'functions/platform/aws/clients.ts';

/** What Node.js loads before the first invocation. */
type Bundle = { file: string; bytes: number };

/** Loads each function in a fresh process, ours and the empty ones in turn; gives the fastest times. */
export function measureColdStarts(): Figures {
  const directory = mkdtempSync(join(tmpdir(), 'cold-start-'));
  const rows: (string | number)[][] = [];
  for (const entry of globSync('functions/**/*.lambda.ts').sort()) {
    const name = basename(entry, '.lambda.ts');
    const clients = clientsOf(entry);
    const source = join(directory, `${name}-empty.ts`);
    writeFileSync(
      source,
      `import { ${clients.join(', ')} } from ${JSON.stringify(resolve(CLIENTS))};\nexport const handler = async () => [${clients.map((client) => `${client}()`).join(', ')}].length;\n`,
    );
    const ours = deployed(entry, join(directory, name));
    const empty = oneFile(source, join(directory, `${name}-empty.mjs`));
    const split = deployed(source, join(directory, `${name}-empty`));
    const { ours: own = 0, empty: plain = 0, split: least = 0 } = inTurn({ ours, empty, split });
    rows.push([
      name,
      kilobytes(ours),
      own.toFixed(0),
      kilobytes(empty),
      plain.toFixed(0),
      (own / plain).toFixed(2),
      kilobytes(split),
      least.toFixed(0),
      (own - least).toFixed(0),
    ]);
  }
  rmSync(directory, { recursive: true });
  return {
    name: 'cold-start',
    caption: 'Cold start: loading each function',
    columns: [
      left('function'),
      right('kB'),
      right('ms'),
      right('empty handler: kB'),
      right('ms'),
      right('ms : empty handler'),
      right('empty handler, split: kB'),
      right('ms'),
      right('own ms'),
    ],
    rows,
    notes: [
      `Ours as deployed: what Node.js loads before the first invocation. The fastest of ${RUNS} fresh processes each, in turn; Lambda's own start-up is not in it.`,
      'The empty handlers bring the same AWS clients along: once in one file, as esbuild and CDK bundle unless told otherwise, once split into chunks as ours are. "Own" is what our code and libraries take beyond the latter.',
    ],
  };
}

/** As it is deployed. */
function deployed(entry: string, directory: string): Bundle {
  mkdirSync(directory);
  bundleFunction(entry, directory);
  return { file: join(directory, 'index.mjs'), bytes: sizeOf(modulesAtStart(directory)) };
}

/** Everything in one file, as esbuild and CDK's NodejsFunction do unless told otherwise. */
function oneFile(entry: string, file: string): Bundle {
  buildSync({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: {
      js: "import { createRequire as createRequireForBundle } from 'node:module';const require = createRequireForBundle(import.meta.url);",
    },
  });
  return { file, bytes: sizeOf([file]) };
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

/**
 * Loads each in a fresh process, in turn; gives the fastest time of each in milliseconds. Loading is the same work each
 * time: what is slower than the fastest was something else on the machine.
 */
function inTurn(bundles: Record<string, Bundle>): Record<string, number> {
  const fastest: Record<string, number> = {};
  for (let run = 0; run < RUNS; run += 1)
    for (const [name, { file }] of Object.entries(bundles))
      fastest[name] = Math.min(fastest[name] ?? Number.POSITIVE_INFINITY, load(file));
  return fastest;
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

const kilobytes = ({ bytes }: Bundle): string => (bytes / 1024).toFixed(0);

function sizeOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + statSync(file).size, 0);
}
