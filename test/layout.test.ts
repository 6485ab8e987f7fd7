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

/** Runs the check over a little project of two files: one imports the other. */
function cruiseOver(importer: string, imported: string): string {
  const project = mkdtempSync(join(tmpdir(), 'layout-'));
  const target = relative(dirname(importer), imported);
  const files = {
    [importer]: `import '${target.startsWith('.') ? target : `./${target}`}';\n`,
    [imported]: 'export const imported = 1;\n',
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(project, dirname(path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  for (const file of [CONFIG, 'tsconfig.json']) copyFileSync(file, join(project, file));
  symlinkSync(resolve('node_modules'), join(project, 'node_modules'));
  return cruise(project, '.').stdout;
}

describe('Imports point one way', () => {
  it('in the whole project', () => {
    const { status, stdout } = cruise('.', 'functions', 'infra', 'local', 'test');
    assert.equal(status, 0, stdout);
  });

  const forbidden: [string, string, string][] = [
    ['platform-knows-nothing-of-apple', 'functions/platform/a.ts', 'functions/app-store-connect/b.ts'],
    ['app-store-connect-knows-no-domain', 'functions/app-store-connect/a.ts', 'functions/reports/b.ts'],
    ['domains-do-not-import-each-other', 'functions/reports/a.ts', 'functions/prices/b.ts'],
    ['price-effect-only-reads', 'functions/price-effect/a.ts', 'functions/prices/apply/b.ts'],
    ['rates-know-only-tables', 'functions/rates/a.ts', 'functions/reports/b.ts'],
    ['notify-only-reads', 'functions/notify/a.ts', 'functions/keys/b.ts'],
    ['warehouse-knows-only-tables', 'functions/warehouse/a.ts', 'functions/reports/fetch/b.ts'],
    ['functions-stand-alone', 'functions/reports/a.ts', 'local/b.ts'],
    ['nothing-imports-a-handler', 'functions/reports/a.ts', 'functions/reports/b.lambda.ts'],
    ['simulator-knows-only-the-clock', 'local/simulator/a.ts', 'functions/app-store-connect/b.ts'],
    ['no-test-code-in-product', 'functions/reports/a.ts', 'test/b.ts'],
  ];
  for (const [rule, importer, imported] of forbidden) {
    it(`${rule}: ${importer} may not import ${imported}`, () => {
      assert.match(cruiseOver(importer, imported), new RegExp(rule));
    });
  }

  it('a domain may import the platform', () => {
    assert.match(cruiseOver('functions/reports/a.ts', 'functions/platform/b.ts'), /no dependency violations/);
  });
});
