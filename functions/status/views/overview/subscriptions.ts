import type { PageAnswer, PageRow, StatusNumbers } from '../../model/numbers.ts';
import { amount, movement } from '../../page/amount.ts';
import { html, type Markup } from '../../page/html.ts';
import { counted, shortDay } from '../../page/moment.ts';
import { type CurrencyOrder, notesOf } from './money.ts';

/** Active subscriptions by product on the newest day, beside four weeks before. */
export function activeSubscriptions({ subscriptions }: StatusNumbers): Markup | false {
  if (subscriptions?.period == null || subscriptions.rows.length === 0) return false;
  return html`<section class="card subscriptions" aria-labelledby="subscriptions"><h2 id="subscriptions">Subscriptions <span class="quiet">active on ${shortDay(subscriptions.period.to)}, beside four weeks before</span></h2><table class="plain"><thead><tr><th scope="col">Subscription</th><th scope="col" class="number">Paid</th><th scope="col" class="number">Change</th><th scope="col" class="number">Trials</th><th scope="col" class="number">In retry</th></tr></thead><tbody>${subscriptions.rows.map(subscriptionRow)}</tbody></table>${notesOf(subscriptions)}</section>`;
}

const subscriptionRow = ({ name, value, changePercent, more }: PageRow): Markup =>
  html`<tr><th scope="row"><bdi>${name}</bdi></th><td class="number"><b>${amount(value)}</b></td><td class="number">${movement(changePercent)}</td><td class="number">${amount(more['trials'] ?? null)}</td><td class="number">${amount(more['billingRetry'] ?? null)}</td></tr>`;

/** So many currencies are seen at once; the others fold. */
const MAXIMUM_SHOWN = 4;

/** What active subscriptions bring per month: an estimate. */
export function recurringRevenue({ mrr }: StatusNumbers, order: CurrencyOrder): Markup | false {
  if (mrr === undefined || mrr.rows.length === 0) return false;
  const rows = order(mrr.rows);
  const more = rows.length - MAXIMUM_SHOWN;
  return html`<section class="card mrr" aria-labelledby="mrr"><h2 id="mrr">Recurring revenue</h2><p class="quiet">Proceeds per month, an estimate; beside four weeks before.</p>${table(more > 1 ? rows.slice(0, MAXIMUM_SHOWN) : rows)}${more > 1 && html`<details><summary>${counted(more, 'more currency', 'more currencies')}</summary>${table(rows.slice(MAXIMUM_SHOWN))}</details>`}</section>`;
}

const table = (rows: PageAnswer['rows']): Markup =>
  html`<table class="plain"><thead><tr><th scope="col"><span class="visually-hidden">Currency</span></th><th scope="col" class="number">A month</th><th scope="col" class="number">Change</th></tr></thead><tbody>${rows.map(
    ({ currency, value, changePercent }) =>
      html`<tr><th scope="row">${currency ?? 'not told'}</th><td class="number"><b>${amount(value)}</b></td><td class="number">${movement(changePercent)}</td></tr>`,
  )}</tbody></table>`;
