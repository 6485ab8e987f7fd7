import { Stack } from 'aws-cdk-lib';
import { type CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import type { Settings } from '../../functions/platform/config/settings.ts';
import { EXCHANGE_RATES, OWN_TABLES, type OwnTable, PRICE_LIST } from '../../functions/tables/own-table.ts';
import { parquetTable } from './parquet-table.ts';

export type OwnTablesProps = {
  database: CfnDatabase;
  databaseName: string;
  bucket: string;
  /** Every team that has or had files. */
  teams: readonly string[];
};

const RATE_SOURCES = ['ecb', 'company'];

/** Days of a table with one file per day. */
const DAYS = {
  report_date: {
    type: 'date',
    format: 'yyyy-MM-dd',
    range: '2026-01-01,NOW',
    interval: '1',
    'interval.unit': 'DAYS',
  },
};

/** The tables that this product fills itself in every deployment: exchange rates, price changes and their effects. */
export class OwnTables extends Construct {
  readonly names: readonly string[];

  constructor(scope: Construct, id: string, props: OwnTablesProps) {
    super(scope, id);
    const always = OWN_TABLES.filter((table) => table !== PRICE_LIST);
    for (const table of always) addOwnTable(this, table, props);
    this.names = always.map(({ name }) => name);
  }
}

/** Teams of the table `price_list_daily`; none where no team watches its prices. */
export function priceListTeams({ teams, retired }: Settings): string[] {
  if (!teams.some(({ prices }) => prices?.watch === 'all')) return [];
  const priced = teams.filter(({ prices }) => prices !== undefined).map(({ name }) => name);
  return [...new Set([...priced, ...retired.map(({ team }) => team)])];
}

/** What every product costs in every territory. Written by the watch over prices, where a team asks for it. */
export class PriceListTable extends Construct {
  constructor(scope: Construct, id: string, props: OwnTablesProps) {
    super(scope, id);
    addOwnTable(this, PRICE_LIST, props);
  }
}

function addOwnTable(
  scope: Construct,
  table: OwnTable,
  { database, databaseName, bucket, teams }: OwnTablesProps,
): void {
  const { name, description, grain, columns, partition, perDay } = table;
  const values = table === EXCHANGE_RATES ? RATE_SOURCES : teams;
  new CfnTable(scope, name, {
    catalogId: Stack.of(scope).account,
    databaseName,
    tableInput: parquetTable({
      name,
      description: `${description} One row: ${grain}.`,
      bucket,
      columns,
      withSha256: perDay !== true,
      partitions: {
        [partition.name]: { type: 'enum', values: [...new Set(values)].join(',') },
        ...(perDay === true ? DAYS : {}),
      },
    }),
  }).addResourceDependency(database);
}
