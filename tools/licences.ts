import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { PERMISSIVE } from './permissive-licences.ts';
import { script } from './script/script.ts';

script(
  'npm run licences',
  'Lists what the bundles may contain with its licence; exits with 1 where one asks for more than a notice.',
).parse();

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().default(false),
    }),
  ),
});

const { packages } = lockSchema.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));
const runtime = Object.entries(packages).filter(([path, { dev }]) => path !== '' && !dev);
const refused = runtime.filter(([, { license = '' }]) => !PERMISSIVE.has(license));
for (const [path, { version, license }] of runtime)
  console.log(`${license ?? 'none stated'}\t${path.replace(/^.*node_modules\//, '')} ${version ?? ''}`);
console.log(`${runtime.length} runtime dependencies, ${refused.length} without a permissive licence`);
if (refused.length > 0) process.exitCode = 1;
