import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeTable } from '../../local/aws/services/tables.ts';
import { TABLE_SHAPES } from '../../local/try/tables.ts';
import { appOf, templateOf } from '../infra/templates.ts';

const byName = (
  a: { AttributeName?: string | undefined },
  b: { AttributeName?: string | undefined },
): number => (String(a.AttributeName) < String(b.AttributeName) ? -1 : 1);

describe('The tables of a folder', () => {
  const { Resources } = templateOf(appOf(), 'app-store-connect-storage').toJSON();
  const deployed = Object.entries<{ Type: string; Properties: Record<string, unknown> }>(Resources)
    .filter(([, { Type }]) => Type === 'AWS::DynamoDB::GlobalTable')
    .map(([id, { Properties }]) => ({ name: id.replace(/[0-9A-F]{8}$/, ''), properties: Properties }));

  it('are those of the storage stack', () =>
    assert.deepEqual(TABLE_SHAPES.map(({ name }) => name).sort(), deployed.map(({ name }) => name).sort()));

  for (const shape of TABLE_SHAPES) {
    it(`${shape.name} has the keys and indexes that it has in AWS`, () => {
      const found = deployed.find(({ name }) => name === shape.name)?.properties ?? {};
      const own = describeTable(shape);
      assert.deepEqual(own.KeySchema, found['KeySchema']);
      assert.deepEqual(own.GlobalSecondaryIndexes, found['GlobalSecondaryIndexes']);
      const attributes = found['AttributeDefinitions'];
      assert.ok(Array.isArray(attributes));
      assert.deepEqual(own.AttributeDefinitions?.toSorted(byName), attributes.toSorted(byName));
    });
  }
});
