import { Stack } from 'aws-cdk-lib';
import { type CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import type { Settings } from '../../functions/platform/config/settings.ts';
import {
  PRICE_LIST_COLUMNS,
  PRICE_LIST_TABLE,
  type PriceListColumn,
} from '../../functions/prices/watch/price-table.ts';
import { DATE, NUMBER, TEXT } from '../../functions/reports/table/column-type.ts';
import { parquetTable } from './parquet-table.ts';

export type PriceListTableProps = {
  database: CfnDatabase;
  databaseName: string;
  bucket: string;
  /** Teams whose days can be asked for: those that watch their prices, and those that may have. */
  teams: readonly string[];
};

const TYPES = { string: TEXT, date: DATE, decimal: NUMBER } as const satisfies Record<
  PriceListColumn['kind'],
  unknown
>;

/** Teams of the table `price_list_daily`; none where no team watches its prices. */
export function priceListTeams({ teams, retired }: Settings): string[] {
  if (!teams.some(({ prices }) => prices?.watch === 'all')) return [];
  const priced = teams.filter(({ prices }) => prices !== undefined).map(({ name }) => name);
  return [...new Set([...priced, ...retired.map(({ team }) => team)])];
}

/** What every product costs in every territory, one file per team and day: written by the watch over prices. */
export class PriceListTable extends Construct {
  constructor(scope: Construct, id: string, props: PriceListTableProps) {
    super(scope, id);
    const { database, databaseName, bucket, teams } = props;
    const table = new CfnTable(this, PRICE_LIST_TABLE, {
      catalogId: Stack.of(this).account,
      databaseName,
      tableInput: parquetTable({
        name: PRICE_LIST_TABLE,
        description:
          'Prices and proceeds of every product in every territory, as Apple listed them on a Pacific day. One row: a product (and plan) in a territory',
        bucket,
        columns: PRICE_LIST_COLUMNS.map(({ name, kind, comment }) => ({ name, type: TYPES[kind], comment })),
        withSha256: false,
        partitions: {
          team: { type: 'enum', values: teams.join(',') },
          report_date: {
            type: 'date',
            format: 'yyyy-MM-dd',
            range: '2026-01-01,NOW',
            interval: '1',
            'interval.unit': 'DAYS',
          },
        },
      }),
    });
    table.addResourceDependency(database);
  }
}
