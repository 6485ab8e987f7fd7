import { keyUseName } from '../../../keys/store/key-use.ts';
import { HOUR_MILLIS, MINUTE_MILLIS } from '../../../platform/util/time.ts';
import type { DayMoves } from '../../../prices/watch/day-moves.ts';
import { countStates } from '../../model/day-states.ts';
import { plannerFindings } from '../../model/findings.ts';
import type { View } from '../../model/place.ts';
import type { DayState, Status } from '../../model/status.ts';
import { type Frame, link } from '../../page/frame.ts';
import { html, type Markup, type Value } from '../../page/html.ts';
import { counted, distance, momentOf, shortDay } from '../../page/moment.ts';

/** The planner's schedule, see `infra/reports`: seven past every hour. */
const PLANNER_MINUTE = 7 * MINUTE_MILLIS;

/** When the planner runs next over everything. */
export function nextPlannerRun(now: number): number {
  const hour = Math.floor(now / HOUR_MILLIS) * HOUR_MILLIS + PLANNER_MINUTE;
  return hour > now ? hour : hour + HOUR_MILLIS;
}

/** One line per job: is it alive, what is late, what is under way. */
export function facts(status: Status, frame: Frame): Markup {
  return html`<section class="card facts" aria-labelledby="jobs"><h2 id="jobs">Jobs</h2><dl>${plannerFact(status)}${reportsFact(status, frame)}${pricesFact(status, frame)}${keysFact(status, frame)}</dl></section>`;
}

const fact = (frame: Frame, view: View, name: string, text: Value): Markup =>
  html`<div><dt>${link(frame, { view }, name)}</dt><dd>${text}</dd></div>`;

function plannerFact({ plannerRanAt, asOf }: Status): Markup | false {
  if (plannerRanAt === undefined) return false;
  const silent = plannerFindings({ plannerRanAt, asOf }).length > 0;
  const next = nextPlannerRun(asOf);
  return html`<div><dt>Planner</dt><dd><span class="state ${silent ? 'overdue' : 'applied'}">${
    plannerRanAt === null ? 'has not run' : silent ? 'silent' : 'alive'
  }</span> ${plannerRanAt !== null && html`ran ${distance(plannerRanAt, asOf)}; `}next run ${distance(next, asOf)} <span class="quiet">(${momentOf(next)})</span></dd></div>`;
}

function reportsFact({ series }: Status, frame: Frame): Markup {
  const all = series.flatMap(({ days }) => days);
  const counts = countStates({ days: all });
  const countOf = (...states: DayState[]): number =>
    states.reduce((sum, state) => sum + (counts.get(state) ?? 0), 0);
  const [late, open] = [countOf('failed', 'overdue'), countOf('waiting', 'due', 'missing')];
  return fact(
    frame,
    'reports',
    'Reports',
    html`${late === 0 ? 'nothing is late' : html`<b class="problem-text">${late} late or failed</b>`}; ${open === 0 ? 'none on its way' : `${open} on their way`} <span class="quiet">(${all.length - late - open} of ${counted(all.length, 'report date')} settled, in ${counted(series.length, 'series', 'series')})</span>`,
  );
}

function pricesFact({ changes, appleMoves }: Status, frame: Frame): Markup {
  const countOf = (...states: string[]): number =>
    changes.filter(({ record }) => states.includes(record.state)).length;
  const waiting = countOf('planned');
  const moving = countOf('accepted', 'sending', 'verifying');
  return fact(
    frame,
    'prices',
    'Prices',
    html`${
      changes.length === 0
        ? 'no change yet'
        : html`${waiting === 0 ? 'no change waits for approval' : html`<b>${counted(waiting, 'change')} ${waiting === 1 ? 'waits' : 'wait'} for approval</b>`}; ${moving} under way <span class="quiet">(${countOf('applied')} of the newest ${changes.length} applied)</span>`
    }${movedByApple(appleMoves?.days[0])}`,
  );
}

/** The newest day on which Apple moved something; the view Prices has the rest. */
function movedByApple(day: DayMoves | undefined): Markup | false {
  if (day === undefined) return false;
  const products = new Set(day.moves.map(({ product: { kind, id } }) => `${kind} ${id}`)).size;
  return html`; Apple moved ${products > 0 ? counted(products, 'product') : counted(day.storefronts.length, 'storefront')} by itself on ${shortDay(day.day)}`;
}

function keysFact({ keys }: Status, frame: Frame): Markup {
  const well = keys.filter(({ health }) => health === 'well').length;
  const next = keys
    .flatMap((status) => (status.key === undefined ? [] : [{ status, key: status.key }]))
    .toSorted((a, b) => a.key.remainingDays - b.key.remainingDays)
    .at(0);
  return fact(
    frame,
    'keys',
    'Keys',
    keys.length === 0
      ? 'not checked yet'
      : html`${well} of ${keys.length} accepted by Apple${next !== undefined && html` <span class="quiet">(next rotation: <bdi>${keyUseName(next.status)}</bdi> by ${next.key.rotateBy})</span>`}`,
  );
}
