import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const sourceMap = z.object({ sources: z.array(z.string()) });
const manifest = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().default('see its page'),
});

/** Packages whose code is inside a bundle, by the sources that its map names. */
export function bundledPackages(maps: readonly string[]): string[] {
  const names = maps.flatMap((map) =>
    sourceMap.parse(JSON.parse(readFileSync(map, 'utf8'))).sources.flatMap((source) => {
      const path = source.split('node_modules/').at(-1);
      if (path === undefined || path === source) return [];
      return path.split('/', path.startsWith('@') ? 2 : 1).join('/');
    }),
  );
  return [...new Set(names)].sort();
}

/** The licence texts of packages, as their authors ask who passes their code on to keep them. */
export function licenceTexts(packages: readonly string[]): string {
  return packages
    .map((name) => {
      const directory = join('node_modules', name);
      const { version, license } = manifest.parse(
        JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')),
      );
      const file = existsSync(directory)
        ? readdirSync(directory).find((entry) => /^licen[cs]e/i.test(entry))
        : undefined;
      const text =
        file === undefined ? `Licence: ${license}` : readFileSync(join(directory, file), 'utf8').trim();
      return `${name} ${version} (${license})\n\n${text}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
