import { DAY_MILLIS } from '../../platform/util/time.ts';
import { REVIEWS_REPORT } from '../../reports/reviews/names/review-series.ts';
import { DAY_STATE_SIGNS, isPlain } from '../model/day-states.ts';
import { seriesName } from '../model/place.ts';
import type { Day, SeriesStatus } from '../model/status.ts';
import { type Frame, link } from './frame.ts';
import { html, type Markup } from './html.ts';
import { dayLabel, MONTHS } from './moment.ts';

/** What `vendor` holds: analytics are of an app. */
export const ownerOf = ({ report }: Pick<SeriesStatus, 'report'>): string =>
  report.startsWith('ANALYTICS/') || report === REVIEWS_REPORT ? 'app' : 'vendor';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/**
 * A calendar of one series: a block per month with a row per weekday and the day of the month over each week, or a block per year
 * where reports are less frequent. Blocks wrap, so that a year fits a phone. Labels are for the eye: each cell says its date.
 */
export function heatMap(frame: Frame, series: SeriesStatus): Markup {
  const daily = series.frequency === 'DAILY';
  const blocks = Map.groupBy(series.days, ({ date }) => date.slice(0, daily ? 7 : 4));
  return html`<div class="calendar${daily ? ' daily' : ''}">${[...blocks].map(
    ([block, days]) =>
      html`<div class="block"><h4>${blockName(block)}</h4>${daily && html`<div class="labels" aria-hidden="true">${WEEKDAYS.map((name, index) => html`<span class="r${index + 1}">${index % 2 === 0 && name}</span>`)}</div>`}<div class="weeks">${
        daily && html`<div class="week-labels" aria-hidden="true">${weekLabels(days)}</div>`
      }<ol>${days.map((day, index) =>
        cell(frame, series, day, daily && startsAnew(days[index - 1], day) ? weekday(day.date) : undefined),
      )}</ol></div></div>`,
  )}</div>`;
}

/** Over each column the day of the month with which it begins. */
function weekLabels(days: readonly Day[]): Markup[] {
  const starts = days.filter(
    ({ date }, index) => index === 0 || weekday(date) <= weekday(days[index - 1]?.date ?? date),
  );
  return starts.map(({ date }) => html`<span>${Number(date.slice(8))}</span>`);
}

function cell(frame: Frame, series: SeriesStatus, day: Day, row: number | undefined): Markup {
  const { sign } = DAY_STATE_SIGNS[day.state];
  const text = describeDay(day);
  const place = { view: 'reports', series: seriesName(series), date: day.date } as const;
  return html`<li${row !== undefined && html` class="r${row}"`}>${link(
    frame,
    place,
    html`<span aria-hidden="true">${series.frequency === 'DAILY' ? sign : `${cellLabel(series, day.date)}${sign}`}</span>`,
    {
      className: `cell ${day.state}${series.frequency === 'DAILY' ? '' : ' long'}`,
      label: text,
      title: hoverText(day),
      skipped: isPlain(day.state),
    },
  )}</li>`;
}

/** `2026-11-19: restated, 56 rows`. */
function describeDay({ date, state, item }: Day): string {
  const { name, meaning } = DAY_STATE_SIGNS[state];
  const rows = item?.rows === undefined ? meaning : `${item.rows} rows`;
  return `${date}: ${name}, ${rows}`;
}

/** Shown on hovering, with the weekday. */
const hoverText = (day: Day): string =>
  day.date.length === 10 ? `${dayLabel(day.date)} · ${describeDay(day)}` : describeDay(day);

/** What a cell that stands for a week, a month or a year is called. */
const cellLabel = ({ frequency }: SeriesStatus, date: string): string =>
  frequency === 'YEARLY'
    ? date
    : frequency === 'WEEKLY'
      ? `${Number(date.slice(8))} ${MONTHS[Number(date.slice(5, 7)) - 1] ?? ''} `
      : frequency === 'FISCAL_MONTHLY'
        ? `${date.slice(5)} `
        : `${MONTHS[Number(date.slice(5)) - 1] ?? ''} `;

function blockName(block: string): string {
  const [year = '', month] = block.split('-');
  return month === undefined ? year : `${MONTHS[Number(month) - 1] ?? month} ${year}`;
}

/** Whether a cell does not simply follow the one before it: the first, or one after a gap, as analytics have them. */
const startsAnew = (before: Day | undefined, { date }: Day): boolean =>
  before === undefined || Date.parse(date) - Date.parse(before.date) !== DAY_MILLIS;

/** 1 for Monday to 7 for Sunday. */
const weekday = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
