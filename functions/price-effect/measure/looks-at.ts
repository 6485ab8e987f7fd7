import type { EventDetail } from '../../events/contract.ts';
import type { TeamSettings } from '../../platform/config/settings.ts';
import { MetricName } from '../../platform/logging/metrics.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import { pacificToday } from '../../prices/request/pacific-day.ts';
import type { ChangeRecord } from '../../prices/store/change-record.ts';
import { type ChangeMoves, chooseTerritories } from '../change/choose-territories.ts';
import { changeDayOf, type PriceMove } from '../change/price-moves.ts';
import { BEFORE_DAYS, GAP_DAYS, HISTORY_DAYS, LOOKS, type LookDays } from '../estimator/windows.ts';
import { dayNumber, dayOf } from '../history/day-number.ts';
import { emptyHistory } from '../history/product-history.ts';
import { BALANCE_COLUMNS, keptPrice } from '../look/kept-price.ts';
import { measureLook } from '../look/measures.ts';
import { effectTables } from '../store/effect-rows.ts';
import type { StoredLook } from '../store/effect-store.ts';
import { collectHistory, firstSale } from './collect-history.ts';
import type { EffectDependencies } from './effect-dependencies.ts';
import { changeMoves, changesOfProduct, otherChanges } from './moved-changes.ts';
import { namedComparison, otherProduct } from './other-product.ts';
import { BALANCE, EVENTS, type ReportDays, readReportDays, SALES, seriesOf } from './report-days.ts';

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

type Days = { sales: ReportDays; events: ReportDays | undefined; balance: ReportDays | undefined };

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
  const look = stands ? before.look : await deps.store.write(await measure(deps, team, record, measuring));
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

type Measuring = {
  own: ChangeMoves;
  all: readonly ChangeRecord[];
  days: Days;
  at: number;
  lookDays: LookDays;
  inputs: Record<string, string>;
  before: StoredLook | undefined;
  earlier: readonly StoredLook[];
};

async function measure(
  deps: EffectDependencies,
  team: TeamSettings,
  record: ChangeRecord,
  { own, all, days, at, lookDays, inputs, before, earlier }: Measuring,
): Promise<StoredLook> {
  const { product, requestedBy, reason } = record.request;
  const { changeId } = record;
  const firstDay = at - HISTORY_DAYS;
  const end = HISTORY_DAYS + GAP_DAYS + lookDays;
  const history = emptyHistory(firstDay, end);
  const named = namedComparison(team, product.id);
  const otherHistory = emptyHistory(firstDay, end);
  const histories = new Map([[product.id, history]]);
  if (named !== undefined) histories.set(named.id, otherHistory);
  await collectHistory(deps.readTable, histories, days);
  const others = await otherChanges(deps, all, { team: team.name, product, changeId, at });
  const sides = chooseTerritories(history, { ...own, day: dayOf(at) }, others, end);
  const open = Math.max(
    ...[days.sales, days.events].map(
      (reports) => reports?.lastOpenBefore(at - GAP_DAYS - BEFORE_DAYS, firstDay) ?? firstDay - 1,
    ),
  );
  const first = Math.max(open + 1 - firstDay, firstSale(history));
  const beside =
    named === undefined
      ? { remarks: [] }
      : otherProduct(
          named,
          { own: { ...history, kind: product.kind }, other: otherHistory },
          sides,
          await changesOfProduct(deps, all, named.id, at),
          { first, at: HISTORY_DAYS, end },
        );
  const measures = [
    ...measureLook({
      kind: product.kind,
      history,
      sides,
      at: HISTORY_DAYS,
      first,
      after: lookDays,
      hasEvents: days.events !== undefined,
      keepsPrice: own.moves.some(({ existingSubscribers }) => existingSubscribers === 'keepPrice'),
      other: beside.other,
    }),
    ...(product.kind === 'subscription' && sides.disturbed === undefined
      ? await kept(deps, product.id, own.moves, days, firstDay + end - 1)
      : []),
  ];
  const version = (before?.detail.version ?? 0) + 1;
  const detail: Detail = {
    id: sha256Hex(`Price Effect Measured\n${team.name}\n${changeId}\n${lookDays}\n${version}`),
    team: team.name,
    changeId,
    product,
    changeDay: dayOf(at),
    lookDays,
    version,
    measuredOn: pacificToday(deps.clock.now()),
    changedTerritories: sides.changed.map(([territory]) => territory).toSorted(),
    stayedTerritories: sides.stayed.map(([territory]) => territory).toSorted(),
    measures,
    remarks: [
      ...restated(before, inputs),
      ...saidBefore(earlier, lookDays, measures),
      ...sides.leftOut,
      ...beside.remarks,
    ],
    requestedBy,
    ...(reason !== undefined && { reason }),
  };
  return { detail, inputs, told: before === undefined || !sameOutcomes(before.detail.measures, measures) };
}

async function kept(
  { readTable }: EffectDependencies,
  id: string,
  moves: readonly PriceMove[],
  { balance }: Days,
  day: number,
) {
  const files = balance?.files(day, day) ?? [];
  const tables = await Promise.all(files.map(({ tableKey }) => readTable(tableKey, BALANCE_COLUMNS)));
  return keptPrice(id, moves, dayOf(day), tables);
}

const sameOutcomes = (a: Detail['measures'], b: Detail['measures']): boolean =>
  JSON.stringify(a.map(({ measure: name, outcome }) => [name, outcome])) ===
  JSON.stringify(b.map(({ measure: name, outcome }) => [name, outcome]));

function restated(before: StoredLook | undefined, inputs: Record<string, string>): string[] {
  if (before === undefined) return [];
  const changed = Object.keys(inputs).filter((key) => inputs[key] !== before.inputs[key]);
  return [
    `Measured again, as Apple has restated ${changed.length} report${changed.length === 1 ? '' : 's'} of the compared days.`,
  ];
}

/** A later look replaces an earlier one: where its word differs, that is said. */
function saidBefore(
  earlier: readonly StoredLook[],
  lookDays: LookDays,
  measures: Detail['measures'],
): string[] {
  const [last] = earlier
    .filter(({ detail }) => detail.lookDays < lookDays)
    .toSorted((a, b) => b.detail.lookDays - a.detail.lookDays);
  const [main] = measures;
  const then = last?.detail.measures.find(({ measure: name }) => name === main?.measure);
  if (last === undefined || then === undefined || main === undefined || then.outcome === main.outcome)
    return [];
  return [`The look after ${last.detail.lookDays} days said: ${then.words} This look replaces it.`];
}

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
