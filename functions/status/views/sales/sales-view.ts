import type { PageAnswer, PageRow } from '../../model/numbers.ts';
import type { Status } from '../../model/status.ts';
import { amount, movement } from '../../page/amount.ts';
import { html, type Markup } from '../../page/html.ts';
import { counted, shortDay } from '../../page/moment.ts';
import { notesOf, orderOfCurrencies } from '../overview/money.ts';
import { chartCard } from '../overview/trends.ts';

/** So many apps of a currency have a picture; so many lines a list has before it folds. */
const [MAXIMUM_CHARTS, MAXIMUM_LINES] = [6, 6];
/** So many currencies are open; the others fold. */
const MAXIMUM_OPEN = 3;

/** The view Sales: four weeks, currency by currency, the largest app first, and what is left out. */
export function salesView({ numbers }: Status): Markup {
  const apps = numbers?.apps;
  if (apps?.period == null)
    return html`<section aria-labelledby="sales"><h2 id="sales">Sales</h2><p class="quiet">${
      numbers === undefined
        ? html`The tables are not read here. On your machine: <code>asc-jobs status --serve</code> or <code>asc-jobs numbers sales</code>; in AWS: Athena.`
        : 'No daily sales are stored. They need the report SALES/SUMMARY/DAILY.'
    }</p></section>`;
  const order = orderOfCurrencies(numbers ?? { names: {} });
  const currencies = Map.groupBy(order(apps.rows), ({ currency }) => currency);
  const sold = [...currencies].filter(([, rows]) => rows.some(({ value }) => Number(value) !== 0));
  const free = apps.rows.filter(({ value }) => Number(value) === 0);
  return html`<section aria-labelledby="sales"><h2 id="sales">Sales</h2><p class="quiet">${shortDay(apps.period.from)} to ${shortDay(apps.period.to)}, beside the four weeks before. Proceeds with refunds taken off; in-app purchases and subscriptions stand under their app. Currencies are never added together: the one in which most units were sold this month comes first, and in it the app with the highest proceeds. Lighter bars are weekends.</p>${notesOf(apps)}${sold.map(
    ([currency, rows], index) =>
      currencySection(currency ?? 'not told', rows, apps, {
        products: inCurrency(numbers?.products, currency),
        countries: inCurrency(numbers?.countries, currency),
        folded: index >= MAXIMUM_OPEN,
      }),
  )}${
    free.length > 0 &&
    html`<p class="quiet">Left out: ${counted(free.length, 'pair')} of app and currency without proceeds (${counted(
      free.reduce((sum, { more }) => sum + Number(more['downloads'] ?? 0), 0),
      'download',
    )}).</p>`
  }</section>`;
}

const inCurrency = (answer: PageAnswer | undefined, currency: string | null): readonly PageRow[] =>
  (answer?.rows ?? []).filter((row) => row.currency === currency && Number(row.value) !== 0);

function currencySection(
  currency: string,
  rows: readonly PageRow[],
  apps: PageAnswer,
  {
    products,
    countries,
    folded,
  }: { products: readonly PageRow[]; countries: readonly PageRow[]; folded: boolean },
): Markup {
  const total = apps.totals.find((row) => row.currency === currency);
  const shown = rows.filter(({ value }) => Number(value) !== 0);
  const left = shown.slice(MAXIMUM_CHARTS);
  const name = html`${currency} ${total !== undefined && html`<span class="sum">${amount(total.value)}</span> ${movement(total.changePercent)}`}`;
  const cards = html`<div class="currency-body"><div class="grid charts">${shown.slice(0, MAXIMUM_CHARTS).map((row) => chartCard(row, apps))}${
    left.length > 0 &&
    html`<article class="card"><h4>${counted(left.length, 'app')} without a picture: ${amount(sumOf(left))} of ${amount(total?.value ?? null)} ${currency}</h4>${foldedRows('App', left)}</article>`
  }</div>${
    (products.length > 1 || countries.length > 1) &&
    html`<article class="card">${products.length > 1 && foldedRows('Product', products)}${countries.length > 1 && foldedRows('Country', countries)}</article>`
  }</div>`;
  if (folded) return html`<details class="currency"><summary><b>${name}</b></summary>${cards}</details>`;
  return html`<section class="currency" aria-labelledby="in-${currency}"><h3 id="in-${currency}">${name}</h3>${cards}</section>`;
}

/** Whole cents: every amount of an answer has two decimals. */
const cents = (amount: string): bigint => BigInt(amount.replace('.', ''));

function sumOf(rows: readonly PageRow[]): string {
  const sum = rows.reduce((total, { value }) => total + cents(value ?? '0.00'), 0n);
  const digits = String(sum < 0n ? -sum : sum).padStart(3, '0');
  return `${sum < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function foldedRows(name: string, rows: readonly PageRow[]): Markup {
  const more = rows.length - MAXIMUM_LINES;
  if (more <= 1) return list(name, rows);
  return html`${list(name, rows.slice(0, MAXIMUM_LINES))}<details><summary>${more} more</summary>${list(name, rows.slice(MAXIMUM_LINES))}</details>`;
}

const list = (name: string, rows: readonly PageRow[]): Markup =>
  html`<table class="plain"><thead><tr><th scope="col">${name}</th><th scope="col" class="number">Proceeds</th><th scope="col" class="number">Change</th><th scope="col" class="number">Units</th></tr></thead><tbody>${rows.map(
    (row) =>
      html`<tr><th scope="row"><bdi>${row.name}</bdi></th><td class="number"><b>${amount(row.value)}</b></td><td class="number">${movement(row.changePercent)}</td><td class="number">${amount(row.more['units'] ?? null)}</td></tr>`,
  )}</tbody></table>`;
