import { cpSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Settings } from '../../functions/platform/config/settings.ts';
import { projectPath } from '../config/project.ts';

/**
 * A function's bundle as it was built before, with these settings beside it. The published package brings the bundles
 * along (`bundles/`), so that an app that uses it builds nothing; a run that synthesizes the app many times names
 * a directory of its own (`prebuiltBundles` in the context). Each has one subdirectory per function.
 *
 * @returns `undefined` where there is none
 */
export function prebuiltBundle(scope: Construct, id: string, settings: Settings): Code | undefined {
  const named: unknown = scope.node.tryGetContext('prebuiltBundles');
  const bundles = typeof named === 'string' ? named : projectPath('bundles');
  if (!existsSync(join(bundles, id, 'index.mjs'))) return undefined;
  const directory = mkdtempSync(join(tmpdir(), `bundle-${id}-`));
  cpSync(join(bundles, id), directory, { recursive: true });
  writeFileSync(join(directory, 'settings.json'), JSON.stringify(settings));
  return Code.fromAsset(directory);
}
