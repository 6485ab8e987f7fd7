import { builtinModules } from 'node:module';
import { z } from 'zod';

const project = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  license: z.string(),
  keywords: z.array(z.string()),
  repository: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});

/** Only who deploys needs these; the command and the simulator run without them. */
const OPTIONAL_PEERS: Readonly<Record<string, string>> = {
  'aws-cdk-lib': '^2.276.0',
  constructs: '^10.8.1',
};
/** The oldest Node.js that runs the package: the first in which every API it uses is stable (`globSync`, Zstandard). */
export const OLDEST_NODE = '22.17.0';

/** `@aws-sdk/client-s3/dist` → `@aws-sdk/client-s3`; undefined for files and Node's own modules. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('node:') || builtinModules.includes(specifier))
    return undefined;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Every module that compiled JavaScript imports, statically or not. */
export function importsOf(source: string): string[] {
  const statements = source.matchAll(
    /^(?:import|export)\b[^'"]*?from\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]/gm,
  );
  const calls = source.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g);
  return [...statements, ...calls].flatMap(([, first, second]) => first ?? second ?? []);
}

/**
 * The package.json of the package. Its dependencies are what the compiled files import, in the versions that this project is
 * tested with.
 *
 * @param projectJson - this project's package.json
 * @param imported - module specifiers of all compiled files
 * @throws Error when a file imports a package that this project does not name
 */
export function packageManifest(projectJson: unknown, imported: Iterable<string>): Record<string, unknown> {
  const { dependencies, devDependencies, ...own } = project.parse(projectJson);
  const versions = { ...devDependencies, ...dependencies };
  const needed = [...new Set([...imported].flatMap((specifier) => packageOf(specifier) ?? []))].sort();
  // The project that `init` writes imports this package; its text is part of the command.
  const unknown = needed.filter((name) => versions[name] === undefined && name !== own.name);
  if (unknown.length > 0)
    throw new Error(`The package imports ${unknown.join(', ')}, which package.json does not name.`);
  const runtime = needed.filter((name) => OPTIONAL_PEERS[name] === undefined && name !== own.name);
  return {
    name: own.name,
    version: own.version,
    description: own.description,
    license: own.license,
    keywords: own.keywords,
    // npm refuses provenance without it.
    ...(own.repository !== undefined && { repository: own.repository }),
    type: 'module',
    engines: { node: `>=${OLDEST_NODE}` },
    // The second name is what `npx app-store-connect-jobs` looks for.
    bin: { 'asc-jobs': 'bin/asc-jobs.mjs', [own.name]: 'bin/asc-jobs.mjs' },
    exports: {
      '.': { types: './types/infra/index.d.ts', default: './lib/doors/constructs.js' },
      './simulator': {
        types: './types/local/simulator/for-tests/index.d.ts',
        default: './lib/doors/simulator.js',
      },
      './package.json': './package.json',
    },
    // Messages, alarms and projects of `init` point to pages of docs.
    files: ['bin', 'bundles', 'docs/*.md', 'lib', 'types', 'CHANGELOG.md', 'THIRD-PARTY-LICENCES.txt'],
    dependencies: Object.fromEntries(runtime.map((name) => [name, versions[name]])),
    peerDependencies: OPTIONAL_PEERS,
    peerDependenciesMeta: Object.fromEntries(
      Object.keys(OPTIONAL_PEERS).map((name) => [name, { optional: true }]),
    ),
    publishConfig: { access: 'public', provenance: true },
  };
}
