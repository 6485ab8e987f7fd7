import { globSync, readFileSync } from 'node:fs';
import Table from 'cli-table3';
import { script } from '../script/script.ts';

script('npm run sizes', 'How long the TypeScript files are, by folder.').parse();

const FOLDERS = ['functions', 'infra', 'cli', 'local', 'tools', 'test', 'bench'];
const LONGEST = 3;

const table = new Table({
  head: ['folder', 'files', 'lines', 'median', 'p90', 'longest'],
  colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
  style: { head: [], border: [], compact: true },
});
for (const folder of FOLDERS) table.push([folder, ...sizesOf(globSync(`${folder}/**/*.ts`))]);
table.push(['together', ...sizesOf(FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.ts`)))]);
console.log(table.toString());

function sizesOf(paths: readonly string[]): (string | number)[] {
  const files = paths
    .map((path) => ({ path, lines: readFileSync(path, 'utf8').split('\n').length - 1 }))
    .sort((one, other) => one.lines - other.lines);
  // The nearest rank: the least length that so many files do not exceed.
  const rank = (share: number): number => files[Math.ceil(share * files.length) - 1]?.lines ?? 0;
  const longest = files
    .slice(-LONGEST)
    .reverse()
    .map(({ path, lines }) => `${path} ${lines}`);
  const all = files.reduce((sum, { lines }) => sum + lines, 0);
  return [files.length, all, rank(0.5), rank(0.9), longest.join('\n')];
}
