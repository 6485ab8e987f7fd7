import { gzipSync } from 'node:zlib';
import type { EpochMillis } from '../../../functions/platform/util/clock.ts';
import { type Frequency, type ReportPeriod, readReportDate, type SalesFrequency } from './report-calendar.ts';

/** A series of reports: everything but the date. */
export type ReportSeries = {
  vendor: string;
  reportType: string;
  reportSubType: string;
  frequency: Frequency;
  version: string;
};

/** One report. `reportDate` in the form of its frequency. */
export type ReportId = ReportSeries & { reportDate: string };

export type Availability = {
  /** When it can be downloaded first. Default: when Apple's calendar says it is due. */
  availableAt?: EpochMillis;
};

/** What the store answers for one report at one moment. */
export type ReportLookup =
  | { state: 'served'; reportDate: string; gzip: Uint8Array }
  | { state: 'not-yet' }
  | { state: 'no-sales' }
  | { state: 'gone' };

type Edition = { at: EpochMillis; gzip: Uint8Array };
type Entry = { period: ReportPeriod; editions: Edition[]; emptyFrom?: EpochMillis; gone: boolean };

/** All reports that Apple has, will have or had. What was never put counts as a day without sales. */
export class ReportStore {
  readonly #series = new Map<string, Map<string, Entry>>();

  /** Puts a report, given as its text. A report that is there already is replaced. */
  put(report: ReportId & Availability & { tsv: string | Uint8Array }): void {
    this.putGzip({ ...report, gzip: gzipSync(report.tsv) });
  }

  /** Puts a report's file just as it is: a real one, or a damaged one. */
  putGzip(report: ReportId & Availability & { gzip: Uint8Array }): void {
    const entry = this.#entry(report);
    delete entry.emptyFrom;
    entry.editions = [{ at: report.availableAt ?? entry.period.dueAt, gzip: report.gzip }];
  }

  /** Adds a later edition that is served from this moment on; the earlier ones stay until then. */
  restate(report: ReportId & { at: EpochMillis; tsv: string | Uint8Array }): void {
    const { editions } = this.#entry(report);
    editions.push({ at: report.at, gzip: gzipSync(report.tsv) });
    editions.sort((one, other) => one.at - other.at);
  }

  /** Says that there were no sales; told from when the report would be due. */
  noSales(report: ReportId & Availability): void {
    const entry = this.#entry(report);
    entry.editions = [];
    entry.emptyFrom = report.availableAt ?? entry.period.dueAt;
  }

  /** Makes a report (or the news that there is none) come later than it should. */
  late(report: ReportId & { availableAt: EpochMillis }): void {
    const entry = this.#entry(report);
    const [first] = entry.editions;
    if (first !== undefined) first.at = report.availableAt;
    else entry.emptyFrom = report.availableAt;
  }

  /** Takes a report off the store for good, as after its retention. */
  gone(report: ReportId): void {
    this.#entry(report).gone = true;
  }

  /** Whether anything of this type was ever said of this vendor. */
  knowsType(vendor: string, reportType: string): boolean {
    const prefix = JSON.stringify([vendor, reportType]).slice(0, -1);
    return [...this.#series.keys()].some((key) => key.startsWith(`${prefix},`));
  }

  /** What Apple would answer at this moment. */
  look(report: ReportId, now: EpochMillis): ReportLookup {
    const period = readReportDate(report.frequency, report.reportDate);
    const entry = this.#series.get(seriesKey(report))?.get(report.reportDate);
    if (entry?.gone || now >= period.goneAt) return { state: 'gone' };
    const edition = entry?.editions.findLast(({ at }) => at <= now);
    if (edition !== undefined) return { state: 'served', reportDate: report.reportDate, gzip: edition.gzip };
    const emptyFrom = entry === undefined || entry.editions.length === 0 ? period.dueAt : Infinity;
    return { state: now < (entry?.emptyFrom ?? emptyFrom) ? 'not-yet' : 'no-sales' };
  }

  /** The newest report of a series that is served at this moment. */
  latest(series: ReportSeries, now: EpochMillis): ReportLookup {
    const dates = [...(this.#series.get(seriesKey(series))?.keys() ?? [])].sort().reverse();
    for (const reportDate of dates) {
      const answer = this.look({ ...series, reportDate }, now);
      if (answer.state === 'served') return answer;
    }
    return { state: 'no-sales' };
  }

  #entry(report: ReportId): Entry {
    const period = readReportDate(report.frequency, report.reportDate);
    const key = seriesKey(report);
    const dates = this.#series.get(key) ?? new Map<string, Entry>();
    this.#series.set(key, dates);
    const entry = dates.get(report.reportDate) ?? { period, editions: [], gone: false };
    dates.set(report.reportDate, entry);
    return entry;
  }
}

const seriesKey = ({ vendor, reportType, reportSubType, frequency, version }: ReportSeries): string =>
  JSON.stringify([vendor, reportType, reportSubType, frequency, version]);

/** A finance report as the store names it. `reportDate` is a fiscal month. */
export const financeReport = (report: {
  vendor: string;
  reportType: 'FINANCIAL' | 'FINANCE_DETAIL';
  region: string;
  reportDate: string;
}): ReportId => ({
  vendor: report.vendor,
  reportType: report.reportType,
  reportSubType: report.region,
  frequency: 'FISCAL_MONTHLY',
  version: '',
  reportDate: report.reportDate,
});

/** A Summary Sales report as the store names it, daily unless told otherwise. */
export const salesReport = (report: {
  vendor: string;
  reportDate: string;
  frequency?: SalesFrequency;
}): ReportId => ({
  vendor: report.vendor,
  reportType: 'SALES',
  reportSubType: 'SUMMARY',
  frequency: report.frequency ?? 'DAILY',
  version: '1_0',
  reportDate: report.reportDate,
});
