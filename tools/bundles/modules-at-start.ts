import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `from"./chunk-….mjs"` and `import"./chunk-….mjs"`, as esbuild writes static imports; `import("./…")` is none. */
const STATIC_IMPORT = /(?:from|import)\s*"\.\/([^"]+\.mjs)"/g;

/** The modules of a bundle that Node.js loads before the first invocation: `index.mjs` and what it imports statically. */
export function modulesAtStart(bundle: string): string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const [, imported = ''] of readFileSync(join(bundle, name), 'utf8').matchAll(STATIC_IMPORT))
      visit(imported);
  };
  visit('index.mjs');
  return [...found].map((name) => join(bundle, name));
}
