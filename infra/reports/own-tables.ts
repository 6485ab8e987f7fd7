import { Stack } from 'aws-cdk-lib';
import { type CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import { EXCHANGE_RATES, OWN_TABLES } from '../../functions/tables/own-table.ts';
import { parquetTable } from './parquet-table.ts';

export type OwnTablesProps = {
  database: CfnDatabase;
  databaseName: string;
  bucket: string;
  /** Every team that has or had files. */
  teams: readonly string[];
};

const RATE_SOURCES = ['ecb', 'company'];

/** The tables that this product fills itself: exchange rates, price changes and their effects. */
export class OwnTables extends Construct {
  readonly names: readonly string[] = OWN_TABLES.map(({ name }) => name);

  constructor(scope: Construct, id: string, { database, databaseName, bucket, teams }: OwnTablesProps) {
    super(scope, id);
    for (const table of OWN_TABLES) {
      const { name, description, grain, columns, partition } = table;
      const values = table === EXCHANGE_RATES ? RATE_SOURCES : teams;
      new CfnTable(this, name, {
        catalogId: Stack.of(this).account,
        databaseName,
        tableInput: parquetTable({
          name,
          description: `${description} One row: ${grain}.`,
          bucket,
          columns,
          partitions: { [partition.name]: { type: 'enum', values: [...new Set(values)].join(',') } },
        }),
      }).addResourceDependency(database);
    }
  }
}
