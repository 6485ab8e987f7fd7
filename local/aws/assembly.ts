import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LocalCloudError } from './base/errors.ts';
import { deployedFunctions } from './runtime/functions.ts';
import { onlyOne } from './template/only-one.ts';
import { resolveApp } from './template/resolved-stack.ts';
import { readTemplates } from './template/template.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
/** What the templates and bundles are made of. */
const SOURCES = ['functions/**/*.ts', 'infra/**/*.ts', 'cdk.json', 'package-lock.json'];

/**
 * Synthesizes the app, bundles and all, unless that was done for the same sources before.
 *
 * Safe when several processes ask at once: each works in a directory of its own and the first to finish wins.
 *
 * @param context what the CLI would pass as `-c name=value`, such as `appStoreConnect` settings for a test
 * @returns the cloud assembly's directory
 */
export async function synthesizeAssembly(context: Record<string, unknown> = {}): Promise<string> {
  const directory = join(PROJECT, '.local', 'assembly', hashOf(context));
  if (existsSync(join(directory, 'manifest.json'))) return directory;
  await mkdir(join(PROJECT, '.local', 'assembly'), { recursive: true });
  const work = await mkdtemp(`${directory}-`);
  const bundles = join(PROJECT, '.local', 'bundles', hashOf({}));
  const bundle = async (): Promise<boolean> => {
    if (existsSync(bundles)) return false;
    await synthesize(work, context);
    await keepBundles(work, bundles);
    return true;
  };
  const bundled = !existsSync(bundles) && (await onlyOne(`${bundles}.lock`, bundle));
  if (!bundled) await synthesize(work, { ...context, prebuiltBundles: bundles });
  try {
    await rename(work, directory);
  } catch (error) {
    await rm(work, { recursive: true, force: true });
    if (!existsSync(join(directory, 'manifest.json'))) throw error;
  }
  return directory;
}

/** Keeps the bundles of a first synth: bundling takes longer than all the rest, and settings don't change them. */
async function keepBundles(assembly: string, directory: string): Promise<void> {
  const work = await mkdtemp(`${assembly}-bundles-`);
  for (const { id, code } of deployedFunctions(
    resolveApp(readTemplates(assembly), UNUSED_ENDPOINT),
    assembly,
  )) {
    await cp(code, join(work, id), { recursive: true });
    await rm(join(work, id, 'settings.json'), { force: true });
  }
  await mkdir(dirname(directory), { recursive: true });
  // Somebody else may have kept the same ones meanwhile.
  await rename(work, directory).catch(() => rm(work, { recursive: true, force: true }));
}

/** Nothing is asked of the functions here. */
const UNUSED_ENDPOINT = 'http://127.0.0.1';

const hashOf = (context: Record<string, unknown>): string =>
  createHash('sha256').update(JSON.stringify(context)).update(ownSources()).digest('hex').slice(0, 16);

/** The sources as they were when this process first asked: those are the modules that it has loaded. */
const ownSources = (): string => {
  sources ??= hashSources();
  return sources;
};
let sources: string | undefined;

function hashSources(): string {
  const hash = createHash('sha256');
  for (const file of globSync(SOURCES, { cwd: PROJECT }).sort()) {
    hash.update(`\n${file}\n`).update(readFileSync(join(PROJECT, file)));
  }
  return hash.digest('hex');
}

/**
 * Synthesizes in this process: the second time in a process takes a quarter of the first, and of a process of its own.
 * The construct library is loaded when it is needed.
 */
async function synthesize(directory: string, context: Record<string, unknown>): Promise<void> {
  const { createApplication } = await import('../../infra/application.ts');
  const validation = process.env['CDK_VALIDATION'];
  // `npm run synth` and a test hold the templates against CloudFormation's rules; that takes most of a synth.
  process.env['CDK_VALIDATION'] = 'false';
  try {
    createApplication({ context, outdir: directory }).synth();
    // Nothing that is made of other sources may be kept under the name of these.
    if (hashSources() !== ownSources()) throw new Error('its sources were changed meanwhile; start again');
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    const why = error instanceof Error ? error.message : String(error);
    throw new LocalCloudError('SYNTH_FAILED', `The app does not synthesize:\n${why}`, error);
  } finally {
    if (validation === undefined) delete process.env['CDK_VALIDATION'];
    else process.env['CDK_VALIDATION'] = validation;
  }
}
