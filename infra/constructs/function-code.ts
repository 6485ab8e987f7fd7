import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DockerImage, Stack } from 'aws-cdk-lib';
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
  const prebuilt = prebuiltBundle(scope, id);
  if (prebuilt === undefined) bundleFunction(entry, directory);
  else cpSync(prebuilt, directory, { recursive: true });
  writeFileSync(join(directory, 'settings.json'), JSON.stringify(settings));
  return Code.fromAsset(directory);
}

/** The published package brings the bundles along, so that an app that uses it builds nothing. */
const PACKAGED = projectPath('bundles');

/** For commands that do not need the code of this stack, such as `cdk diff` of another one: CDK skips the bundling. */
const notBundled = (): Code =>
  Code.fromAsset(existsSync(PACKAGED) ? PACKAGED : projectPath('functions'), {
    bundling: { image: DockerImage.fromRegistry('unused') },
  });

/**
 * The directory of a bundle that was built before: in the published package, or by an earlier synthesis of the same sources
 * (`prebuiltBundles` in the context names its directory), for runs that synthesize the app many times with other settings.
 * Each has one subdirectory per function. A deployment from the sources always bundles.
 */
function prebuiltBundle(scope: Construct, id: string): string | undefined {
  const named: unknown = scope.node.tryGetContext('prebuiltBundles');
  const directory = join(typeof named === 'string' ? named : PACKAGED, id);
  return existsSync(join(directory, 'index.mjs')) ? directory : undefined;
}

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
