import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** `from"./chunk-….mjs"` and `import"./chunk-….mjs"`, as esbuild writes static imports; `import("./…")` is none. */
const STATIC_IMPORT = /(?:from|import)\s*"\.\/([^"]+\.mjs)"/g;

/** The modules of a bundle that Node.js loads before the first invocation: `index.mjs` and what it imports statically. */
export function modulesAtStart(bundle: string): string[] {
  // In a local assembly the entry is a link to a bundle that several share.
  const directory = dirname(realpathSync(join(bundle, 'index.mjs')));
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const [, imported = ''] of readFileSync(join(directory, name), 'utf8').matchAll(STATIC_IMPORT))
      visit(imported);
  };
  visit('index.mjs');
  return [...found].map((name) => join(directory, name));
}
