import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';

/** The version of the package that this command is part of. */
export const packageVersion = (): string =>
  z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(findPackageJson(import.meta.dirname), 'utf8'))).version;

/** The nearest package.json: the command runs from the sources and from a compiled copy of them. */
function findPackageJson(directory: string): string {
  const file = join(directory, 'package.json');
  return existsSync(file) || dirname(directory) === directory ? file : findPackageJson(dirname(directory));
}
