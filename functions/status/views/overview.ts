import { severityOf } from '../../keys/store/key-status.ts';
import { keyUseName } from '../../keys/store/key-use.ts';
import { reasonOf } from '../../reports/partition/freshness.ts';
import { DAY_STATE_SIGNS, needsPerson } from '../model/day-states.ts';
import { plannerFindings } from '../model/findings.ts';
import { changeName, seriesName, type View } from '../model/place.ts';
import type { Status } from '../model/status.ts';
import { type Frame, link } from '../page/frame.ts';
import { html, type Markup } from '../page/html.ts';
import { counted } from '../page/moment.ts';
import { changeNeedsPerson } from './prices-view.ts';

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

function thingsToDo({ series, changes, keys, ...planner }: Status, frame: Frame): Markup[] {
  return [
    ...(series.length === 0 ? [] : plannerFindings(planner)).map(
      ({ severity, text }) => html`<li class="${severity}">${text}</li>`,
    ),
    ...keys.flatMap((status) =>
      status.findings
        .filter(({ severity }) => severity !== 'note' && severityOf(status.findings) === severity)
        .map(
          ({ severity, text }) =>
            html`<li class="${severity}">${link(frame, { view: 'keys' }, `Key of ${keyUseName(status)}`)}: ${text}</li>`,
        ),
    ),
    ...changes
      .filter(({ record }) => changeNeedsPerson(record))
      .map(
        ({ record }) =>
          html`<li class="${record.state === 'planned' ? 'warning' : 'problem'}">${link(frame, { view: 'prices', change: changeName(record) }, html`Price change <bdi>${record.changeId}</bdi>`)} is ${record.state}${record.state === 'planned' && ': it waits for an approval'}</li>`,
      ),
    ...series.flatMap((one) =>
      one.days
        .filter(({ state }) => needsPerson(state))
        .map(
          ({ date, state, item }) =>
            html`<li class="problem">${link(frame, { view: 'reports', series: seriesName(one), date }, html`<bdi>${one.report}</bdi> of ${date}`)} is ${DAY_STATE_SIGNS[state].name}${item !== undefined && reasonOf(item) !== undefined && `: ${reasonOf(item)}`}</li>`,
        ),
    ),
  ];
}
