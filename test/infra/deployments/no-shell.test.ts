import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import * as z from 'zod';

/** What a user of the product runs; `npm` starts a script by cmd.exe on Windows. */
const PRODUCT_SCRIPTS = [
  'start',
  'local',
  'status',
  'build',
  'synth',
  'package',
  'cost',
  'permissions',
  'architecture',
  'models',
  'bench',
];
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));

describe('What a user runs needs no POSIX shell', () => {
  for (const name of PRODUCT_SCRIPTS)
    it(`npm run ${name}`, () => {
      const command = scripts[name] ?? assert.fail('no such script');
      assert.match(command, /^(node|cdk) [\w./ -]+$/, 'one program with plain arguments');
    });

  it('nothing that builds, deploys or runs it starts a shell or a program of one system', () => {
    const starting = globSync('{functions,infra,tools,cli,local}/**/*.ts')
      .map((file) => ({ file, text: readFileSync(file, 'utf8') }))
      .filter(({ text }) => text.includes('node:child_process'));
    assert.ok(starting.length > 0);
    for (const { file, text } of starting) {
      assert.doesNotMatch(
        text,
        /shell: true|\bexec(Sync)?\(|['"`]\/(usr\/)?bin\/|'(sh|bash|cp|mv|rm|cat)'/,
        file,
      );
      // `tsc`, `cdk` and the like are scripts of a shell there: Node.js starts their files.
      if (!file.startsWith('cli')) assert.doesNotMatch(text, /spawn(Sync)?\(\s*['"`]/, file);
    }
  });

  it('the bundles are made in this process: no command of a bundling hook, no Docker', () => {
    const files = globSync('infra/**/*.ts');
    assert.ok(files.length > 50, `${files.length} files of infra are looked at`);
    for (const file of files)
      assert.doesNotMatch(
        readFileSync(file, 'utf8'),
        /beforeBundling|commandHooks|BundlingOptions|child_process/,
        file,
      );
  });
});
