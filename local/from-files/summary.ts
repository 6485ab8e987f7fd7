import Table from 'cli-table3';
import type { FoundFiles, ReportFile } from './find-files.ts';
import { UNKNOWN_VENDOR } from './recognize.ts';

const PATHS_SHOWN = 3;
const plain = { head: [], border: [], compact: true };

const ownerOf = (report: ReportFile): string =>
  report.kind === 'vendor' ? report.vendor : `app ${report.app}`;

/** What was found: a line for each kind of report. */
export function renderFound({ reports }: FoundFiles): string {
  const table = new Table({
    head: ['report', 'files', 'from', 'to', 'of'],
    colAligns: ['left', 'right', 'left', 'left', 'left'],
    style: plain,
  });
  for (const [report, files] of byKind(reports)) {
    const dates = files.map(({ reportDate }) => reportDate).sort();
    const owners = [...new Set(files.map(ownerOf))].sort();
    const of =
      owners.length <= PATHS_SHOWN
        ? owners.join(', ')
        : `${owners.slice(0, PATHS_SHOWN).join(', ')} and ${owners.length - PATHS_SHOWN} more`;
    table.push([report, files.length, dates[0] ?? '', dates.at(-1) ?? '', of]);
  }
  const unnamed = reports.filter((report) => ownerOf(report) === UNKNOWN_VENDOR).length;
  if (unnamed === 0) return table.toString();
  return `${table.toString()}\n${unnamed} of them do not tell the vendor by their name; they are stored under ${UNKNOWN_VENDOR}.`;
}

export const byKind = (reports: readonly ReportFile[]): [string, ReportFile[]][] =>
  [...Map.groupBy(reports, ({ report }) => report)].sort(([one], [other]) => one.localeCompare(other));

/** What was left out: by reason, with what to do and the first paths. */
export function renderLeftOut({ leftOut }: FoundFiles): string {
  const groups = Map.groupBy(
    leftOut,
    ({ reason, advice }) => `${reason.replace(/ \(first: .*\)$/, '')}\n${advice}`,
  );
  return [...groups]
    .toSorted(([, one], [, other]) => other.length - one.length)
    .map(([key, files]) => {
      const [reason = '', advice = ''] = key.split('\n');
      const more = files.length - PATHS_SHOWN;
      const detail = (reasonOf: string): string => / (\(first: .*\))$/.exec(reasonOf)?.[1] ?? '';
      return [
        `  ${files.length} × ${reason}`,
        `      to do: ${advice}`,
        ...files
          .slice(0, PATHS_SHOWN)
          .map(({ path, reason: own }) => `      ${path} ${detail(own)}`.trimEnd()),
        ...(more > 0 ? [`      and ${more} more`] : []),
      ].join('\n');
    })
    .join('\n');
}
