import type { Settings } from '../../platform/config/settings.ts';
import { analyticsColumns, analyticsType, columnsAreKnown } from '../analytics/names/analytics-catalogue.ts';
import { analyticsTableName, splitAnalyticsName } from '../analytics/names/analytics-name.ts';
import { subscribedApps } from '../analytics/names/app-series.ts';
import { analyticsTableKey } from '../analytics/names/object-keys.ts';
import { periodDays } from '../catalogue/calendar.ts';
import { subscribedSeries } from '../catalogue/catalogue.ts';
import { type AnyPartition, type AnySeries, tableName, tableObjectKey } from '../catalogue/series.ts';
import { REVIEW_COLUMNS } from '../reviews/names/review-columns.ts';
import { REVIEWS_TABLE, reviewsTableKey, subscribedReviews } from '../reviews/names/review-series.ts';
import { writeTabSeparated } from '../reviews/review-lines.ts';
import type { TableOptions } from '../table/table-builder.ts';

/** A series of the settings whose tables can be made of its raw files, and how. */
export type RebuildableSeries = {
  series: AnySeries;
  table: string;
  /** Whether the catalogue knows the columns. */
  isDocumented: boolean;
  conversion: Omit<TableOptions, 'parquetPath'>;
  /** Writes a raw file (gzip) as tab-separated text (gzip), where it is not such text already. */
  toTabSeparated?(rawGzipPath: string, path: string): Promise<void>;
  partitionOf(reportDate: string): AnyPartition;
  tableKeyOf(reportDate: string): string;
  /** Whether a report date ends between two days, both included. */
  isBetween(reportDate: string, from: string, to: string): boolean;
};

/** Every series of the settings: sales, finance, analytics and reviews. */
export function rebuildableSeries(settings: Pick<Settings, 'teams' | 'reportVersions'>): RebuildableSeries[] {
  const reports = subscribedSeries(settings).map(
    ({ series, entry }): RebuildableSeries => ({
      series,
      table: tableName(series.report),
      isDocumented: entry.columns.length > 0,
      conversion: { columns: entry.columns, layout: entry.layout },
      partitionOf: (reportDate) => ({ ...series, reportDate }),
      tableKeyOf: (reportDate) => tableObjectKey({ ...series, reportDate }),
      isBetween: (reportDate, from, to) => {
        const { to: end } = periodDays(entry, reportDate);
        return from <= end && end <= to;
      },
    }),
  );
  const analytics = subscribedApps(settings)
    .flatMap(({ series }) => series)
    .flatMap(({ series }): RebuildableSeries[] => {
      const parts = splitAnalyticsName(series.report);
      if (parts === undefined) return [];
      return [
        {
          series,
          table: analyticsTableName(parts),
          isDocumented: columnsAreKnown(parts.name),
          conversion: { columns: analyticsColumns(parts.name), typeOf: analyticsType },
          partitionOf: (reportDate) => ({ ...series, reportDate }),
          tableKeyOf: (reportDate) => analyticsTableKey({ ...series, reportDate }, parts),
          isBetween: (reportDate, from, to) => from <= reportDate && reportDate <= to,
        },
      ];
    });
  const reviews = subscribedReviews(settings).map(
    ({ series }): RebuildableSeries => ({
      series,
      table: REVIEWS_TABLE,
      isDocumented: true,
      conversion: { columns: REVIEW_COLUMNS },
      toTabSeparated: writeTabSeparated,
      partitionOf: (reportDate) => ({ ...series, reportDate }),
      tableKeyOf: (reportDate) => reviewsTableKey({ ...series, reportDate }),
      isBetween: (reportDate, from, to) => from <= reportDate && reportDate <= to,
    }),
  );
  return [...reports, ...analytics, ...reviews];
}
