import type { PageAnswer, PageRow, StatusNumbers } from '../../model/numbers.ts';
import { amount, movement } from '../../page/amount.ts';
import { html, type Markup } from '../../page/html.ts';
import { counted, dayLabel, MONTHS, shortDay, weekdayName } from '../../page/moment.ts';

/** So many currencies are seen at once; the others fold. */
const MAXIMUM_SHOWN = 5;

/** Proceeds of the newest day and of this month so far, each beside the one before. */
export function moneyCards(numbers: StatusNumbers, order: CurrencyOrder, yesterday: string): Markup {
  const { day, month, weekday, dayInOne, monthInOne } = numbers;
  const last = day?.period?.to;
  if (day === undefined || last === undefined)
    return html`<section class="card" aria-labelledby="money"><h2 id="money">Proceeds</h2><p class="quiet">No daily sales are stored. They need the report SALES/SUMMARY/DAILY.</p></section>`;
  return html`<section class="money" aria-labelledby="money"><h2 id="money" class="visually-hidden">Proceeds</h2>
<article class="card"><h3>${last === yesterday ? 'Yesterday' : 'Newest day'} <span class="quiet">${dayLabel(last)}</span></h3>${inOne(dayInOne)}${dayTable({ ...day, rows: order(day.rows) }, weekday, last)}${notesOf(day)}</article>
${month !== undefined && monthCard(month, monthInOne)}</section>`;
}

/** Everything in one currency, as far as there are rates. */
function inOne(answer: PageAnswer | undefined): Markup | false {
  const [total] = answer?.totals ?? [];
  if (answer === undefined || total === undefined || answer.rows.length === 0) return false;
  if (total.value === null)
    return html`<p class="quiet">Not told in one currency: no exchange rate for ${answer.missingRates.join(', ')}.</p>`;
  return html`<p><b class="big">${amount(total.value)}</b> ${total.currency} in all ${movement(total.changePercent)}<br><span class="quiet">an estimate, by the exchange rate of each day</span></p>`;
}

function dayTable(day: PageAnswer, weekday: PageAnswer | undefined, last: string): Markup {
  const before = day.before?.to ?? '';
  // A day that is stored in part, such as of one vendor of two, is compared with none.
  const isWhole = [day, weekday].every((answer) => !answer?.missingDays.includes(answer.period?.to ?? ''));
  const sameDay = new Map(isWhole ? weekday?.rows.map(({ currency, value }) => [currency, value]) : []);
  return folded(day.rows, (rows) =>
    table(
      ['', 'Proceeds', `vs ${weekdayName(before).slice(0, 3)}`, `vs last ${weekdayName(last).slice(0, 3)}`],
      rows.map((row) => [
        row.currency ?? '',
        amount(row.value),
        movement(row.changePercent),
        movement(percent(row.value, sameDay.get(row.currency) ?? null)),
      ]),
    ),
  );
}

function monthCard(month: PageAnswer, inOneCurrency: PageAnswer | undefined): Markup {
  const { period, before } = month;
  const name = MONTHS[Number(period?.from.slice(5, 7)) - 1] ?? '';
  return html`<article class="card"><h3>${name} so far <span class="quiet">${spanOf(period)}</span></h3>${inOne(inOneCurrency)}${folded(
    month.rows,
    (rows) =>
      table(
        ['', 'Proceeds', spanOf(before), 'Change'],
        rows.map((row) => [
          row.currency ?? '',
          amount(row.value),
          amount(row.before),
          movement(row.changePercent),
        ]),
      ),
  )}${notesOf(month)}</article>`;
}

/** Everywhere on the page the currency in which most units were sold this month comes first. */
export type CurrencyOrder = (rows: readonly PageRow[]) => PageRow[];

export function orderOfCurrencies({ month, day }: StatusNumbers): CurrencyOrder {
  const order = (month ?? day)?.rows.map(({ currency }) => currency) ?? [];
  const place = ({ currency }: PageRow): number =>
    order.includes(currency) ? order.indexOf(currency) : order.length;
  return (rows) => rows.toSorted((a, b) => place(a) - place(b));
}

/** `1–23 Nov` */
const spanOf = (window: PageAnswer['period']): string =>
  window === null ? '' : `${Number(window.from.slice(8))}–${shortDay(window.to)}`;

function percent(value: string | null, base: string | null): number | null {
  const [now, then] = [Number(value ?? Number.NaN), Number(base ?? Number.NaN)];
  return Number.isFinite(now) && Number.isFinite(then) && then !== 0
    ? Math.round(((now - then) / Math.abs(then)) * 1000) / 10
    : null;
}

/** Days that are missing, and why nothing is compared. */
export const notesOf = ({ notes }: PageAnswer): Markup | false =>
  notes.length > 0 && html`<p class="quiet">${notes.join(' ')}</p>`;

/** The first rows, and the others behind a fold. */
function folded(rows: readonly PageRow[], render: (rows: readonly PageRow[]) => Markup): Markup {
  const sold = rows.filter(({ value, before }) => Number(value) !== 0 || Number(before) !== 0);
  const more = sold.length - MAXIMUM_SHOWN;
  if (sold.length === 0) return html`<p class="quiet">Nothing was sold.</p>`;
  if (more <= 1) return render(sold);
  return html`${render(sold.slice(0, MAXIMUM_SHOWN))}<details><summary>${counted(more, 'more currency', 'more currencies')}</summary>${render(sold.slice(MAXIMUM_SHOWN))}</details>`;
}

const table = (head: readonly string[], rows: readonly (readonly (string | Markup)[])[]): Markup =>
  html`<table class="plain"><thead><tr>${head.map((name, column) => (column === 0 ? html`<th scope="col"><span class="visually-hidden">Currency</span></th>` : html`<th scope="col" class="number">${name}</th>`))}</tr></thead><tbody>${rows.map(
    ([first, ...cells]) =>
      html`<tr><th scope="row">${first}</th>${cells.map((cell, column) => html`<td class="number">${column === 0 ? html`<b>${cell}</b>` : cell}</td>`)}</tr>`,
  )}</tbody></table>`;
