/** `TYPE/SUBTYPE/FREQUENCY`, as settings, events and messages write it, such as `SALES/SUMMARY/DAILY`. */
export type ReportName = string;

/** One report of one vendor of one team, through all its dates. */
export type Series = { team: string; vendor: string; report: ReportName };

/** One date of a series. `reportDate` has the form of the frequency: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`. */
export type Partition = Series & { reportDate: string };

/** One analytics report of one app of one team. Its dates are Apple's processing dates, `YYYY-MM-DD`. */
export type AnalyticsSeries = { team: string; app: string; report: ReportName };
export type AnalyticsPartition = AnalyticsSeries & { reportDate: string };

export type AnySeries = Series | AnalyticsSeries;
export type AnyPartition = Partition | AnalyticsPartition;

/** Below every report date. */
export const EARLIEST_REPORT_DATE = '0';
/** Above every report date. */
export const LATEST_REPORT_DATE = '9999-12-31';

/** The ledger's partition key of a series. */
export const seriesKey = (series: AnySeries): string =>
  `${series.team}/${'app' in series ? series.app : series.vendor}/${series.report}`;

/** Where a raw file lies. Its key holds the hash of its bytes, so it is never overwritten. */
export const rawObjectKey = ({ team, vendor, report, reportDate }: Partition, sha256: string): string =>
  `raw/team=${team}/vendor=${vendor}/${report}/${reportDate}/${sha256}.tsv.gz`;

/** Where a file lies that Apple sent in place of the one that was asked for: beside the raw files, never a table. */
export const wrongPeriodKey = ({ team, vendor, report, reportDate }: Partition, sha256: string): string =>
  `raw/team=${team}/vendor=${vendor}/${report}/${reportDate}/wrong-period/${sha256}.tsv.gz`;

/** Where a partition's table file lies: one file, replaced when Apple restates the report. */
export const tableObjectKey = ({ team, vendor, report, reportDate }: Partition): string =>
  `tables/${tableName(report)}/team=${team}/vendor=${vendor}/report_date=${reportDate}/data.parquet`;

/** The table of a report: `SALES/SUMMARY/DAILY` → `sales_summary_daily`. */
export const tableName = (report: ReportName): string => report.toLowerCase().replaceAll('/', '_');
