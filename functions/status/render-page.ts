import { createHash } from 'node:crypto';
import { type Place, VIEWS, type View } from './model/place.ts';
import type { Status } from './model/status.ts';
import { type Frame, link } from './page/frame.ts';
import { html, Markup } from './page/html.ts';
import { momentOf } from './page/moment.ts';
import { STYLE } from './page/style.ts';
import { keysView } from './views/keys-view.ts';
import { overview } from './views/overview/overview.ts';
import { pricesView } from './views/prices-view.ts';
import { reportsView } from './views/reports-view.ts';
import { salesView } from './views/sales/sales-view.ts';

/**
 * What a browser may do with the page: take this one style, and nothing else. No script runs, nothing is loaded,
 * no other site may frame it.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What a reader of the served page is told. */
export const RELOAD = 'Reload for the present state.';

const NAMES: Record<View, string> = {
  overview: 'Overview',
  sales: 'Sales',
  reports: 'Reports',
  prices: 'Prices',
  keys: 'Keys',
};

const PAGE: Frame = { kind: 'page' };

/** The status as a page of its own. */
export function renderPage(status: Status, place: Place): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${NAMES[place.view]} · App Store Connect Jobs</title>${style()}</head>
<body class="asc"><a class="skip" href="#content">Skip to content</a>
<header class="top"><div><h1>App Store Connect Jobs</h1><nav aria-label="Views"><ul>${VIEWS.map(
    (view) => html`<li>${link(PAGE, { view }, NAMES[view], { current: view === place.view })}</li>`,
  )}</ul></nav></div></header>
<main id="content">${renderView(status, PAGE, place)}</main>
<footer>As of ${momentOf(status.asOf)}, from ${status.source}. ${RELOAD}</footer></body></html>`.text;
}

/** The status as a widget of a CloudWatch dashboard, in the dashboard's theme. */
export function renderWidget(
  status: Status,
  place: Place,
  { endpoint, theme }: { endpoint: string; theme: string | undefined },
): string {
  const side = theme === 'dark' ? 'dark' : 'light';
  return html`<div class="cwdb-no-default-styles"></div>${style()}<div class="asc ${side}">${renderView(status, { kind: 'widget', endpoint }, place)}<p class="quiet">As of ${momentOf(status.asOf)}</p></div>`
    .text;
}

// Ours as a whole, and a style's content knows no entities.
const style = (): Markup => new Markup(`<style>${STYLE}</style>`);

function renderView(status: Status, frame: Frame, place: Place): Markup {
  switch (place.view) {
    case 'overview':
      return overview(status, frame);
    case 'sales':
      return salesView(status);
    case 'reports':
      return reportsView(status, frame, place);
    case 'prices':
      return pricesView(status, frame, place);
    case 'keys':
      return keysView(status);
  }
}
