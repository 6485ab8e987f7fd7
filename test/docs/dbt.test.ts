import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { MODELS } from '../../functions/models/models.ts';
import { ddlFor } from '../../functions/warehouse/ddl.ts';
import { DBT_PACKAGE, dbtFiles } from '../../tools/dbt/dbt-package.ts';
import { WAREHOUSE_SETTINGS } from '../warehouse/settings.ts';

const DBT = ['.local/python-dbt/bin/dbt', 'dbt'].find((path) => spawnSync(path, ['--version']).status === 0);

describe('The dbt package', () => {
  it('is what `npm run models` writes', () => {
    const files = dbtFiles();
    for (const [path, text] of files)
      assert.equal(readFileSync(join(DBT_PACKAGE, path), 'utf8'), text, `${path}: run \`npm run models\``);
    assert.deepEqual(
      readdirSync(join(DBT_PACKAGE, 'models'))
        .map((name) => `models/${name}`)
        .toSorted(),
      [...files.keys()].toSorted(),
    );
  });

  const directory = mkdtempSync(join(tmpdir(), 'dbt-'));
  after(() => rmSync(directory, { recursive: true }));

  it('runs in DuckDB by dbt and gives the sample’s answers', {
    skip: DBT === undefined ? 'dbt-duckdb (Python) is absent: `npm run install:dbt` installs it' : false,
  }, async () => {
    const path = join(directory, 'lake.duckdb');
    const instance = await DuckDBInstance.create(path);
    const connection = await instance.connect();
    for (const table of ddlFor(WAREHOUSE_SETTINGS, 'duckdb', directory).tables) await connection.run(table);
    await connection.run(readFileSync('docs/examples/analysis/sample.sql', 'utf8'));
    connection.closeSync();
    instance.closeSync();
    cpSync(DBT_PACKAGE, join(directory, 'package'), { recursive: true });
    writeFileSync(
      join(directory, 'profiles.yml'),
      `app_store_connect:\n  target: test\n  outputs:\n    test:\n      type: duckdb\n      path: ${path}\n`,
    );
    const { status, stdout } = spawnSync(
      DBT ?? '',
      ['run', '--project-dir', join(directory, 'package'), '--profiles-dir', directory],
      { encoding: 'utf8', env: { ...process.env, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false' } },
    );
    assert.equal(status, 0, stdout.slice(-2000));
    assert.match(stdout, new RegExp(`PASS=${MODELS.length} WARN=0 ERROR=0`));
    const again = await (await DuckDBInstance.create(path)).connect();
    const rows = await again.runAndReadAll(
      `SELECT cast(sum(proceeds_eur) AS decimal(18,2)) AS eur FROM sales_daily_converted`,
    );
    assert.deepEqual(rows.getRowObjectsJson(), [{ eur: '4740.65' }]);
  });
});
