import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import * as z from 'zod';
import { PERMISSIVE } from '../../tools/permissive-licences.ts';
import { createConsumer, packPackage } from './consumer.ts';

/** CycloneDX, as npm writes it. */
const sbomSchema = z.object({
  components: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      purl: z.string(),
      licenses: z
        .array(
          z.union([
            z.object({ license: z.object({ id: z.string().optional(), name: z.string().optional() }) }),
            z.object({ expression: z.string() }),
          ]),
        )
        .default([]),
    }),
  ),
});

/** `MIT`, or any of `(MIT OR Apache-2.0)`. */
const licencesOf = ({ licenses }: z.output<typeof sbomSchema>['components'][number]): string[] =>
  licenses.flatMap((each) =>
    'expression' in each
      ? each.expression.replace(/[()]/g, '').split(' OR ')
      : [each.license.id ?? each.license.name ?? ''],
  );

describe('What the package brings along, installed by somebody else', () => {
  let components: z.output<typeof sbomSchema>['components'] = [];
  before(async () => {
    const consumer = createConsumer();
    // npm names each package by its version, the consumer, too.
    await consumer.run('npm', 'pkg', 'set', 'version=1.0.0');
    await consumer.run('npm', 'install', '--no-audit', '--no-fund', await packPackage());
    const sbom = await consumer.run('npm', 'sbom', '--sbom-format', 'cyclonedx', '--omit', 'optional');
    ({ components } = sbomSchema.parse(JSON.parse(sbom)));
  });

  it('is listed by a bill of materials, each with version and address', () => {
    assert.ok(components.length > 20, String(components.length));
    assert.ok(components.some(({ name }) => name === 'app-store-connect-jobs'));
    for (const { name, version, purl } of components) assert.ok(purl.includes(version), name);
  });

  it('asks for a notice and nothing else', () => {
    const refused = components.filter((component) => !licencesOf(component).some((id) => PERMISSIVE.has(id)));
    assert.deepEqual(
      refused.map((component) => `${component.name} ${licencesOf(component).join()}`),
      [],
    );
  });
});
