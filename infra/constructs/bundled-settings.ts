import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stage } from 'aws-cdk-lib';
import type { ICommandHooks } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import type { Settings } from '../../functions/platform/config/settings.ts';

/**
 * Puts `settings.json` beside the handler in its bundle. An asset's hash is taken over the bundle's content,
 * so that changed settings deploy the function anew.
 *
 * The bundling runs shell commands, and a command's length is limited; so the settings are written to the
 * build's output directory here and only copied there.
 */
export function bundledSettings(scope: Construct, settings: Settings): ICommandHooks {
  const directory = Stage.of(scope)?.assetOutdir;
  if (directory === undefined) throw new Error('settings can only be bundled inside an app');
  const file = join(directory, 'settings.json');
  return {
    beforeBundling: () => [],
    beforeInstall: () => [],
    afterBundling: (_inputDirectory, outputDirectory) => {
      mkdirSync(directory, { recursive: true });
      writeFileSync(file, JSON.stringify(settings));
      return [`cp ${quoted(file)} ${quoted(join(outputDirectory, 'settings.json'))}`];
    },
  };
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
