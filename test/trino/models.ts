import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { modelSql } from '../../functions/models/model.ts';
import { modelsOver } from '../../functions/models/models.ts';
import { translate } from '../../functions/warehouse/dialects.ts';
import { queriesOf } from '../docs/parsed/queries.ts';
import { openSmallLake, SMALL_LAKE_TABLES } from '../models/small-lake.ts';

// Athena runs the views with Trino. Here a whole Trino of Maven Central runs them over the sample of docs/analysis.md and must
// give the answers that the page shows, which DuckDB gave. `npm run test:trino`

const JARS = '.local/trino-models';
const CLASSES = '.local/trino-models-classes';
const SOURCE = 'test/trino/models';

/** Fetches Trino on first use. @returns why it cannot run, or undefined */
function missing(): string | undefined {
  const version = spawnSync('java', ['-version'], { encoding: 'utf8' });
  if (version.status !== 0 || Number(/version "(\d+)/.exec(version.stderr)?.[1]) < 17)
    return 'there is no Java 17 or later';
  if (!existsSync(JARS) || readdirSync(JARS).length === 0) {
    const maven = spawnSync('mvn', [
      ...['-q', '-B', '-f', `${SOURCE}/pom.xml`, 'dependency:copy-dependencies'],
      `-DoutputDirectory=${join(process.cwd(), JARS)}`,
    ]);
    if (maven.status !== 0) return 'Maven is absent or cannot fetch Trino from Maven Central';
  }
  const compiled = spawnSync('javac', ['-cp', join(JARS, '*'), '-d', CLASSES, `${SOURCE}/TrinoModels.java`]);
  return compiled.status === 0 ? undefined : 'there is no Java compiler (javac)';
}

const reason = missing();
const directory = mkdtempSync(join(tmpdir(), 'trino-models-'));
after(() => rmSync(directory, { recursive: true }));

/** Runs statements; gives the rows of each query as text. */
function trino(statements: readonly string[]): string[][][] {
  const file = join(directory, 'statements.sql');
  writeFileSync(file, statements.join('\n-- next\n'));
  const { stdout, stderr, status } = spawnSync(
    'java',
    ['-cp', [join(JARS, '*'), CLASSES].join(delimiter), 'TrinoModels', file],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  assert.equal(
    status,
    0,
    stderr
      .split('\n')
      .filter((line) => /Exception|line \d/.test(line))
      .slice(0, 5)
      .join('\n'),
  );
  return stdout
    .slice(0, stdout.indexOf('--end--'))
    .split('--rows--\n')
    .slice(1)
    .map((rows) =>
      rows
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('\t')),
    );
}

/** The sample's rows as statements that Trino reads, table by table. */
async function tablesForTrino(): Promise<string[]> {
  const ask = await openSmallLake({}, { script: readFileSync('docs/examples/analysis/sample.sql', 'utf8') });
  const statements: string[] = [];
  for (const table of Object.keys(SMALL_LAKE_TABLES)) {
    const columns = await ask(
      `SELECT column_name AS name, data_type AS type FROM duckdb_columns() WHERE table_name = '${table}'`,
    );
    const rows = await ask(`SELECT * FROM ${table}`);
    const cells = (row: Record<string, unknown>) =>
      columns.map(({ name, type }) => `${literal(row[String(name)], String(type))} AS "${String(name)}"`);
    // This Trino knows no CREATE TABLE but that of a query.
    const select = (rows.length === 0 ? [{}] : rows).map((row) => `SELECT ${cells(row).join(', ')}`);
    const nothing = rows.length === 0 ? ' WHERE false' : '';
    statements.push(`CREATE TABLE ${table} AS ${select.join('\nUNION ALL ')}${nothing}`);
  }
  return statements;
}

function literal(value: unknown, type: string): string {
  if (value === null || value === undefined) return `cast(NULL AS ${type})`;
  return `cast('${String(value).replaceAll("'", "''")}' AS ${type})`;
}

const QUESTION = /^## (\d+\. .+)\n[\s\S]*?```sql\n([\s\S]*?)```\n\n((?:\|.*\n)+)/gm;

describe('Trino gives the answers of docs/analysis.md', { skip: reason ?? false }, () => {
  const questions = [...readFileSync('docs/analysis.md', 'utf8').matchAll(QUESTION)];
  const answers = reason === undefined ? run(questions.map(([, , sql = '']) => sql)) : undefined;

  for (const [index, [, question = '', , answer = '']] of questions.entries())
    it(question, async () => {
      const expected = answer
        .split('\n')
        .slice(2, -1)
        .map((line) => line.slice(2, -2).split(' | '));
      assert.deepEqual((await answers)?.[index], expected);
    });
});

describe('Trino runs the queries of the other pages', { skip: reason ?? false }, () => {
  const queries = ['rates', 'price-effects', 'reports', 'standing-prices']
    .flatMap((page) => queriesOf(`docs/${page}.md`))
    // Files are read by DuckDB only, and the sample has no analytics.
    .filter(({ sql }) => !/read_parquet|\banalytics_/.test(sql));
  const answers = reason === undefined ? run(queries.map(({ sql }) => sql)) : undefined;

  for (const [index, { page, line }] of queries.entries())
    it(`${page}:${line}`, async () => assert.ok((await answers)?.[index] !== undefined));
});

/** The views stand in front of each query, as this Trino keeps none. */
async function run(queries: readonly string[]): Promise<string[][][]> {
  const views = modelsOver(Object.keys(SMALL_LAKE_TABLES)).map(
    (model) => `${model.name} AS (\n${translate(modelSql(model), 'athena')}\n)`,
  );
  return trino([
    ...(await tablesForTrino()),
    ...queries.map((query) => `WITH ${views.join(',\n')}\n${query.trim()}`),
  ]);
}
