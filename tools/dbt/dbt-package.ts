import type { Model } from '../../functions/models/model.ts';
import { modelSql } from '../../functions/models/model.ts';
import { MODELS } from '../../functions/models/models.ts';

export const DBT_PACKAGE = 'docs/examples/dbt';

const NAMES: ReadonlySet<string> = new Set(MODELS.map(({ name }) => name));

/** Tables and models in FROM and JOIN as dbt names them, so that it knows in which order to make them. */
const withReferences = ({ reads }: Model, sql: string): string =>
  reads.reduce(
    (text, name) =>
      text.replaceAll(
        new RegExp(`\\b(FROM|JOIN) ${name}\\b`, 'g'),
        `$1 {{ ${NAMES.has(name) ? `ref('${name}')` : `source('app_store_connect', '${name}')`} }}`,
      ),
    sql,
  );

const quoted = (text: string): string => JSON.stringify(text);

/** The files of the dbt package by their paths below {@link DBT_PACKAGE}: one model per view, with its words. */
export function dbtFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const model of MODELS)
    files.set(`models/${model.name}.sql`, `${withReferences(model, modelSql(model))}\n`);
  const sources = [...new Set(MODELS.flatMap(({ reads }) => reads))].filter((name) => !NAMES.has(name));
  files.set(
    'models/sources.yml',
    `version: 2
sources:
  - name: app_store_connect
    schema: "{{ var('app_store_connect_schema', target.schema) }}"
    tables:
${sources.map((name) => `      - name: ${name}`).join('\n')}
`,
  );
  files.set(
    'models/models.yml',
    `version: 2
models:
${MODELS.map(
  ({ name, description, grain, columns }) => `  - name: ${name}
    description: ${quoted(`${description} One row: ${grain}.`)}
    columns:
${columns.map((column) => `      - name: ${column.name}\n        description: ${quoted(column.comment)}`).join('\n')}`,
).join('\n')}
`,
  );
  return files;
}
