import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { importsOf, packageManifest, packageOf } from '../../tools/package/manifest.ts';

const PROJECT = {
  name: 'jobs',
  version: '1.2.3',
  description: 'd',
  license: 'MIT',
  keywords: [],
  dependencies: { zod: '4.0.0', jose: '6.0.0' },
  devDependencies: { commander: '15.0.0', 'aws-cdk-lib': '2.0.0', constructs: '10.0.0' },
};

describe('The manifest of the package', () => {
  it('depends on what the compiled files import, in the versions that are tested', () => {
    const manifest = packageManifest(PROJECT, [
      'zod',
      'commander',
      'node:fs',
      './x.js',
      'aws-cdk-lib/aws-s3',
    ]);
    assert.deepEqual(manifest['dependencies'], { commander: '15.0.0', zod: '4.0.0' });
    assert.deepEqual(Object.keys(Object(manifest['peerDependencies'])), ['aws-cdk-lib', 'constructs']);
  });

  it('brings the pages of docs that messages point to', () =>
    assert.ok([packageManifest(PROJECT, [])['files']].flat().includes('docs/*.md')));

  it('is refused where a file imports what nobody installs', () =>
    assert.throws(
      () => packageManifest(PROJECT, ['left-pad']),
      /left-pad, which package.json does not name/,
    ));

  it('finds imports of every form', () =>
    assert.deepEqual(
      importsOf(
        [
          "import { a } from 'one';",
          'import b, {\n  c,\n} from "two/deep";',
          "import 'three';",
          "export * from 'four';",
          "const five = await import('five');",
          "const text = 'import of six from seven';",
        ].join('\n'),
      ),
      ['one', 'two/deep', 'three', 'four', 'five'],
    ));

  it('knows packages with a scope, and what is none', () => {
    assert.equal(packageOf('@aws-sdk/client-s3/dist'), '@aws-sdk/client-s3');
    assert.equal(packageOf('zod/v4'), 'zod');
    assert.equal(packageOf('fs'), undefined);
    assert.equal(packageOf('./a.js'), undefined);
  });
});
