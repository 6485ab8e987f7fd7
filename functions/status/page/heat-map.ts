import { DAY_STATE_SIGNS, isPlain } from '../model/day-states.ts';
import { seriesName } from '../model/place.ts';
import type { Day, SeriesStatus } from '../model/status.ts';
import { type Frame, link } from './frame.ts';
import { html, type Markup } from './html.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What `vendor` holds: analytics are of an app. */
export const ownerOf = ({ report }: Pick<SeriesStatus, 'report'>): string =>
  report.startsWith('ANALYTICS/') ? 'app' : 'vendor';

/**
 * A calendar of one series: a block a month with a row a weekday, from Monday, or a block a year where reports are
 * less frequent. Blocks wrap, so that a year fits a phone.
 */
export function heatMap(frame: Frame, series: SeriesStatus): Markup {
  const daily = series.frequency === 'DAILY';
  const blocks = Map.groupBy(series.days, ({ date }) => date.slice(0, daily ? 7 : 4));
  return html`<div class="calendar${daily ? ' daily' : ''}">${[...blocks].map(
    ([block, days]) =>
      html`<div class="block"><h4>${blockName(block)}</h4><ol>${days.map((day, index) =>
        cell(frame, series, day, daily && startsAnew(days[index - 1], day) ? weekday(day.date) : undefined),
      )}</ol></div>`,
  )}</div>`;
}

function cell(frame: Frame, series: SeriesStatus, day: Day, row: number | undefined): Markup {
  const { sign } = DAY_STATE_SIGNS[day.state];
  const text = describeDay(day);
  const place = { view: 'reports', series: seriesName(series), date: day.date } as const;
  return html`<li${row !== undefined && html` class="r${row}"`}>${link(
    frame,
    place,
    html`<span aria-hidden="true">${sign}</span>`,
    {
      className: `cell ${day.state}`,
      label: text,
      title: text,
      skipped: isPlain(day.state),
    },
  )}</li>`;
}

/** `2026-11-19: restated, 56 rows`. */
export function describeDay({ date, state, item }: Day): string {
  const { name, meaning } = DAY_STATE_SIGNS[state];
  const rows = item?.rows === undefined ? meaning : `${item.rows} rows`;
  return `${date}: ${name}, ${rows}`;
}

function blockName(block: string): string {
  const [year = '', month] = block.split('-');
  return month === undefined ? year : `${MONTHS[Number(month) - 1] ?? month} ${year}`;
}

/** Whether a cell does not simply follow the one before it: the first, or one after a gap, as analytics have them. */
const startsAnew = (before: Day | undefined, { date }: Day): boolean =>
  before === undefined || Date.parse(date) - Date.parse(before.date) !== 86_400_000;

/** 1 for Monday to 7 for Sunday. */
const weekday = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
