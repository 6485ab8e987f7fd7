import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import Table from 'cli-table3';
import { createApplication } from '../infra/application.ts';
import { functionBundles } from './function-bundles.ts';

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

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} kB`;
}
