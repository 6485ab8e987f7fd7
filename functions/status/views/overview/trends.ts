import { daysOf } from '../../../numbers/windows.ts';
import type { PageAnswer, PageRow, StatusNumbers } from '../../model/numbers.ts';
import { amount, movement } from '../../page/amount.ts';
import { barChart } from '../../page/chart.ts';
import { type Frame, link } from '../../page/frame.ts';
import { html, type Markup } from '../../page/html.ts';
import { counted, shortDay } from '../../page/moment.ts';
import { type CurrencyOrder, notesOf } from './money.ts';

/** So many currencies have a picture here; the view Sales has all. */
const MAXIMUM_CHARTS = 4;

/** Eight weeks of proceeds in the currencies of most units. */
export function trends({ trend }: StatusNumbers, order: CurrencyOrder, frame: Frame): Markup | false {
  if (trend?.period == null) return false;
  const sold = order(trend.rows).filter(({ value }) => Number(value) !== 0);
  const more = sold.length - MAXIMUM_CHARTS;
  return html`<section class="trend" aria-labelledby="trend"><h2 id="trend">Eight weeks</h2><p class="quiet">Proceeds per day, refunds taken off, ${shortDay(trend.period.from)} to ${shortDay(trend.period.to)}; weekends are lighter. ${
    more > 0 &&
    html`${link(frame, { view: 'sales' }, counted(more, 'more currency', 'more currencies'))} with less units.`
  }</p>${notesOf(trend)}<div class="grid charts">${sold.slice(0, MAXIMUM_CHARTS).map((row) => chartCard(row, trend))}</div></section>`;
}

/** A row of an answer as a card with its picture. */
export function chartCard(row: PageRow, { period, before }: PageAnswer): Markup {
  const name = row.name === row.currency ? (row.currency ?? '') : row.name;
  return html`<figure class="card"><figcaption><b><bdi>${name}</bdi></b> ${row.name !== row.currency && html`<span class="tag">${row.currency}</span> `}<span class="sum">${amount(row.value)}</span> ${row.before !== null && movement(row.changePercent)}${
    row.more['units'] !== undefined &&
    html`<br><span class="quiet">${counted(Number(row.more['units'] ?? 0), 'unit')} sold, ${counted(Number(row.more['downloads'] ?? 0), 'download')}${before !== null && row.before !== null && html`; ${amount(row.before)} in the ${daysOf(before).length} days before`}</span>`
  }</figcaption>${period !== null && barChart({ days: daysOf(period), values: new Map(row.trend.flatMap(({ day, value }) => (value === null ? [] : [[day, value]]))), label: `${name}${row.currency === null ? '' : ` in ${row.currency}`}`, unit: row.currency ?? '' })}</figure>`;
}
