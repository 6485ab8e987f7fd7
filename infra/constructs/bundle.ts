import { resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { projectPath } from '../config/project.ts';

/** esbuild wraps CommonJS dependencies so that they call `require`, which an ES module lacks. */
const REQUIRE_FOR_COMMONJS =
  "import { createRequire as createRequireForBundle } from 'node:module';const require = createRequireForBundle(import.meta.url);";

/**
 * Bundles a function: `index.mjs` and the chunks that it imports, as ES modules, each with its source map.
 *
 * What the code imports with `import()` gets chunks of its own, which are read when they are needed. For the AWS SDK
 * that is every way to find credentials other than the environment, by which Lambda gives them: a third of the SDK
 * is not loaded on a cold start (`npm run bench -- --cold-start`).
 *
 * esbuild runs in this process: no shell, no Docker, the same on every system, and silent unless something fails.
 *
 * @param entry the file that exports `handler`, relative to the project
 * @param directory receives the files
 */
export function bundleFunction(entry: string, directory: string): void {
  buildSync({
    entryPoints: [{ in: resolve(projectPath('.'), entry), out: 'index' }],
    outdir: directory,
    splitting: true,
    // Beside index.mjs, where settings.json is: the code that reads it may be in a chunk.
    chunkNames: '[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    absWorkingDir: projectPath('.'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE_FOR_COMMONJS },
    minify: true,
    // The map gives stack traces our file names and lines; the sources themselves would double the bundle.
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'error',
  });
}
