import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { createApplication } from '../../infra/application.ts';
import { functionBundles } from '../bundles/function-bundles.ts';
import { script } from '../script/script.ts';
import { bundledPackages, licenceTexts } from './licence-texts.ts';
import { importsOf, OLDEST_NODE, packageManifest } from './manifest.ts';
import { SET_REPOSITORY } from './release-problems.ts';

script(
  'npm run package',
  'Builds dist/ for npm pack ./dist and npm publish ./dist: the command, the constructs with prebuilt bundles, the simulator.',
).parse();

const DIST = 'dist';
/** Started by Node.js itself: on Windows `tsc` is a script of its shell. */
const TSC = 'node_modules/typescript/bin/tsc';

/** What others start or import. */
const DOORS = {
  'asc-jobs': 'cli/asc-jobs.ts',
  constructs: 'infra/index.ts',
  simulator: 'local/simulator/for-tests/index.ts',
};

/** Packages of many small files that every command loads: within the doors they are read at once. */
const WITHIN = new Set(['commander', 'jose', 'zod']);

/**
 * The doors as a few ES modules that share their common parts; packages stay outside, but those of {@link WITHIN}. All of them
 * lie in one folder two levels below the package, from where `projectPath` finds the bundles.
 */
async function bundleDoors(): Promise<void> {
  await build({
    entryPoints: DOORS,
    outdir: join(DIST, 'lib/doors'),
    bundle: true,
    splitting: true,
    external: outside(),
    format: 'esm',
    platform: 'node',
    target: `node${OLDEST_NODE}`,
    sourcemap: true,
    sourcesContent: true,
    chunkNames: 'shared-[hash]',
    alias: { esbuild: './tools/package/without-esbuild.ts' },
    logLevel: 'warning',
  });
}

/** Every package that this project names, but those that are put within. */
function outside(): string[] {
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  return Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !WITHIN.has(name));
}

/** The types of what others import. */
function declare(): void {
  const { status, stdout } = spawnSync(process.execPath, [TSC, '-p', 'tsconfig.package.json'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The package's types cannot be written:\n${stdout}`);
}

/** The bundles of all functions, without settings: those of the deployment that uses them are put beside them. */
function copyBundles(): void {
  const outdir = mkdtempSync(join(tmpdir(), 'package-bundles-'));
  try {
    const { directory } = createApplication({ outdir }).synth();
    for (const { name, path } of functionBundles(directory))
      cpSync(path, join(DIST, 'bundles', name), {
        recursive: true,
        filter: (file) => !file.endsWith('settings.json'),
      });
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** An older Node.js would end in an error of some module; this says what is wrong instead. */
const BIN = `#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number);
const [oldestMajor, oldestMinor] = '${OLDEST_NODE}'.split('.').map(Number);
if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
  console.error(\`asc-jobs needs Node.js ${OLDEST_NODE} or newer; this is \${process.versions.node}.\`);
  process.exit(3);
}
// Code that was compiled once is not compiled again: a command starts faster.
(await import('node:module')).enableCompileCache?.();
await import('../lib/doors/asc-jobs.js');
`;

function writeTexts(): void {
  mkdirSync(join(DIST, 'bin'), { recursive: true });
  writeFileSync(join(DIST, 'bin/asc-jobs.mjs'), BIN, { mode: 0o755 });
  for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md', ...globSync('docs/*.md')])
    cpSync(file, join(DIST, file));
  const imported = globSync(`${DIST}/lib/doors/*.js`).flatMap((file) =>
    importsOf(readFileSync(file, 'utf8')),
  );
  // What lies within the code is still a dependency where the types name it.
  const named = globSync(`${DIST}/types/**/*.d.ts`)
    .flatMap((file) => importsOf(readFileSync(file, 'utf8')))
    .filter((name) => WITHIN.has(name));
  const manifest = packageManifest(JSON.parse(readFileSync('package.json', 'utf8')), [...imported, ...named]);
  writeFileSync(join(DIST, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  const maps = [...globSync(`${DIST}/bundles/*/*.mjs.map`), ...globSync(`${DIST}/lib/doors/*.js.map`)];
  writeFileSync(join(DIST, 'THIRD-PARTY-LICENCES.txt'), licenceTexts(bundledPackages(maps)));
}

rmSync(DIST, { recursive: true, force: true });
await bundleDoors();
declare();
copyBundles();
writeTexts();
if (JSON.parse(readFileSync(join(DIST, 'package.json'), 'utf8')).repository === undefined)
  console.log(
    `package.json names no repository: the package can be installed and tried, but npm does not publish it with provenance. Before a release: ${SET_REPOSITORY}`,
  );
console.log(`${DIST}/ is the package; \`npm pack ./${DIST}\` makes a file of it.`);
