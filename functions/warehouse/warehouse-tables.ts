import { latestModel } from '../models/analytics-latest.ts';
import type { Model } from '../models/model.ts';
import { modelsOver } from '../models/models.ts';
import type { Settings } from '../platform/config/settings.ts';
import { analyticsColumns, columnsAreKnown } from '../reports/analytics/names/analytics-catalogue.ts';
import { analyticsTableName } from '../reports/analytics/names/analytics-name.ts';
import { subscribedApps } from '../reports/analytics/names/app-series.ts';
import { subscribedSeries } from '../reports/catalogue/catalogue.ts';
import { tableName } from '../reports/catalogue/series.ts';
import { REVIEW_COLUMNS } from '../reports/reviews/names/review-columns.ts';
import { REVIEWS_TABLE, subscribedReviews } from '../reports/reviews/names/review-series.ts';
import type { ColumnType } from '../reports/table/column-type.ts';
import { ownTablesOf, partitionsOf } from '../tables/own-table.ts';

/** A table of the lake as a warehouse needs it. */
export type WarehouseTable = {
  name: string;
  description: string;
  columns: readonly { name: string; type: ColumnType }[];
  /** In the order of the object keys: `tables/<name>/team=…/vendor=…/report_date=…/`. */
  partitions: readonly string[];
};

/** The tables of a deployment and the views over them, each behind those that it reads. */
export function warehouseTables(settings: Settings): { tables: WarehouseTable[]; views: readonly Model[] } {
  const tables = new Map<string, WarehouseTable>();
  const latest: Model[] = [];
  for (const { entry } of subscribedSeries(settings))
    tables.set(tableName(entry.name), {
      name: tableName(entry.name),
      description: entry.name,
      columns: entry.columns,
      partitions: ['team', 'vendor', 'report_date'],
    });
  for (const { series, parts } of subscribedApps(settings).flatMap((app) => app.series)) {
    const name = analyticsTableName(parts);
    if (tables.has(name)) continue;
    const columns = analyticsColumns(parts.name);
    tables.set(name, {
      name,
      description: series.report,
      columns,
      partitions: ['team', 'app', 'report_date'],
    });
    if (columnsAreKnown(parts.name)) latest.push(latestModel(name, columns));
  }
  if (subscribedReviews(settings).length > 0)
    tables.set(REVIEWS_TABLE, {
      name: REVIEWS_TABLE,
      description: 'Customer reviews, one row per version, by the day on which it was seen',
      columns: REVIEW_COLUMNS,
      partitions: ['team', 'app', 'report_date'],
    });
  for (const table of ownTablesOf(settings)) {
    const { name, description, columns } = table;
    tables.set(name, { name, description, columns, partitions: partitionsOf(table) });
  }
  return { tables: [...tables.values()], views: [...modelsOver(tables.keys()), ...latest] };
}
