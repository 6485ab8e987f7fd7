import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

/** What a few rows of a report tell about it, where it has such columns. */
export type ReportInspection = {
  /** First days of the periods that rows name (`Begin Date`; pre-orders: `Start Date`), as `YYYY-MM-DD`. */
  beginDates: readonly string[];
  /** Last days of the periods that rows name (`End Date`), as `YYYY-MM-DD`. */
  endDates: readonly string[];
  /** Whether a row is the renewal of a subscription. Absent for reports without that column. */
  renewals?: boolean;
  /** Whether a row has earned something, or given it back. Absent for reports without that column. */
  proceeds?: boolean;
};

/** Apple's help pages: `Begin Date` of sales, "Start date of report" of pre-orders. */
const BEGIN_DATES = ['Begin Date', 'Start Date'];
/** So much of the inflated file is looked at: a file of another period shows it in its first row. */
const LARGEST_SAMPLE_BYTES = 4 << 20;

/**
 * Looks at the first rows of a downloaded report. A file that is no gzip or no table tells nothing here: the
 * conversion says what is wrong with it.
 */
export async function inspectReport(gzipPath: string): Promise<ReportInspection> {
  const [header = '', ...rows] = (await sampleOf(gzipPath)).split(/\r?\n/);
  const names = header.split('\t').map((name) => name.trim());
  const begin = BEGIN_DATES.map((name) => names.indexOf(name)).find((at) => at !== -1) ?? -1;
  const end = names.indexOf('End Date');
  const earned = names.indexOf('Developer Proceeds');
  const subscription = names.indexOf('Subscription');
  const beginDates = new Set<string>();
  const endDates = new Set<string>();
  let renewals = false;
  let proceeds = false;
  for (const row of rows) {
    const fields = row.split('\t');
    addDate(beginDates, fields[begin]);
    addDate(endDates, fields[end]);
    if (subscription !== -1 && fields[subscription]?.trim() === 'Renewal') renewals = true;
    if (earned !== -1 && Number(fields[earned]?.trim() ?? 0) !== 0) proceeds = true;
  }
  return {
    beginDates: [...beginDates],
    endDates: [...endDates],
    ...(subscription !== -1 && { renewals }),
    ...(earned !== -1 && { proceeds }),
  };
}

async function sampleOf(gzipPath: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const file = createReadStream(gzipPath);
  const inflated = file.pipe(createGunzip());
  try {
    for await (const chunk of inflated) {
      if (!Buffer.isBuffer(chunk)) continue;
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= LARGEST_SAMPLE_BYTES) break;
    }
  } catch {
    // Cut short or no gzip: what was inflated until then is looked at, the conversion tells of the rest.
  } finally {
    file.destroy();
    inflated.destroy();
  }
  const text = Buffer.concat(chunks).toString('utf8');
  // The last line may be cut.
  return bytes >= LARGEST_SAMPLE_BYTES ? text.slice(0, text.lastIndexOf('\n')) : text;
}

function addDate(dates: Set<string>, field = ''): void {
  const date = isoDate(field);
  if (date !== undefined) dates.add(date);
}

/** Apple writes `11/15/2026`. */
function isoDate(text: string): string | undefined {
  const [, month, day, year] = /^\s*(\d{2})\/(\d{2})\/(\d{4})\s*$/.exec(text) ?? [];
  return year === undefined ? undefined : `${year}-${month}-${day}`;
}
