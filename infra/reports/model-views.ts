import { Stack } from 'aws-cdk-lib';
import { type CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import { type Model, type ModelType, modelSql } from '../../functions/models/model.ts';
import { modelsOver } from '../../functions/models/models.ts';

export type ModelViewsProps = {
  database: CfnDatabase;
  databaseName: string;
  /** Names of the tables that this deployment has. */
  tables: readonly string[];
  /** Views that this deployment has beyond those that the tables allow. */
  more?: readonly Model[];
};

/** The same type in Glue's words; Athena shows what the view's own text says. */
const glueType = (type: ModelType): string => (type === 'varchar' ? 'string' : type);

/**
 * A view as Athena keeps it in Glue: the text and the columns as base64 of JSON in a comment.
 * Source: Trino's Hive connector, "Presto views"; Athena's own CREATE VIEW writes the same.
 */
function viewInput(model: Model, databaseName: string): CfnTable.TableInputProperty {
  const definition = {
    originalSql: modelSql(model),
    catalog: 'awsdatacatalog',
    schema: databaseName,
    columns: model.columns.map(({ name, type }) => ({ name, type })),
  };
  return {
    name: model.name,
    description: `${model.description} One row: ${model.grain}.`.slice(0, 2048),
    tableType: 'VIRTUAL_VIEW',
    parameters: { presto_view: 'true', comment: 'Presto View' },
    viewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(definition)).toString('base64')} */`,
    viewExpandedText: '/* Presto View */',
    partitionKeys: [],
    storageDescriptor: {
      columns: model.columns.map(({ name, type, comment }) => ({
        name,
        type: glueType(type),
        // Glue takes 255 characters.
        comment: comment.slice(0, 255),
      })),
      serdeInfo: {},
    },
  };
}

/** The models as Athena views, as far as the reports they read are subscribed. */
export class ModelViews extends Construct {
  constructor(scope: Construct, id: string, { database, databaseName, tables, more = [] }: ModelViewsProps) {
    super(scope, id);
    for (const model of [...modelsOver(tables), ...more]) {
      new CfnTable(this, model.name, {
        catalogId: Stack.of(this).account,
        databaseName,
        tableInput: viewInput(model, databaseName),
      }).addResourceDependency(database);
    }
  }
}
