import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Temporal } from 'temporal-polyfill';

/** A report file the user has: Apple's name, or at least Apple's content. */
export type ReportFile = { path: string; vendor: string; reportDate: string; gzip: Uint8Array };

export type FoundFiles = {
  reports: ReportFile[];
  /** Files that are no daily sales report, each with the reason. */
  skipped: { path: string; reason: string }[];
};

/** `S_D_1_85012345_20261123.txt.gz`: Apple's name of a summary (S) daily (D) sales report. Source: "Report file names". */
const APPLE_NAME = /^S_D_.*_(\d{5,12})_(\d{4})(\d{2})(\d{2})\b/;
const UNKNOWN_VENDOR = '85000000';

/** Finds the daily sales reports in a directory: `.txt.gz`, `.tsv.gz`, `.gz`, `.txt` and `.tsv`. */
export function findReportFiles(directory: string): FoundFiles {
  const found: FoundFiles = { reports: [], skipped: [] };
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  for (const name of names.filter((one) => /\.(gz|txt|tsv)$/i.test(one))) {
    const path = join(directory, name);
    const file = readReportFile(path);
    if ('reason' in file) {
      found.skipped.push({ path, reason: file.reason });
      continue;
    }
    const same = found.reports.find(
      ({ vendor, reportDate }) => vendor === file.vendor && reportDate === file.reportDate,
    );
    if (same !== undefined) found.skipped.push({ path, reason: `the same vendor and day as ${same.path}` });
    else found.reports.push(file);
  }
  return found;
}

function readReportFile(path: string): ReportFile | { reason: string } {
  const bytes = readFileSync(path);
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
  let head: string;
  try {
    head = (zipped ? gunzipSync(bytes) : bytes).subarray(0, 65_536).toString('utf8');
  } catch {
    return { reason: 'its gzip is damaged' };
  }
  const [header = '', first = ''] = head.replace(/^\uFEFF/, '').split(/\r?\n/);
  const names = header.split('\t').map((one) => one.trim());
  if (!names.includes('Units') || !names.includes('Developer Proceeds') || !names.includes('Begin Date')) {
    return { reason: 'its first line is not the header of a Summary Sales report' };
  }
  const name = APPLE_NAME.exec(basename(path));
  const [begin, end] = ['Begin Date', 'End Date'].map(
    (one) => first.split('\t')[names.indexOf(one)]?.trim() ?? '',
  );
  const date = name === null ? isoDate(begin ?? '') : `${name[2]}-${name[3]}-${name[4]}`;
  if (date === undefined) return { reason: 'neither its name nor its first row tells the day' };
  if (begin !== end) return { reason: `it covers ${begin} to ${end}, not one day` };
  return {
    path,
    vendor: name?.[1] ?? UNKNOWN_VENDOR,
    reportDate: date,
    gzip: zipped ? bytes : gzipSync(bytes),
  };
}

function isoDate(text: string): string | undefined {
  const match = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(text);
  return match === null ? undefined : `${match[3]}-${match[1]}-${match[2]}`;
}

/** Settings and moment by which all these files are expected: the morning after the newest. */
export function worldOfFiles(reports: readonly ReportFile[]) {
  const dates = reports.map(({ reportDate }) => reportDate).sort();
  const newest = Temporal.PlainDate.from(dates.at(-1) ?? '');
  const oldest = Temporal.PlainDate.from(dates[0] ?? '');
  const today = newest.add({ days: 1 });
  const backfillDays = Math.min(oldest.until(today, { largestUnit: 'days' }).days, 364);
  const vendors = [...new Set(reports.map(({ vendor }) => vendor))];
  return {
    now: today.toZonedDateTime({ timeZone: 'America/Los_Angeles', plainTime: '09:07' }).epochMilliseconds,
    settings: {
      teams: [
        {
          name: 'files',
          keys: { reports: 'app-store-connect/files/reports' },
          vendors: vendors.map((number) => ({ number, reports: ['SALES/SUMMARY/DAILY'], backfillDays })),
        },
      ],
    },
  };
}
