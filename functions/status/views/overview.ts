import { keyUseName } from '../../keys/store/key-use.ts';
import { DAY_STATE_SIGNS } from '../model/day-states.ts';
import { findingsOf, type ReportFinding, type StatusFinding } from '../model/findings.ts';
import { changeName, type View } from '../model/place.ts';
import type { Status } from '../model/status.ts';
import { type Frame, link } from '../page/frame.ts';
import { html, type Markup } from '../page/html.ts';
import { counted } from '../page/moment.ts';

/** So many things of one kind are named; the rest is counted. */
const MOST_NAMED = 8;

/** The first thing seen: what needs a person, then one number a job. */
export function overview(status: Status, frame: Frame): Markup {
  const todo = thingsToDo(status, frame);
  const stored = status.series.flatMap(({ days }) => days);
  const settled = stored.filter(
    ({ state }) => !['failed', 'overdue', 'waiting', 'due', 'missing'].includes(state),
  );
  return html`<section aria-labelledby="todo" class="card ${todo.length > 0 ? 'attention' : 'calm'}"><h2 id="todo">${
    todo.length > 0 ? `${counted(todo.length, 'thing')} for a person` : 'Nothing needs a person'
  }</h2>${
    todo.length > 0
      ? html`<ul class="findings">${todo.slice(0, MOST_NAMED)}${todo.length > MOST_NAMED && html`<li>and ${todo.length - MOST_NAMED} more</li>`}</ul>`
      : html`<p>${
          settled.length === stored.length
            ? 'Every report is stored or known to be empty'
            : `${stored.length - settled.length} of ${counted(stored.length, 'report date')} are on their way, none is late`
        }, every price change is over, every key is in order.</p>`
  }</section>
<div class="grid">${figure(frame, 'reports', 'Reports', `${settled.length} of ${stored.length}`, `dates settled, in ${counted(status.series.length, 'series', 'series')}`)}${figure(
    frame,
    'prices',
    'Prices',
    String(status.changes.filter(({ record }) => record.state === 'applied').length),
    `of ${counted(status.changes.length, 'change')} applied`,
  )}${figure(
    frame,
    'keys',
    'Keys',
    `${status.keys.filter(({ health }) => health === 'well').length} of ${status.keys.length}`,
    'accepted by Apple',
  )}</div>`;
}

const figure = (frame: Frame, view: View, name: string, number: string, text: string): Markup =>
  html`<article class="card figure"><h3>${link(frame, { view }, name)}</h3><p><b class="big">${number}</b> ${text}</p></article>`;

/** So many dates of a series are linked; the rest is counted. */
const MOST_DATES = 5;

const thingsToDo = (status: Status, frame: Frame): Markup[] =>
  findingsOf(status).map((finding) => html`<li class="${finding.severity}">${textOf(finding, frame)}</li>`);

function textOf(finding: StatusFinding, frame: Frame): Markup {
  switch (finding.kind) {
    case 'key':
      return html`${link(frame, { view: 'keys' }, `Key of ${keyUseName(finding.status)}`)}: ${finding.text}`;
    case 'planner':
      return html`${finding.text}`;
    case 'change': {
      const { record } = finding;
      const place = { view: 'prices', change: changeName(record) } as const;
      return html`${link(frame, place, html`Price change <bdi>${record.changeId}</bdi>`)} is ${record.state}${record.state === 'planned' && ': it waits for an approval'}`;
    }
    case 'reports':
      return html`${finding.series.map((one, index) => html`${index > 0 && '; '}${seriesText(one, frame)}`)} ${
        isOne(finding) ? 'is' : 'are'
      } ${DAY_STATE_SIGNS[finding.state].name}${finding.reason !== undefined && `: ${finding.reason}`}`;
  }
}

const isOne = ({ series }: ReportFinding): boolean => series.length === 1 && series[0]?.dates.length === 1;

/** A report with its dates, newest last, each a link to its history. */
function seriesText({ name, report, dates }: ReportFinding['series'][number], frame: Frame): Markup {
  const more = dates.length - MOST_DATES;
  const links = dates
    .slice(-MOST_DATES)
    .map(
      (date, index) =>
        html`${index > 0 && ', '}${link(frame, { view: 'reports', series: name, date }, date)}`,
    );
  return html`<bdi>${report}</bdi> of ${more > 0 && `${counted(more, 'earlier date')} and `}${links}`;
}
