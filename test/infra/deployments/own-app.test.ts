import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';

/** The example of the deploy guide, as a reader would copy it. */
const [, example = ''] =
  /```ts\n\/\/ app\.ts\n([\s\S]*?)```/.exec(readFileSync('docs/deploy.md', 'utf8')) ?? [];

describe('An app of one’s own', () => {
  it('uses the stacks as the deploy guide shows it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'own-app-'));
    mkdirSync(join(directory, 'node_modules'));
    for (const name of ['aws-cdk-lib', 'constructs'])
      symlinkSync(resolve('node_modules', name), join(directory, 'node_modules', name));
    symlinkSync(resolve('.'), join(directory, 'node_modules', 'app-store-connect-jobs'));
    writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
    writeFileSync(join(directory, 'app.ts'), example);
    const { status, stderr } = spawnSync(process.execPath, ['app.ts'], {
      cwd: directory,
      encoding: 'utf8',
      env: {
        ...process.env,
        CDK_OUTDIR: join(directory, 'out'),
        CDK_CONTEXT_JSON: JSON.stringify({ 'aws:cdk:bundling-stacks': [] }),
      },
    });
    assert.equal(status, 0, stderr);
    const template = join(directory, 'out', 'acme-back-office-jobs.template.json');
    assert.ok(existsSync(template));
    assert.match(readFileSync(template, 'utf8'), /"acme-back-office-jobs-PlannerSilent"/);
  });
});
