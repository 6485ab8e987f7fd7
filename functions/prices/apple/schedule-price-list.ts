import type { AppStoreConnectClient } from '../../app-store-connect/client/client.ts';
import { writeNotingId } from '../../app-store-connect/client/noted-write.ts';
import { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
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
import { readProductNames } from '../../app-store-connect/resources/products.ts';
import { readTerritories } from '../../app-store-connect/resources/territories.ts';
import type { Clock } from '../../platform/util/clock.ts';
import { isWritten, type PlanEntry } from '../plan/plan-entry.ts';
import type { PriceList } from '../plan/price-list.ts';
import type { PriceSource, PriceSpan, PriceState, TerritoryPrices, TimedPrice } from '../plan/price-state.ts';
import { timelineOf } from '../plan/price-state.ts';
import type { FixedPrices } from '../plan/schedule-spans.ts';
import { fillGaps, spanOn } from '../plan/schedule-spans.ts';
import type { Effect, StepDraft } from '../plan/steps.ts';
import { pacificToday } from '../request/pacific-day.ts';

/** The prices of an in-app purchase or an app: one schedule, written as a whole. */
export function createSchedulePriceList(
  client: AppStoreConnectClient,
  clock: Clock,
  product: { kind: ScheduleKind; id: string },
): PriceList {
  const { kind, id } = product;
  const read = async (): Promise<PriceState> =>
    scheduleState(await readPriceSchedule(client, kind, id), pacificToday(clock.now()));
  return {
    read,
    label: async () => {
      try {
        return await readProductNames(client, kind, id);
      } catch (error) {
        // A plan without names is still a plan; what is wrong with the product, its prices say.
        if (error instanceof AppStoreConnectError) return undefined;
        throw error;
      }
    },
    readBack: read,
    pricePoints: (territories) => readSchedulePricePoints(client, kind, id, territories),
    equalizations: (pricePointId) => readScheduleEqualizations(client, kind, pricePointId),
    territories: () => readTerritories(client),
    steps: (state, entries, fixed) => scheduleSteps(kind, id, state, entries, fixed),
    turnToSend: client.turnToWrite,
    send: (write) => writeNotingId(client, write),
  };
}

/** A schedule as Apple lists it (`undefined`: the product has none), seen on a Pacific day. */
export function scheduleState(schedule: PriceSchedule | undefined, today: string): PriceState {
  const { baseTerritory, manual = [], automatic = [] } = schedule ?? {};
  const manualOf = Map.groupBy(manual.filter(notOver(today)), ({ territory }) => territory);
  const automaticOf = Map.groupBy(automatic.filter(notOver(today)), ({ territory }) => territory);
  const names = new Set([...manualOf.keys(), ...automaticOf.keys()]);
  const territories = new Map(
    [...names].map((name) => [
      name,
      territoryOf(manualOf.get(name) ?? [], automaticOf.get(name) ?? [], {
        today,
        isBase: name === baseTerritory,
      }),
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

/** Manual prices with their ends; in the gaps between them what follows the base. */
function territoryOf(
  manual: readonly SchedulePrice[],
  automatic: readonly SchedulePrice[],
  { today, isBase }: { today: string; isBase: boolean },
): TerritoryPrices {
  const own = spansOf(manual, isBase ? 'base' : 'manual', today);
  const listed = spansOf(automatic, 'automatic', today);
  const days = listed.flatMap(({ from, until }) => [from, until]).filter((day) => day !== null);
  const spans = fillGaps(own, days, (day) => spanOn(listed, day)?.point);
  const present = spanOn(spans, null);
  return {
    currency: [...manual, ...automatic].find(({ currency }) => currency !== undefined)?.currency,
    present: present?.point,
    scheduled: manual.flatMap(({ id, startDate, point }) =>
      startDate !== undefined && startDate > today ? [{ from: startDate, point, recordId: id }] : [],
    ),
    automatic: present === undefined || present.source === 'automatic',
    spans,
  };
}

/** In order; what has started is in effect now. Of two that apply on one day the later one counts. */
function spansOf(prices: readonly SchedulePrice[], source: PriceSource, today: string): PriceSpan[] {
  const spans = prices
    .toSorted((a, b) => ((a.startDate ?? '') < (b.startDate ?? '') ? -1 : 1))
    .map(
      ({ startDate, endDate, point }): PriceSpan => ({
        from: startDate !== undefined && startDate > today ? startDate : null,
        until: endDate ?? null,
        point,
        source,
      }),
    );
  return spans.flatMap((span, index) => {
    const next = spans[index + 1]?.from;
    if (next === undefined) return [span];
    if (next === span.from) return [];
    return [
      { ...span, until: span.until === null || (next !== null && next < span.until) ? next : span.until },
    ];
  });
}

/** One POST with every fixed price: those that stay and those of the plan. */
function scheduleSteps(
  kind: ScheduleKind,
  id: string,
  state: PriceState,
  entries: readonly PlanEntry[],
  fixed: FixedPrices | undefined,
): StepDraft[] {
  if (fixed === undefined || !entries.some(isWritten)) return [];
  const planned = new Map(
    entries
      .filter((entry) => isWritten(entry) || fixed.prices.has(entry.territory))
      .map((entry) => [entry.territory, entry]),
  );
  const names = [...new Set([...fixed.prices.keys(), ...planned.keys()])].toSorted();
  const effects = names.map((name): [string, Effect] => {
    const entry = planned.get(name);
    if (entry !== undefined) return [name, { before: entry.before, after: entry.after }];
    const before = timelineOf(state.territories.get(name));
    return [name, { before, after: name === fixed.baseTerritory ? before : before.map(asManual) }];
  });
  return [
    {
      name: 'all',
      write: createPriceSchedule(
        kind,
        id,
        fixed.baseTerritory,
        [...fixed.prices.values()].flat().map(inputOf),
      ),
      effects: Object.fromEntries(effects),
      replacesAll: true,
    },
  ];
}

/** The former base territory keeps its price. */
const asManual = (timed: TimedPrice): TimedPrice =>
  timed.source === 'base' ? { ...timed, source: 'manual' } : timed;

/** A start in the past cannot be asked for: what has started is sent as in effect now. */
const inputOf = ({ from, until, point }: PriceSpan): SchedulePriceInput => ({
  pricePointId: point.id,
  startDate: from ?? undefined,
  endDate: until ?? undefined,
});
