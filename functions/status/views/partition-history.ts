import { reasonOf } from '../../reports/partition/freshness.ts';
import { DAY_STATE_SIGNS } from '../model/day-states.ts';
import type { Day, SeriesStatus } from '../model/status.ts';
import { type Frame, link } from '../page/frame.ts';
import { ownerOf } from '../page/heat-map.ts';
import { html, type Markup } from '../page/html.ts';
import { distance, momentOf } from '../page/moment.ts';

type Entry = { at: number | undefined; text: Markup | string };

/** What happened to one report of one date, as far as the ledger remembers, and what comes next. */
export function partitionHistory(frame: Frame, series: SeriesStatus, day: Day, now: number): Markup {
  const { name, meaning } = DAY_STATE_SIGNS[day.state];
  return html`<section class="card chosen" id="chosen" aria-labelledby="history"><h2 id="history"><bdi>${series.report}</bdi> of ${day.date}</h2>
<p><span class="state ${day.state}">${name}</span> ${meaning}. Team <bdi>${series.team}</bdi>, ${ownerOf(series)} <bdi>${series.vendor}</bdi>.</p>
<ol class="history">${entriesOf(day, now).map(
    ({ at, text }) =>
      html`<li>${at !== undefined && html`<time datetime="${new Date(at).toISOString()}">${momentOf(at)}</time> <span class="quiet">${distance(at, now)}</span><br>`}${text}</li>`,
  )}</ol>
${frame.kind === 'page' && html`<p>${link(frame, { view: 'reports' }, 'Close')}</p>`}</section>`;
}

/** In order of time; what has no time comes last. */
function entriesOf({ item, state }: Day, now: number): Entry[] {
  if (item === undefined)
    return [{ at: undefined, text: 'The planner has not seen this date yet; it runs every hour.' }];
  const entries: Entry[] = [];
  const add = (at: number | undefined, text: Markup | string): void => {
    if (at !== undefined) entries.push({ at, text });
  };
  add(item.expectedAt, 'first expected by the planner');
  add(item.overdueToldAt, 'told as overdue');
  for (const { storedAt, rows, bytes, sha256 } of item.versions)
    add(
      storedAt,
      html`stored: ${rows} rows, ${bytes} bytes, <code>${sha256.slice(0, 12)}</code> (later replaced; the raw file stays)`,
    );
  if (item.sha256 !== undefined)
    add(
      item.storedAt,
      html`${item.versions.length > 0 ? 'restated by Apple' : 'stored'}: ${item.rows} rows, ${item.bytes} bytes, <code>${item.sha256.slice(0, 12)}</code>`,
    );
  else add(item.settledAt, `settled as ${item.settledAs ?? state}`);
  add(item.queuedAt, 'put on the queue');
  add(item.nextAttemptAt, html`next attempt, the ${item.tries + 1}. since it was last settled`);
  add(
    item.recheckAt,
    `Apple is ${(item.recheckAt ?? now) <= now ? 'to be' : ''} asked again whether it has changed`.replace(
      '  ',
      ' ',
    ),
  );
  entries.sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  const reason = reasonOf(item);
  if (reason !== undefined) entries.push({ at: undefined, text: html`last answer: ${reason}` });
  if (item.newColumns !== undefined)
    entries.push({
      at: undefined,
      text: html`columns that Apple has added, declared in Glue within the hour: ${item.newColumns.join(', ')}`,
    });
  if (item.version !== undefined) entries.push({ at: undefined, text: html`version ${item.version}` });
  if (item.requestId !== undefined)
    entries.push({ at: undefined, text: html`Apple’s id of the request <code>${item.requestId}</code>` });
  if (item.rawKey !== undefined)
    entries.push({ at: undefined, text: html`raw file <code>${item.rawKey}</code>` });
  if (item.tableKey !== undefined)
    entries.push({ at: undefined, text: html`table <code>${item.tableKey}</code>` });
  return entries;
}
