import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import Table from 'cli-table3';
import { createApplication } from '../infra/application.ts';
import { functionBundles } from './bundles/function-bundles.ts';
import { modulesAtStart } from './bundles/modules-at-start.ts';
import { script } from './script/script.ts';

script(
  'npm run build',
  'Synthesizes the app, which builds every bundle, and prints how large they are.',
).parse();
const assembly = createApplication({ outdir: 'cdk.out' }).synth();
console.log(renderBundles(assembly));

function renderBundles({ directory }: CloudAssembly): string {
  const table = new Table({
    head: ['function', 'loaded at start', 'bundle', 'gzipped', 'source maps', 'settings'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const { name, path } of functionBundles(directory)) {
    const modules = globSync('*.mjs', { cwd: path }).map((file) => join(path, file));
    const zipped = modules.reduce((sum, file) => sum + gzipSync(readFileSync(file)).byteLength, 0);
    table.push([
      name,
      kilobytes(sizeOf(modulesAtStart(path))),
      kilobytes(sizeOf(modules)),
      kilobytes(zipped),
      kilobytes(sizeOf(modules.map((file) => `${file}.map`))),
      kilobytes(sizeOf([join(path, 'settings.json')])),
    ]);
  }
  return table.toString();
}

function sizeOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + statSync(file).size, 0);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} kB`;
}
