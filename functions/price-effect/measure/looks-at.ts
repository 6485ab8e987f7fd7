import type { EventDetail } from '../../events/contract.ts';
import type { TeamSettings } from '../../platform/config/settings.ts';
import { MetricName } from '../../platform/logging/metrics.ts';
import { pacificToday } from '../../prices/request/pacific-day.ts';
import type { ChangeRecord } from '../../prices/store/change-record.ts';
import type { ChangeMoves } from '../change/choose-territories.ts';
import { changeDayOf } from '../change/price-moves.ts';
import { BEFORE_DAYS, GAP_DAYS, HISTORY_DAYS, LOOKS, type LookDays } from '../estimator/windows.ts';
import { dayNumber, dayOf } from '../history/day-number.ts';
import { effectTables } from '../store/effect-rows.ts';
import type { StoredLook } from '../store/effect-store.ts';
import type { EffectDependencies } from './effect-dependencies.ts';
import { measureAnew } from './measure-anew.ts';
import { changeMoves } from './moved-changes.ts';
import { BALANCE, type Days, EVENTS, readReportDays, SALES, seriesOf } from './report-days.ts';

type Detail = EventDetail<'Price Effect Measured'>;

/** One look at a change: what it found, or when and why it is still to come. */
export type LookStatus = {
  lookDays: LookDays;
  /** The first day on which all its reports can be there. */
  dueOn: string;
  state: 'measured' | 'due-later' | 'waiting';
  /** Why it waits, and for how many days it has. */
  reason?: string;
  waitsDays?: number;
  detail?: Detail;
};

export type ChangeLooks = { team: string; changeId: string; changeDay?: string; looks: LookStatus[] };

/** Apple restates a report within 30 days: later than this a look is not made anew. */
const RESTATED_WITHIN_DAYS = 45;
/** The report of a day comes on the next one; a look that waits longer than this is late. */
const USUAL_DELAY_DAYS = 2;

/** Measures the looks at a change that are due, and tells of each what is known. */
export async function looksAt(
  deps: EffectDependencies,
  team: TeamSettings,
  record: ChangeRecord,
  all: readonly ChangeRecord[],
): Promise<ChangeLooks> {
  const own = await changeMoves(deps, record);
  const day = changeDayOf(own.moves);
  const { changeId } = record;
  if (day === undefined) return { team: team.name, changeId, looks: [] };
  const at = dayNumber(day);
  const today = dayNumber(pacificToday(deps.clock.now()));
  const stored = await deps.store.looks(team.name, changeId);
  const days = await readDays(deps, team, record, { at, today });
  const looks: LookStatus[] = [];
  for (const lookDays of LOOKS) {
    const before = stored.find(({ look }) => look.detail.lookDays === lookDays);
    const status = await lookAt(deps, team, record, { own, all, days, at, today, lookDays, before, stored });
    if (before === undefined && status.stored !== undefined)
      stored.push({ look: status.stored, isPublished: true });
    looks.push(status.look);
  }
  return { team: team.name, changeId, changeDay: day, looks };
}

type Stored = { look: StoredLook; isPublished: boolean };
type Looking = {
  own: ChangeMoves;
  all: readonly ChangeRecord[];
  days: Days | undefined;
  at: number;
  today: number;
  lookDays: LookDays;
  before: Stored | undefined;
  stored: readonly Stored[];
};

async function lookAt(
  deps: EffectDependencies,
  team: TeamSettings,
  record: ChangeRecord,
  { own, all, days, at, today, lookDays, before, stored }: Looking,
): Promise<{ look: LookStatus; stored?: StoredLook }> {
  const from = at - GAP_DAYS - BEFORE_DAYS;
  const last = at + GAP_DAYS + lookDays - 1;
  const dueOn = dayOf(last + 1);
  if (last >= today) return { look: { lookDays, dueOn, state: 'due-later' } };
  const open =
    days === undefined
      ? `no vendor of ${team.name} has daily sales reports of the days before ${dayOf(at)}`
      : (days.sales.firstOpen(from, last) ?? days.events?.firstOpen(from, last));
  if (days === undefined || open !== undefined) {
    if (before !== undefined)
      return { look: { lookDays, dueOn, state: 'measured', detail: before.look.detail } };
    const waitsDays = Math.max(0, today - last - USUAL_DELAY_DAYS);
    return { look: { lookDays, dueOn, state: 'waiting', reason: open ?? '', waitsDays } };
  }
  const inputs = contentsOf(days, from, last);
  const stands =
    before !== undefined &&
    (last < today - RESTATED_WITHIN_DAYS || JSON.stringify(before.look.inputs) === JSON.stringify(inputs));
  const earlier = stored.map(({ look }) => look);
  const measuring = { own, all, days, at, lookDays, inputs, before: before?.look, earlier };
  const look = stands
    ? before.look
    : await deps.store.write(await measureAnew(deps, team, record, measuring));
  await publish(deps, look, stands && before.isPublished);
  return { look: { lookDays, dueOn, state: 'measured', detail: look.detail }, stored: look };
}

async function readDays(
  { reports }: EffectDependencies,
  team: TeamSettings,
  { request }: ChangeRecord,
  { at, today }: { at: number; today: number },
): Promise<Days | undefined> {
  const range = {
    from: at - HISTORY_DAYS,
    to: today - 1,
    mustHave: { from: at - GAP_DAYS - BEFORE_DAYS, to: at - GAP_DAYS - 1 },
  };
  const read = (report: string) => readReportDays(reports, seriesOf(team, report), range);
  const sales = await read(SALES);
  if (sales === undefined) return undefined;
  if (request.product.kind !== 'subscription') return { sales, events: undefined, balance: undefined };
  return { sales, events: await read(EVENTS), balance: await read(BALANCE) };
}

const contentsOf = ({ sales, events }: Days, from: number, to: number): Record<string, string> => ({
  ...sales.contents(from, to),
  ...events?.contents(from, to),
});

/** The tables first, then the event, then the mark: a run that dies in between is made good by the next one. */
async function publish(deps: EffectDependencies, look: StoredLook, isDone: boolean): Promise<void> {
  if (isDone) return;
  for (const { key, bytes } of await effectTables(look)) await deps.store.putTable(key, bytes);
  if (look.told) await deps.sendEvents([{ detailType: 'Price Effect Measured', detail: look.detail }]);
  await deps.store.markPublished(look);
  deps.metric(MetricName.priceEffectMeasured, 1);
  const { team, changeId, lookDays, version, measures } = look.detail;
  deps.log.info('Price effect measured', {
    team,
    changeId,
    lookDays,
    version,
    outcomes: Object.fromEntries(measures.map(({ measure: name, outcome }) => [name, outcome])),
  });
}
