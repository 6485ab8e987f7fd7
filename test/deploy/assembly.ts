import {
  cpSync,
  globSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { sha256Hex } from '../../functions/platform/util/hash.ts';
import { synthesizeAssembly } from '../../local/aws/assembly.ts';
import { REFUSED, type Template, templateSchema } from './refused.ts';

/**
 * The cloud assembly of the app, changed in two ways: what MiniStack refuses is left out, and the functions are told
 * where AWS and Apple are.
 *
 * @returns its directory and how many resources were left out
 */
export async function assemblyFor(
  settings: unknown,
  environment: Record<string, string>,
): Promise<{ directory: string; leftOut: number; resources: number }> {
  const directory = mkdtempSync(join(tmpdir(), 'deploy-assembly-'));
  cpSync(await synthesizeAssembly({ appStoreConnect: settings }), directory, { recursive: true });
  for (const entry of globSync('asset.*/index.mjs', { cwd: directory })) bringAlong(join(directory, entry));
  let leftOut = 0;
  let resources = 0;
  for (const file of globSync('*.template.json', { cwd: directory })) {
    const text = readFileSync(join(directory, file), 'utf8');
    const template = templateSchema.parse(JSON.parse(text));
    resources += Object.keys(template.Resources).length;
    const { changed, removed } = change(template, environment);
    leftOut += removed;
    writeTemplate(directory, file, JSON.stringify(changed, null, 1));
  }
  return { directory, leftOut, resources };
}

/** A local assembly links to bundles that several share; what is deployed is whole. */
function bringAlong(entry: string): void {
  if (!lstatSync(entry).isSymbolicLink()) return;
  const bundle = dirname(realpathSync(entry));
  rmSync(entry);
  cpSync(bundle, dirname(entry), { recursive: true });
}

function change(template: Template, environment: Record<string, string>) {
  const kept = Object.entries(template.Resources).filter(
    ([, resource]) => !REFUSED.some(({ matches }) => matches(resource)),
  );
  const Resources = Object.fromEntries(
    kept.map(([id, resource]) => [id, resource.Type === 'AWS::Lambda::Function' ? told(resource) : resource]),
  );
  return {
    changed: { ...template, Resources },
    removed: Object.keys(template.Resources).length - kept.length,
  };

  function told(resource: Template['Resources'][string]) {
    const { Variables = {} } = z
      .looseObject({ Variables: z.record(z.string(), z.unknown()).optional() })
      .parse(resource.Properties['Environment'] ?? {});
    return {
      ...resource,
      Properties: { ...resource.Properties, Environment: { Variables: { ...Variables, ...environment } } },
    };
  }
}

/** A template is an asset under the hash of its content: a changed one needs a new hash, or it is not uploaded. */
function writeTemplate(directory: string, file: string, text: string): void {
  const hash = sha256Hex(text);
  writeFileSync(join(directory, file), text);
  const assetsFile = join(directory, file.replace('.template.json', '.assets.json'));
  const assets = z
    .object({ files: z.record(z.string(), z.object({ source: z.object({ path: z.string() }) })) })
    .parse(JSON.parse(readFileSync(assetsFile, 'utf8')));
  const old = Object.entries(assets.files).find(([, { source }]) => basename(source.path) === file)?.[0];
  if (old === undefined) throw new Error(`${assetsFile} does not name ${file}`);
  for (const path of [assetsFile, join(directory, 'manifest.json')])
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(old, hash));
}
