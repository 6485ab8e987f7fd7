import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isLeftOut, type LeftOut, type ReportContent, readContents } from './read-file.ts';
import { type Recognized, recognize } from './recognize.ts';

/** A report file of the user, and where it is. */
export type ReportFile = Recognized & Pick<ReportContent, 'gzip'> & { path: string };

export type FoundFiles = {
  reports: ReportFile[];
  leftOut: (LeftOut & { path: string })[];
};

/** Finds the reports in a folder and in the folders within, whatever they are called. Hidden files are passed over. */
export function findReportFiles(directory: string): FoundFiles {
  const found: FoundFiles = { reports: [], leftOut: [] };
  const taken = new Map<string, { path: string; text: string }>();
  const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort(copiesLast);
  for (const name of names.filter((one) => !one.split(/[\\/]/).some((part) => part.startsWith('.')))) {
    const path = join(directory, name);
    if (!statSync(path).isFile()) continue;
    for (const content of readContents(name, readFileSync(path))) {
      if (isLeftOut(content)) {
        found.leftOut.push({ path, ...content });
        continue;
      }
      const place = content.name === name ? path : `${path}, ${content.name}`;
      const report = recognize(content.name, content);
      if (isLeftOut(report)) {
        found.leftOut.push({ path: place, ...report });
        continue;
      }
      const key = [
        report.report,
        report.kind === 'vendor' ? report.vendor : report.app,
        report.reportDate,
      ].join(' ');
      const other = taken.get(key);
      if (other !== undefined) {
        found.leftOut.push({ path: place, ...repeated(other, content.text) });
        continue;
      }
      taken.set(key, { path: place, text: content.text });
      found.reports.push({ ...report, gzip: content.gzip, path: place });
    }
  }
  return found;
}

/** `report (1).txt` is a download of `report.txt` again: the first one is taken. */
function copiesLast(one: string, other: string): number {
  const isCopy = (name: string) => Number(/ \(\d+\)\./.test(name));
  return isCopy(one) - isCopy(other) || (one < other ? -1 : 1);
}

function repeated(other: { path: string; text: string }, text: string): LeftOut {
  return other.text === text
    ? { reason: `a copy of another file (first: ${other.path})`, advice: 'nothing: the other one is stored' }
    : {
        reason: `the same report, vendor and date as another file, with other rows (first: ${other.path})`,
        advice: 'keep the one you trust: Apple may have restated the report; only the first is stored',
      };
}
