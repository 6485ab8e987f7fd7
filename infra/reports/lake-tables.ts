import { Annotations, CfnOutput, Stack } from 'aws-cdk-lib';
import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import {
  type CatalogueEntry,
  type Frequency,
  subscribedSeries,
} from '../../functions/reports/catalogue/catalogue.ts';
import { tableName } from '../../functions/reports/catalogue/series.ts';
import { REVIEWS_TABLE, subscribedReviews } from '../../functions/reports/reviews/names/review-series.ts';
import { PRICE_LIST } from '../../functions/tables/own-table.ts';
import type { Deployment } from '../config/deployment.ts';
import { withRetiredTeams } from '../config/recorded-teams.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { AnalyticsTables } from './analytics-tables.ts';
import { glueDatabaseName } from './glue-database.ts';
import { ModelViews } from './model-views.ts';
import { OwnTables, PriceListTable, priceListTeams } from './own-tables.ts';
import { parquetTable } from './parquet-table.ts';
import { ReviewsTable } from './reviews-table.ts';
import { SAVED_QUERIES } from './saved-queries.ts';

export type LakeTablesProps = { deployment: Deployment; storage: StorageStack };

/** The ID of the warning about a report that Apple has deprecated. */
export const REPORT_DEPRECATED = 'app-store-connect-jobs:report-deprecated';

/** One query reads no more than this: a mistake costs five cents, not five hundred dollars. */
const SCAN_LIMIT_BYTES = 10 * 2 ** 30;

type Projection = { format: string; unit: string; interval: string; first: string; last: string };

/**
 * How report dates are enumerated, so that a new day is there without a crawler. A week is named by its Sunday; a
 * fiscal month by its fiscal year, which begins up to a quarter before the calendar's.
 */
const PROJECTIONS: Record<Frequency, Projection> = {
  DAILY: { format: 'yyyy-MM-dd', unit: 'DAYS', interval: '1', first: '2020-01-01', last: 'NOW' },
  WEEKLY: { format: 'yyyy-MM-dd', unit: 'DAYS', interval: '7', first: '2020-01-05', last: 'NOW' },
  MONTHLY: { format: 'yyyy-MM', unit: 'MONTHS', interval: '1', first: '2020-01', last: 'NOW' },
  YEARLY: { format: 'yyyy', unit: 'YEARS', interval: '1', first: '2010', last: 'NOW' },
  FISCAL_MONTHLY: { format: 'yyyy-MM', unit: 'MONTHS', interval: '1', first: '2015-01', last: 'NOW+3MONTHS' },
};

/**
 * The lake in Athena: a database, a table for each subscribed kind of report, a workgroup with a scan limit, and
 * the queries users ask for first. The columns come from the catalogue that the Parquet files are written by.
 */
export class LakeTables extends Construct {
  readonly databaseName: string;
  readonly workgroupName: string;

  constructor(scope: Construct, id: string, { deployment, storage }: LakeTablesProps) {
    super(scope, id);
    const name = glueDatabaseName(deployment);
    const database = new CfnDatabase(this, 'Database', {
      catalogId: Stack.of(this).account,
      databaseInput: { name, description: 'Reports of App Store Connect, one table a kind of report' },
    });
    const bucket = storage.lake.bucketName;
    const tables = tablesOf(deployment);
    for (const { entry, teams, vendors } of tables) {
      const table = new CfnTable(this, tableName(entry.name), {
        catalogId: Stack.of(this).account,
        databaseName: name,
        tableInput: tableInput(entry, bucket, teams, vendors),
      });
      table.addResourceDependency(database);
      if (entry.deprecated !== undefined)
        Annotations.of(table).addWarningV2(REPORT_DEPRECATED, `${entry.name}: ${entry.deprecated}.`);
    }
    const analytics = new AnalyticsTables(this, 'Analytics', {
      database,
      databaseName: name,
      bucket,
      settings: withRetiredTeams(deployment.settings),
    });
    const watchers = priceListTeams(deployment.settings);
    if (watchers.length > 0)
      new PriceListTable(this, 'PriceList', { database, databaseName: name, bucket, teams: watchers });
    const reviews = subscribedReviews(withRetiredTeams(deployment.settings));
    if (reviews.length > 0)
      new ReviewsTable(this, 'Reviews', { database, databaseName: name, bucket, subscribed: reviews });
    const own = new OwnTables(this, 'Own', {
      database,
      databaseName: name,
      bucket,
      teams: withRetiredTeams(deployment.settings).teams.map(({ name: team }) => team),
    });
    new ModelViews(this, 'Models', {
      database,
      databaseName: name,
      tables: [
        ...tables.map(({ entry }) => tableName(entry.name)),
        ...own.names,
        ...(watchers.length > 0 ? [PRICE_LIST.name] : []),
        ...(reviews.length > 0 ? [REVIEWS_TABLE] : []),
      ],
      more: analytics.latest,
    });
    const workgroup = new CfnWorkGroup(this, 'Workgroup', {
      name: `app-store-connect${deployment.suffix}`,
      description: 'Queries over the report lake, with a scan limit',
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        bytesScannedCutoffPerQuery: SCAN_LIMIT_BYTES,
        resultConfiguration: {
          outputLocation: `s3://${bucket}/athena-results/`,
          encryptionConfiguration: { encryptionOption: 'SSE_S3' },
        },
      },
    });
    for (const { id: queryId, title, sql, report } of SAVED_QUERIES) {
      if (!tables.some(({ entry }) => entry.name === report)) continue;
      new CfnNamedQuery(this, queryId, {
        name: title,
        database: name,
        queryString: sql,
        workGroup: workgroup.name,
      }).addResourceDependency(workgroup);
    }
    this.databaseName = name;
    this.workgroupName = workgroup.name;
    new CfnOutput(this, 'DatabaseName', { value: name });
    new CfnOutput(this, 'WorkgroupName', { value: workgroup.name });
  }
}

/** Each kind of report once, with the teams and vendors that subscribe it now or did before. */
function tablesOf({ settings }: Deployment): { entry: CatalogueEntry; teams: string[]; vendors: string[] }[] {
  const all = subscribedSeries(withRetiredTeams(settings));
  const entries = new Map(all.map(({ entry }) => [entry.name, entry]));
  return [...entries.values()].map((entry) => {
    const series = all.filter((known) => known.entry.name === entry.name).map((known) => known.series);
    return {
      entry,
      teams: [...new Set(series.map(({ team }) => team))],
      vendors: [...new Set(series.map(({ vendor }) => vendor))],
    };
  });
}

function tableInput(
  entry: CatalogueEntry,
  bucket: string,
  teams: string[],
  vendors: string[],
): CfnTable.TableInputProperty {
  const { format, unit, interval, first, last } = PROJECTIONS[entry.frequency];
  return parquetTable({
    name: tableName(entry.name),
    description: entry.name,
    bucket,
    columns: entry.columns,
    partitions: {
      team: { type: 'enum', values: teams.join(',') },
      vendor: { type: 'enum', values: vendors.join(',') },
      report_date: { type: 'date', format, range: `${first},${last}`, interval, 'interval.unit': unit },
    },
  });
}
