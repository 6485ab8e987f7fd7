import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, it } from 'node:test';

const CONFIG = '.dependency-cruiser.json';

const cruise = (cwd: string, ...paths: string[]) =>
  spawnSync(resolve('node_modules/.bin/depcruise'), ['--config', CONFIG, ...paths], {
    cwd,
    encoding: 'utf8',
  });

/**
 * Runs the check over a little project in which each importer imports one file.
 *
 * @returns a line per violation: `error <rule>: <importer> → <imported>`
 */
function violationsOf(imports: readonly (readonly [importer: string, imported: string])[]): string {
  const project = mkdtempSync(join(tmpdir(), 'layout-'));
  const write = (path: string, text: string) => {
    mkdirSync(join(project, dirname(path)), { recursive: true });
    writeFileSync(join(project, path), text);
  };
  for (const [, imported] of imports) write(imported, 'export const imported = 1;\n');
  for (const [importer, imported] of imports) {
    const target = relative(dirname(importer), imported);
    write(importer, `import '${target.startsWith('.') ? target : `./${target}`}';\n`);
  }
  for (const file of [CONFIG, 'tsconfig.json']) copyFileSync(file, join(project, file));
  symlinkSync(resolve('node_modules'), join(project, 'node_modules'));
  return cruise(project, '.').stdout;
}

describe('Imports point one way', () => {
  // Each importer has a name of its own: the little project holds all of them at once.
  const forbidden: readonly (readonly [rule: string, importer: string, imported: string])[] = [
    ['platform-knows-nothing-of-apple', 'functions/platform/one.ts', 'functions/app-store-connect/b.ts'],
    ['app-store-connect-knows-no-domain', 'functions/app-store-connect/two.ts', 'functions/reports/b.ts'],
    ['domains-do-not-import-each-other', 'functions/reports/three.ts', 'functions/prices/b.ts'],
    ['price-effect-only-reads', 'functions/price-effect/four.ts', 'functions/prices/apply/b.ts'],
    ['rates-know-only-tables', 'functions/rates/five.ts', 'functions/reports/b.ts'],
    ['notify-only-reads', 'functions/notify/six.ts', 'functions/keys/b.ts'],
    ['warehouse-knows-only-tables', 'functions/warehouse/seven.ts', 'functions/reports/fetch/b.ts'],
    ['functions-stand-alone', 'functions/reports/eight.ts', 'local/b.ts'],
    ['nothing-imports-a-handler', 'functions/reports/nine.ts', 'functions/reports/b.lambda.ts'],
    ['simulator-knows-only-the-clock', 'local/simulator/ten.ts', 'functions/app-store-connect/b.ts'],
    ['no-test-code-in-product', 'functions/reports/eleven.ts', 'test/b.ts'],
  ];
  const allowed = ['functions/reports/twelve.ts', 'functions/platform/b.ts'] as const;
  const violations = violationsOf([
    ...forbidden.map(([, importer, imported]) => [importer, imported] as const),
    allowed,
  ]);

  for (const [rule, importer, imported] of forbidden) {
    it(`${rule}: ${importer} may not import ${imported}`, () => {
      assert.ok(violations.includes(`${rule}: ${importer} → ${imported}`), violations);
    });
  }

  it('a domain may import the platform', () => {
    assert.ok(!violations.includes(allowed[0]), violations);
  });
});
