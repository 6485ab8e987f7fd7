import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Settings } from '../../functions/platform/config/settings.ts';

/**
 * A function's bundle as an earlier synth of the same sources has built it, with these settings beside it. Only for
 * runs that synthesize the app many times with other settings (`prebuiltBundles` in the context names the directory,
 * one subdirectory a function); a deployment always bundles.
 *
 * @returns `undefined` where there is none
 */
export function prebuiltBundle(scope: Construct, id: string, settings: Settings): Code | undefined {
  const bundles: unknown = scope.node.tryGetContext('prebuiltBundles');
  if (typeof bundles !== 'string' || !existsSync(join(bundles, id, 'index.mjs'))) return undefined;
  const directory = mkdtempSync(join(tmpdir(), `bundle-${id}-`));
  // Staged as an asset long before the process ends.
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  cpSync(join(bundles, id), directory, { recursive: true });
  writeFileSync(join(directory, 'settings.json'), JSON.stringify(settings));
  return Code.fromAsset(directory);
}
