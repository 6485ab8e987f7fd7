import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildContract } from './build-contract.ts';
import { packageFiles } from './package-files.ts';

const CACHE = fileURLToPath(new URL('../../../.local/apple-contract', import.meta.url));

/**
 * The built contract as JSON. It is built once per version of the package and of the builder and kept under `.local`:
 * it is Apple's document and never part of this project.
 */
export function builtContract(): unknown {
  const file = join(CACHE, `${contentHash()}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const text = JSON.stringify(buildContract());
  mkdirSync(CACHE, { recursive: true });
  // Several test processes may build at once: each writes a file of its own and moves it into place whole.
  const own = `${file}.${process.pid}`;
  writeFileSync(own, text);
  renameSync(own, file);
  return JSON.parse(text);
}

function contentHash(): string {
  const hash = createHash('sha256');
  const builder = readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => join(import.meta.dirname, name));
  for (const file of [...builder.sort(), ...Object.values(packageFiles)]) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 20);
}
