import { Annotations, Stack } from 'aws-cdk-lib';
import { type CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import { latestModel } from '../../functions/models/analytics-latest.ts';
import type { Model } from '../../functions/models/model.ts';
import type { Settings } from '../../functions/platform/config/settings.ts';
import {
  analyticsColumns,
  columnsAreKnown,
} from '../../functions/reports/analytics/names/analytics-catalogue.ts';
import { analyticsTableName } from '../../functions/reports/analytics/names/analytics-name.ts';
import {
  type SubscribedAnalytics,
  subscribedApps,
} from '../../functions/reports/analytics/names/app-series.ts';
import { parquetTable } from './parquet-table.ts';

export type AnalyticsTablesProps = {
  database: CfnDatabase;
  databaseName: string;
  bucket: string;
  settings: Settings;
};

/** The ID of the warning about a report whose columns are not known at synth. */
export const COLUMNS_UNKNOWN = 'app-store-connect-jobs:analytics-columns-unknown';

/**
 * A table for each configured analytics report. Columns that Apple adds to a file are in its Parquet all the same;
 * a report whose columns are not known gets a table of its date alone, and a warning that says so.
 */
export class AnalyticsTables extends Construct {
  /** A view for each table with known columns: Apple sends a day several times, and only its newest batch counts. */
  readonly latest: readonly Model[];

  constructor(
    scope: Construct,
    id: string,
    { database, databaseName, bucket, settings }: AnalyticsTablesProps,
  ) {
    super(scope, id);
    const latest: Model[] = [];
    for (const [name, subscribed] of byTable(settings)) {
      const [{ series, parts }] = subscribed;
      const columns = analyticsColumns(parts.name);
      const table = new CfnTable(this, name, {
        catalogId: Stack.of(this).account,
        databaseName,
        tableInput: parquetTable({
          name,
          description: `${series.report}, by processing date`,
          bucket,
          columns,
          partitions: {
            team: enumOf(subscribed.map(({ series: { team } }) => team)),
            app: enumOf(subscribed.map(({ series: { app } }) => app)),
            report_date: PROCESSING_DATES,
          },
        }),
      });
      table.addResourceDependency(database);
      if (columnsAreKnown(parts.name)) latest.push(latestModel(name, columns));
      else {
        Annotations.of(table).addWarningV2(
          COLUMNS_UNKNOWN,
          `The columns of "${parts.name}" are not known to this version. Its files are complete; the table ${name} shows only the date until the first file has come, and its columns within the hour after that.`,
        );
      }
    }
    this.latest = latest;
  }
}

/** Whatever the granularity: Apple may process a week or a month on any day. */
export const PROCESSING_DATES = {
  type: 'date',
  format: 'yyyy-MM-dd',
  range: '2024-01-01,NOW',
  interval: '1',
  'interval.unit': 'DAYS',
};

const enumOf = (values: readonly string[]) => ({ type: 'enum', values: [...new Set(values)].join(',') });

type TableSeries = readonly [SubscribedAnalytics, ...SubscribedAnalytics[]];

function byTable(settings: Settings): Map<string, TableSeries> {
  const tables = new Map<string, TableSeries>();
  for (const one of subscribedApps(settings).flatMap(({ series }) => series)) {
    const name = analyticsTableName(one.parts);
    const others = tables.get(name);
    tables.set(name, others === undefined ? [one] : [...others, one]);
  }
  return tables;
}
