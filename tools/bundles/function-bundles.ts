import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The bundles, by the display names of their assets, such as `ReportsJob/PlanReports/Code`. */
export function functionBundles(directory: string): { name: string; path: string }[] {
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
