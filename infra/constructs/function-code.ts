import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DockerImage, Stack, SymlinkFollowMode } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Settings } from '../../functions/platform/config/settings.ts';
import { projectPath } from '../config/project.ts';
import { bundleFunction } from './bundle.ts';

/**
 * The code of a function: its bundle, and `settings.json` beside it. An environment holds 4 KB, too little for many
 * teams, so the settings travel as a file; the asset's hash covers it, so that changed settings deploy the function.
 *
 * @param entry the file under `functions/` that exports `handler`
 */
export function functionCode(scope: Construct, id: string, entry: string, settings: Settings): Code {
  if (!Stack.of(scope).bundlingRequired) return notBundled();
  const directory = temporaryDirectory();
  const shared = sharedBundle(scope, id);
  const packaged = bundleIn(PACKAGED, id);
  if (shared !== undefined) symlinkSync(resolve(shared, ENTRY), join(directory, ENTRY));
  else if (packaged !== undefined) cpSync(packaged, directory, { recursive: true });
  else bundleFunction(entry, directory);
  writeFileSync(join(directory, 'settings.json'), JSON.stringify(settings));
  return Code.fromAsset(directory, shared === undefined ? {} : { followSymlinks: SymlinkFollowMode.NEVER });
}

const ENTRY = 'index.mjs';
/** The published package brings the bundles along, so that an app that uses it builds nothing. */
const PACKAGED = projectPath('bundles');

/** For commands that do not need the code of this stack, such as `cdk diff` of another one: CDK skips the bundling. */
const notBundled = (): Code =>
  Code.fromAsset(existsSync(PACKAGED) ? PACKAGED : projectPath('functions'), {
    bundling: { image: DockerImage.fromRegistry('unused') },
  });

/**
 * A bundle that was built by an earlier synthesis of the same sources: `prebuiltBundles` in the context names the directory
 * of all. For local runs that synthesize the app many times with other settings: the entry is a link, so that one copy of
 * the code, with its chunks and maps, is read, compiled and kept for all of them. A deployment from the sources always
 * bundles.
 */
function sharedBundle(scope: Construct, id: string): string | undefined {
  const named: unknown = scope.node.tryGetContext('prebuiltBundles');
  return typeof named === 'string' ? bundleIn(named, id) : undefined;
}

/** The bundle of a function in a directory that has one subdirectory per function. */
const bundleIn = (bundles: string, id: string): string | undefined =>
  existsSync(join(bundles, id, ENTRY)) ? join(bundles, id) : undefined;

const temporaryDirectories: string[] = [];

/** CDK copies an asset when the function is constructed; afterwards its directory is not needed. */
function temporaryDirectory(): string {
  if (temporaryDirectories.length === 0)
    process.once('exit', () => {
      for (const made of temporaryDirectories) rmSync(made, { recursive: true, force: true });
    });
  const directory = mkdtempSync(join(tmpdir(), 'bundle-'));
  temporaryDirectories.push(directory);
  return directory;
}
