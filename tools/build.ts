import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import Table from 'cli-table3';
import { createApplication } from '../infra/application.ts';

// `npm run build`: synthesizes the app, which builds every bundle, and prints how large they are.
const assembly = createApplication({ outdir: 'cdk.out' }).synth();
console.log(renderBundles(assembly));

function renderBundles({ directory }: CloudAssembly): string {
  const table = new Table({
    head: ['function', 'bundle', 'gzipped', 'source map', 'settings'],
    colAligns: ['left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const { name, path } of functionBundles(directory)) {
    const bundle = join(path, 'index.mjs');
    const zipped = gzipSync(readFileSync(bundle)).byteLength;
    const size = (file: string) => kilobytes(statSync(join(path, file)).size);
    table.push([name, size('index.mjs'), kilobytes(zipped), size('index.mjs.map'), size('settings.json')]);
  }
  return table.toString();
}

/** The bundles, by the display names of their assets, such as `ReportsJob/PlanReports/Code`. */
function functionBundles(directory: string): { name: string; path: string }[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.assets.json'))
    .flatMap((file) => Object.values(readAssets(join(directory, file))))
    .filter(({ displayName }) => displayName.endsWith('/Code'))
    .map(({ displayName, source }) => ({
      name: displayName.split('/').at(-2) ?? displayName,
      path: join(directory, source.path),
    }));
}

type Assets = Record<string, { displayName: string; source: { path: string } }>;

function readAssets(path: string): Assets {
  const { files }: { files: Assets } = JSON.parse(readFileSync(path, 'utf8'));
  return files;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} kB`;
}
