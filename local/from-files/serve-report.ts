import { gunzipSync } from 'node:zlib';
import { HOUR_MILLIS } from '../../functions/platform/util/time.ts';
import { findEntry } from '../../functions/reports/catalogue/catalogue.ts';
import { categoryOf } from '../simulator/reports/analytics-store.ts';
import { salesFrequencyOf } from '../simulator/reports/report-calendar.ts';
import { financeReport, type ReportId } from '../simulator/reports/report-store.ts';
import type { World } from '../world/world.ts';
import type { ReportFile } from './find-files.ts';
import type { AppReport, VendorReport } from './recognize.ts';

/** Puts a file at the simulator, as Apple has it an hour before `now`. */
export function serveReport({ simulator }: Pick<World, 'simulator'>, report: ReportFile, now: number): void {
  const availableAt = now - HOUR_MILLIS;
  if (report.kind === 'app') simulator.analytics.put({ ...instanceOf(report), availableAt });
  else simulator.reports.putGzip({ ...reportIdOf(report), availableAt, gzip: report.gzip });
}

function instanceOf({ app, category, name, reportDate, gzip }: AppReport & Pick<ReportFile, 'gzip'>) {
  const known = categoryOf(category);
  if (known === undefined) throw new RangeError(`${category} is no category of analytics reports`);
  return {
    app,
    category: known,
    name,
    granularity: 'DAILY' as const,
    processingDate: reportDate,
    segments: [gunzipSync(gzip).toString('utf8')],
  };
}

function reportIdOf({ report, vendor, reportDate }: VendorReport): ReportId {
  const source = findEntry(report)?.source;
  if (source === undefined) throw new RangeError(`${report} is not in the catalogue`);
  if (source.api === 'financeReports') {
    const { reportType, regionCode: region } = source;
    if (reportType !== 'FINANCIAL' && reportType !== 'FINANCE_DETAIL')
      throw new RangeError(`${reportType} is no finance report`);
    return financeReport({ vendor, reportType, region, reportDate });
  }
  const { reportType, reportSubType, version } = source;
  const frequency = salesFrequencyOf(source.frequency);
  if (frequency === undefined) throw new RangeError(`${source.frequency} is no frequency`);
  return { vendor, reportType, reportSubType, frequency, version, reportDate };
}
