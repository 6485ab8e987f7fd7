import { daysOf } from '../../../numbers/windows.ts';
import type { PageAnswer, PageRow, StatusNumbers } from '../../model/numbers.ts';
import { amount, movement } from '../../page/amount.ts';
import { barChart } from '../../page/chart.ts';
import { type Frame, link } from '../../page/frame.ts';
import { html, type Markup } from '../../page/html.ts';
import { counted, shortDay } from '../../page/moment.ts';
import { notesOf } from './money.ts';

/** So many currencies have a picture here; the view Sales has all. */
const MOST_CHARTS = 3;

/** Eight weeks of proceeds in the currencies of most units. */
export function trends({ trend }: StatusNumbers, frame: Frame): Markup | false {
  if (trend?.period == null) return false;
  const sold = trend.rows.filter(({ value }) => Number(value) !== 0);
  const more = sold.length - MOST_CHARTS;
  return html`<section aria-labelledby="trend"><h2 id="trend">Eight weeks</h2><p class="quiet">Proceeds per day, refunds taken off, ${shortDay(trend.period.from)} to ${shortDay(trend.period.to)}; weekends are lighter. ${
    more > 0 &&
    html`${link(frame, { view: 'sales' }, counted(more, 'more currency', 'more currencies'))} with less units.`
  }</p><div class="grid charts">${sold.slice(0, MOST_CHARTS).map((row) => chartCard(row, trend))}</div></section>`;
}

/** A row of an answer as a card with its picture. */
export function chartCard(row: PageRow, { period, before }: PageAnswer): Markup {
  const name = row.name === row.currency ? (row.currency ?? '') : row.name;
  return html`<figure class="card"><figcaption><b><bdi>${name}</bdi></b> ${row.name !== row.currency && html`<span class="tag">${row.currency}</span> `}<span class="sum">${amount(row.value)}</span> ${movement(row.changePercent)}${
    row.more['units'] !== undefined &&
    html`<br><span class="quiet">${counted(Number(row.more['units'] ?? 0), 'unit')} sold, ${counted(Number(row.more['downloads'] ?? 0), 'download')}${before !== null && row.before !== null && html`; ${amount(row.before)} in the ${daysOf(before).length} days before`}</span>`
  }</figcaption>${period !== null && barChart({ days: daysOf(period), values: new Map(row.trend.flatMap(({ day, value }) => (value === null ? [] : [[day, value]]))), label: `${name}${row.currency === null ? '' : ` in ${row.currency}`}`, unit: row.currency ?? '' })}</figure>`;
}

/** Active subscriptions by product, and what they bring a month. */
export function subscriptionsSection({ subscriptions, mrr }: StatusNumbers): Markup | false {
  if (subscriptions?.period == null || subscriptions.rows.length === 0) return false;
  return html`<section class="pair" aria-labelledby="subscriptions"><h2 id="subscriptions">Subscriptions</h2><div class="grid wide"><article class="card"><h3>Active paid <span class="quiet">on ${shortDay(subscriptions.period.to)}, beside four weeks before</span></h3><table class="plain"><thead><tr><th scope="col">Subscription</th><th scope="col" class="number">Active</th><th scope="col" class="number">Change</th><th scope="col" class="number">Trials</th><th scope="col" class="number">In retry</th></tr></thead><tbody>${subscriptions.rows.map(subscriptionRow)}</tbody></table>${notesOf(subscriptions)}</article>${mrr !== undefined && mrrCard(mrr)}</div></section>`;
}

const subscriptionRow = ({ name, value, changePercent, more }: PageRow): Markup =>
  html`<tr><th scope="row"><bdi>${name}</bdi></th><td class="number"><b>${amount(value)}</b></td><td class="number">${movement(changePercent)}</td><td class="number">${amount(more['trials'] ?? null)}</td><td class="number">${amount(more['billingRetry'] ?? null)}</td></tr>`;

const MOST_MRR = 5;

function mrrCard({ rows }: PageAnswer): Markup {
  const row = ({ currency, value, changePercent }: PageRow): Markup =>
    html`<tr><th scope="row">${currency ?? 'not told'}</th><td class="number"><b>${amount(value)}</b></td><td class="number">${movement(changePercent)}</td></tr>`;
  const table = (some: readonly PageRow[]): Markup =>
    html`<table class="plain"><thead><tr><th scope="col"><span class="visually-hidden">Currency</span></th><th scope="col" class="number">A month</th><th scope="col" class="number">Change</th></tr></thead><tbody>${some.map(row)}</tbody></table>`;
  const more = rows.length - MOST_MRR;
  return html`<article class="card"><h3>Recurring revenue <span class="quiet">an estimate, in proceeds</span></h3>${table(rows.slice(0, MOST_MRR))}${more > 0 && html`<details><summary>${counted(more, 'more currency', 'more currencies')}</summary>${table(rows.slice(MOST_MRR))}</details>`}</article>`;
}
