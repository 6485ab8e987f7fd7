import { rotationCommand } from '../../../keys/notices/checklist.ts';
import { keyUseName } from '../../../keys/store/key-use.ts';
import { DAY_MILLIS, PACIFIC_TIME_ZONE } from '../../../platform/util/time.ts';
import { DAY_STATE_SIGNS } from '../../model/day-states.ts';
import { findingsOf, type ReportFinding, type StatusFinding } from '../../model/findings.ts';
import { changeName } from '../../model/place.ts';
import type { Status } from '../../model/status.ts';
import { command } from '../../page/command.ts';
import { type Frame, link } from '../../page/frame.ts';
import { html, type Markup } from '../../page/html.ts';
import { counted } from '../../page/moment.ts';
import { effectsCard } from '../effects.ts';
import { facts } from './facts.ts';
import { moneyCards, orderOfCurrencies } from './money.ts';
import { activeSubscriptions, recurringRevenue } from './subscriptions.ts';
import { trends } from './trends.ts';

/** Findings that are shown before the list folds. */
const MAXIMUM_NAMED = 5;

/** The first thing seen: what needs a person, whether the jobs are alive, and how much was earned. */
export function overview(status: Status, frame: Frame): Markup {
  const { numbers } = status;
  if (numbers === undefined)
    return html`<div class="opening">${todoCard(status, frame)}${facts(status, frame)}</div>`;
  const order = orderOfCurrencies(numbers);
  return html`<div class="opening has-numbers"><div class="side">${todoCard(status, frame)}${facts(status, frame)}${recurringRevenue(numbers, order)}${effectsCard(numbers, frame)}</div><div class="main">${moneyCards(numbers, order, yesterday(status.asOf))}${trends(numbers, order, frame)}${activeSubscriptions(numbers)}</div></div>`;
}

/** The newest day of which Apple can have a report. Report days are Pacific. */
const yesterday = (now: number): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: PACIFIC_TIME_ZONE }).format(now - DAY_MILLIS);

function todoCard(status: Status, frame: Frame): Markup {
  const todo = thingsToDo(status, frame);
  const more = todo.length - MAXIMUM_NAMED;
  return html`<section aria-labelledby="todo" class="card todo ${todo.length > 0 ? 'attention' : 'calm'}"><h2 id="todo">${
    todo.length > 0 ? `${counted(todo.length, 'thing')} for a person` : 'Nothing needs a person'
  }</h2>${
    todo.length === 0
      ? calmText(status)
      : html`<ul class="findings">${todo.slice(0, more > 1 ? MAXIMUM_NAMED : undefined)}</ul>${
          more > 1 &&
          html`<details><summary>${more} more</summary><ul class="findings">${todo.slice(MAXIMUM_NAMED)}</ul></details>`
        }`
  }</section>`;
}

function calmText({ series }: Status): Markup {
  const days = series.flatMap((status) => status.days);
  const open = days.filter(({ state }) =>
    ['failed', 'overdue', 'waiting', 'due', 'missing'].includes(state),
  ).length;
  return html`<p>${
    open === 0
      ? 'Every report is stored or known to be empty'
      : `${open} of ${counted(days.length, 'report date')} are on their way, none is late`
  }, every price change is over, every key is in order.</p>`;
}

/** So many dates of a series are linked; the rest is counted. */
const MAXIMUM_DATES = 5;

const thingsToDo = (status: Status, frame: Frame): Markup[] =>
  findingsOf(status).map((finding) => html`<li class="${finding.severity}">${textOf(finding, frame)}</li>`);

function textOf(finding: StatusFinding, frame: Frame): Markup {
  switch (finding.kind) {
    case 'key':
      return html`${link(frame, { view: 'keys' }, `Key of ${keyUseName(finding.status)}`)}: ${finding.text}<br>${command(rotationCommand(finding.status))}`;
    case 'planner':
      return html`${finding.text}`;
    case 'change': {
      const { record } = finding;
      const place = { view: 'prices', change: changeName(record) } as const;
      return html`${link(frame, place, html`Price change <bdi>${record.changeId}</bdi>`)} is ${record.state}${record.state === 'planned' && ': it waits for an approval'}`;
    }
    case 'reports':
      return html`${finding.series.map((named, index) => html`${index > 0 && '; '}${seriesText(named, frame)}`)} ${
        isOne(finding) ? 'is' : 'are'
      } ${DAY_STATE_SIGNS[finding.state].name}${finding.reason !== undefined && `: ${finding.reason}`}`;
  }
}

const isOne = ({ series }: ReportFinding): boolean => series.length === 1 && series[0]?.dates.length === 1;

/** A report with its dates, newest last, each a link to its history. */
function seriesText({ name, report, dates }: ReportFinding['series'][number], frame: Frame): Markup {
  const more = dates.length - MAXIMUM_DATES;
  const links = dates
    .slice(-MAXIMUM_DATES)
    .map(
      (date, index) =>
        html`${index > 0 && ', '}${link(frame, { view: 'reports', series: name, date }, date)}`,
    );
  return html`<bdi>${report}</bdi> of ${more > 0 && `${counted(more, 'earlier date')} and `}${links}`;
}
