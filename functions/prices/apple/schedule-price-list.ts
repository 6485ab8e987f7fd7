import type { AppStoreConnectClient } from '../../app-store-connect/client/client.ts';
import {
  createPriceSchedule,
  type PriceSchedule,
  readPriceSchedule,
  readScheduleEqualizations,
  readSchedulePricePoints,
  type ScheduleKind,
  type SchedulePrice,
  type SchedulePriceInput,
} from '../../app-store-connect/resources/price-schedules.ts';
import { readTerritories } from '../../app-store-connect/resources/territories.ts';
import type { Clock } from '../../platform/util/clock.ts';
import type { PlanEntry } from '../plan/plan-entry.ts';
import type { PriceList } from '../plan/price-list.ts';
import type { PriceRecord, PriceState, TerritoryPrices, Timeline } from '../plan/price-state.ts';
import { tidy, timelineOf } from '../plan/price-state.ts';
import type { Effect, StepDraft } from '../plan/steps.ts';
import { pacificToday } from '../request/pacific-day.ts';

/** The prices of an in-app purchase or an app: one schedule, written as a whole. */
export function createSchedulePriceList(
  client: AppStoreConnectClient,
  clock: Clock,
  product: { kind: ScheduleKind; id: string },
): PriceList {
  const { kind, id } = product;
  return {
    read: async () => stateOf(await readPriceSchedule(client, kind, id), pacificToday(clock.now())),
    pricePoints: (territories) => readSchedulePricePoints(client, kind, id, territories),
    equalizations: (pricePointId) => readScheduleEqualizations(client, kind, pricePointId),
    territories: () => readTerritories(client),
    steps: (state, entries) => scheduleSteps(kind, id, state, entries),
    turnToSend: client.turnToWrite,
    send: async (write) => void (await client.write(write)),
  };
}

function stateOf(schedule: PriceSchedule | undefined, today: string): PriceState {
  const { baseTerritory, manual = [], automatic = [] } = schedule ?? {};
  const manualOf = Map.groupBy(manual.filter(notOver(today)), ({ territory }) => territory);
  const automaticOf = Map.groupBy(automatic.filter(notOver(today)), ({ territory }) => territory);
  const names = new Set([...manualOf.keys(), ...automaticOf.keys()]);
  const territories = new Map(
    [...names].map((name) => [
      name,
      territoryOf(manualOf.get(name) ?? [], automaticOf.get(name) ?? [], today),
    ]),
  );
  return {
    today,
    earliest: undefined,
    period: undefined,
    hasSubscribers: false,
    baseTerritory,
    territories,
    records: [...manualOf.values()].flat().map(({ id, territory, startDate, endDate, point }) => ({
      id,
      territory,
      from: startDate,
      until: endDate,
      point,
    })),
  };
}

const notOver =
  (today: string) =>
  ({ endDate }: SchedulePrice): boolean =>
    endDate === undefined || endDate > today;

/** Manual prices where there are any, in the order of their dates; else what follows the base. */
function territoryOf(
  manual: readonly SchedulePrice[],
  automatic: readonly SchedulePrice[],
  today: string,
): TerritoryPrices {
  const started = ({ startDate }: SchedulePrice): boolean => startDate === undefined || startDate <= today;
  const ordered = manual.toSorted((a, b) => ((a.startDate ?? '') < (b.startDate ?? '') ? -1 : 1));
  const own = ordered.findLast(started);
  const present = own ?? automatic.findLast(started);
  return {
    currency: [...manual, ...automatic].find(({ currency }) => currency !== undefined)?.currency,
    present: present?.point,
    scheduled: ordered.flatMap(({ id, startDate, point }) =>
      startDate !== undefined && startDate > today ? [{ from: startDate, point, recordId: id }] : [],
    ),
    automatic: own === undefined,
  };
}

/** One POST with every manual price: those that stay and those of the plan. */
function scheduleSteps(
  kind: ScheduleKind,
  id: string,
  state: PriceState,
  entries: readonly PlanEntry[],
): StepDraft[] {
  const changing = entries.filter((entry) => entry.kind !== 'none' && entry.kind !== 'follows');
  const baseTerritory = state.baseTerritory ?? firstBase(changing);
  if (changing.length === 0 || baseTerritory === undefined) return [];
  const changed = new Map(changing.map((entry) => [entry.territory, entry]));
  const follows = new Map(
    entries.filter(({ kind: each }) => each === 'follows').map((entry) => [entry.territory, entry]),
  );
  const recordsOf = Map.groupBy(state.records, ({ territory }) => territory);
  const names = [...new Set([...recordsOf.keys(), ...changed.keys()])].toSorted();
  const prices = names.flatMap((name) => rowsOf(recordsOf.get(name) ?? [], changed.get(name), state.today));
  const kept = names
    .filter((name) => !changed.has(name))
    .map((name): [string, Effect] => {
      const before = timelineOf(state.territories.get(name));
      return [name, { before, after: followed(before, follows.get(name)) }];
    });
  const effects = changing.map(({ territory, before, after }): [string, Effect] => [
    territory,
    { before, after },
  ]);
  return [
    {
      name: 'all',
      write: createPriceSchedule(kind, id, baseTerritory, prices),
      effects: Object.fromEntries([...kept, ...effects]),
      replacesAll: true,
    },
  ];
}

/** A territory that has only scheduled prices of its own: until then it moves with the base. */
function followed(before: Timeline, entry: PlanEntry | undefined): Timeline {
  if (entry === undefined || entry.startDate !== null) return before;
  return tidy([{ from: null, price: entry.target.price }, ...before.filter(({ from }) => from !== null)]);
}

/** Of a product without a schedule: Apple's own default where it is among the targets. */
const firstBase = (entries: readonly PlanEntry[]): string | undefined =>
  (entries.find(({ territory }) => territory === 'USA') ?? entries[0])?.territory;

type Row = { from: string | undefined; until: string | undefined; pricePointId: string };

/** A territory's manual prices after the change; each ends where the next one starts, if not earlier by itself. */
function rowsOf(
  records: readonly PriceRecord[],
  entry: PlanEntry | undefined,
  today: string,
): SchedulePriceInput[] {
  const kept = records
    .map(
      ({ from, until, point }): Row => ({
        // What has started is sent as in effect now: a start in the past cannot be asked for.
        from: from !== undefined && from > today ? from : undefined,
        until,
        pricePointId: point.id,
      }),
    )
    .filter(({ from }) => entry === undefined || from !== (entry.startDate ?? undefined));
  const added: Row[] =
    entry === undefined
      ? []
      : [{ from: entry.startDate ?? undefined, until: undefined, pricePointId: entry.target.pricePointId }];
  const ordered = [...kept, ...added]
    .toSorted((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1))
    .reduce(joined, []);
  return ordered.map(({ from, until, pricePointId }, index) => ({
    pricePointId,
    startDate: from,
    endDate: earlier(ordered[index + 1]?.from, until),
  }));
}

/** A price that only goes on with the one before it needs no row of its own. */
function joined(rows: readonly Row[], row: Row): Row[] {
  const last = rows.at(-1);
  const goesOn =
    last?.pricePointId === row.pricePointId && (last.until === undefined || last.until === row.from);
  return last !== undefined && goesOn
    ? [...rows.slice(0, -1), { ...last, until: row.until }]
    : [...rows, row];
}

const earlier = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a;
