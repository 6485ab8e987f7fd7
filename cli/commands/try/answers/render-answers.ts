import { countStates } from '../../../../functions/status/model/day-states.ts';
import { reportFindings } from '../../../../functions/status/model/findings.ts';
import type { DayState, SeriesStatus } from '../../../../functions/status/model/status.ts';
import type { Io } from '../../../terminal/io.ts';
import { lastDates, plain, renderTable, toned } from '../../../terminal/table.ts';
import type { FirstAnswers } from './first-answers.ts';

/** More rows are counted instead of shown; all of them are in the tables. */
const MAXIMUM_ROWS = 15;
const MAXIMUM_DATES = 3;

/** The first answers as a person reads them: money, downloads, what is late, what is empty. */
export function renderAnswers(io: Io, answers: FirstAnswers, series: readonly SeriesStatus[]): string {
  return [
    ...moneyAndDownloads(io, answers),
    renderSeries(io, series),
    ...reportFindings(series).map(({ severity, state, reason, series: concerned }) =>
      [
        toned(io, severity, `${state}: ${plain(reason ?? 'no answer of Apple yet')}`),
        ...concerned.map(({ report, dates }) => `  ${report}: ${lastDates(dates, MAXIMUM_DATES)}`),
      ].join('\n'),
    ),
  ].join('\n\n');
}

function moneyAndDownloads(io: Io, answers: FirstAnswers): string[] {
  const { day, proceeds, downloads } = answers;
  if (day === undefined) return ['No day of daily sales is settled yet.'];
  const spans = [day, '7 days', '30 days'];
  const money =
    proceeds.length === 0
      ? `No proceeds in the 30 days up to ${day}.`
      : `Proceeds up to ${day}, Pacific days, of which ${answers.settledDays} of the last 30 are here; currencies are never added\n${limited(
          io,
          ['app', 'currency', ...spans],
          proceeds.map((row) => [plain(row.app), row.currency, row.day, row.week, row.month]),
        )}`;
  if (downloads.length === 0) return [money];
  const loads = downloads.map((row) => [plain(row.app), row.day, row.week, row.month]);
  return [money, `First downloads\n${limited(io, ['app', ...spans], loads)}`];
}

function limited(io: Io, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = renderTable(io, head, rows.slice(0, MAXIMUM_ROWS));
  const more = rows.length - MAXIMUM_ROWS;
  return more > 0
    ? `${table}\n… and ${more} more; asc-jobs try numbers sales --csv prints all of them`
    : table;
}

function renderSeries(io: Io, series: readonly SeriesStatus[]): string {
  const ofName = Map.groupBy(series, ({ report }) => report);
  const rows = series.map((one) => {
    const counts = countStates(one);
    const of = (...states: readonly DayState[]): string =>
      String(states.reduce((sum, state) => sum + (counts.get(state) ?? 0), 0));
    return [
      // Of several apps with the same report the Apple ID tells which one it is.
      (ofName.get(one.report)?.length ?? 0) > 1 ? `${one.report} (${one.vendor})` : one.report,
      of('stored', 'restated'),
      of('empty'),
      of('notOffered', 'expired'),
      of('waiting', 'due', 'missing'),
      of('failed', 'overdue'),
    ];
  });
  return renderTable(io, ['report', 'stored', 'empty', 'not offered', 'waiting', 'late'], rows);
}
