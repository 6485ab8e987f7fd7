import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnDatabase } from 'aws-cdk-lib/aws-glue';
import { z } from 'zod';
import { MODELS } from '../../../functions/models/models.ts';
import { ModelViews } from '../../../infra/reports/model-views.ts';

const view = z.object({
  Properties: z.object({
    TableInput: z.object({
      Name: z.string(),
      TableType: z.string(),
      ViewOriginalText: z.string(),
      StorageDescriptor: z.object({
        Columns: z.array(
          z.object({ Name: z.string(), Type: z.string(), Comment: z.string().min(1).max(255) }),
        ),
      }),
    }),
  }),
});
const definition = z.object({
  originalSql: z.string(),
  schema: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
});

function viewsOver(tables: readonly string[]) {
  const stack = new Stack(new App(), 'test');
  const database = new CfnDatabase(stack, 'Database', {
    catalogId: stack.account,
    databaseInput: { name: 'lake' },
  });
  new ModelViews(stack, 'Models', { database, databaseName: 'lake', tables });
  return Object.values(Template.fromStack(stack).findResources('AWS::Glue::Table')).map(
    (resource) => view.parse(resource).Properties.TableInput,
  );
}

describe('The models in Athena', () => {
  it('are views with their text and the same columns for Athena and Glue', () => {
    const views = viewsOver(MODELS.flatMap(({ reads }) => reads));
    assert.deepEqual(views.map(({ Name }) => Name).sort(), MODELS.map(({ name }) => name).sort());
    for (const { Name, TableType, ViewOriginalText, StorageDescriptor } of views) {
      assert.equal(TableType, 'VIRTUAL_VIEW');
      const [, encoded = ''] = /^\/\* Presto View: (\S+) \*\/$/.exec(ViewOriginalText) ?? [];
      const { originalSql, schema, columns } = definition.parse(
        JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')),
      );
      assert.match(originalSql, /^SELECT/);
      assert.equal(schema, 'lake');
      assert.deepEqual(
        columns.map(({ name, type }) => [name, type.replace('varchar', 'string')]),
        StorageDescriptor.Columns.map((column) => [column.Name, column.Type]),
        Name,
      );
    }
  });

  it('are made only where the reports they read are subscribed', () => {
    const names = viewsOver(['subscription_summary_daily']).map(({ Name }) => Name);
    assert.ok(names.includes('mrr_daily'));
    assert.ok(!names.includes('sales_daily') && !names.includes('churn_monthly'));
  });
});
