import type { AppStoreConnectClient } from '../../app-store-connect/client/client.ts';
import { writeNotingId } from '../../app-store-connect/client/noted-write.ts';
import { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
import type { PricePoint } from '../../app-store-connect/resources/price-points.ts';
import {
  createSubscriptionPrice,
  deleteSubscriptionPrice,
  type PlanType,
  readSubscription,
  readSubscriptionEqualizations,
  readSubscriptionPricePoints,
  readSubscriptionPrices,
  type SubscriptionPrice,
  type SubscriptionPriceInput,
  writeSubscriptionPrices,
} from '../../app-store-connect/resources/subscription-prices.ts';
import { readTerritories } from '../../app-store-connect/resources/territories.ts';
import type { Clock } from '../../platform/util/clock.ts';
import { forEachConcurrently, together } from '../../platform/util/concurrency.ts';
import { inGroupsOf } from '../../platform/util/in-groups.ts';
import type { PlanEntry } from '../plan/plan-entry.ts';
import type { PriceList, SubscriptionWrites } from '../plan/price-list.ts';
import type { PriceState, TerritoryPrices } from '../plan/price-state.ts';
import type { StepDraft } from '../plan/steps.ts';
import { earliestForLive, pacificToday } from '../request/pacific-day.ts';

/** The prices of one subscription and plan. */
export function createSubscriptionPriceList(
  client: AppStoreConnectClient,
  clock: Clock,
  subscription: { id: string; plan: PlanType; writes: SubscriptionWrites },
): PriceList {
  const { id, plan, writes } = subscription;
  /** The label is part of the answer that the state needs as well. */
  let lastRead: ReturnType<typeof readSubscription> | undefined;
  const readAnew = (): ReturnType<typeof readSubscription> => {
    lastRead = readSubscription(client, id);
    return lastRead;
  };
  /** Until Apple has answered once, requests go one by one: a dead key must not be met by several at once. */
  let isLetIn = false;
  const pointsAhead = createPointsAhead((names) => readSubscriptionPricePoints(client, id, plan, names));
  return {
    label: async () => {
      const { name = '', productId = '' } = await (lastRead ?? readAnew());
      return name === '' && productId === '' ? undefined : { name, productId };
    },
    read: async (ahead) => {
      const pointsOf = ahead?.pointsOf();
      const subscriptionRead = readAnew();
      if (!isLetIn) await subscriptionRead;
      isLetIn = true;
      ahead?.beside?.();
      const [{ live, period, multiSeat }, { prices, otherPlanIds }] = await together(
        subscriptionRead,
        readSubscriptionPrices(client, id, plan),
        pointsAhead.read(pointsOf),
      );
      const needed = plan === 'MONTHLY' ? prices.length === 0 || writes === 'bulk' : writes === 'bulk';
      const others =
        needed && otherPlanIds.length === 0 ? await readOtherPlan(client, id, plan) : otherPlanIds;
      const now = clock.now();
      return {
        ...subscriptionState(prices, pacificToday(now)),
        otherPlanRecordIds: others,
        earliest: live ? earliestForLive(now) : undefined,
        period,
        hasSubscribers: live,
        multiSeat,
      };
    },
    readBack: async (names) => {
      const found: SubscriptionPrice[] = [];
      const groups = inGroupsOf(names, TERRITORIES_PER_READ_BACK);
      const readGroup = async (group: readonly string[]): Promise<void> => {
        const { prices } = await readSubscriptionPrices(client, id, plan, group);
        found.push(...prices);
        isLetIn = true;
      };
      const alone = isLetIn ? [] : groups.splice(0, 1);
      for (const group of alone) await readGroup(group);
      await forEachConcurrently(groups, READ_BACK_CONCURRENCY, readGroup);
      return subscriptionState(found, pacificToday(clock.now()));
    },
    pricePoints: async (territories) =>
      pointsAhead.take(territories) ?? readSubscriptionPricePoints(client, id, plan, territories),
    equalizations: (pricePointId) => readSubscriptionEqualizations(client, pricePointId),
    territories: () => readTerritories(client),
    steps: (state, entries) => subscriptionSteps(id, plan, writes, state, entries),
    turnToSend: client.turnToWrite,
    send: (write) => writeNotingId(client, write),
  };
}

/** Price points that are read together with the prices, for the next one who asks for them. */
function createPointsAhead(readPoints: (territories: readonly string[]) => Promise<PricePoint[]>) {
  let ahead: { territories: readonly string[]; points: PricePoint[] } | undefined;
  return {
    /** A read that fails leaves none: whoever needs them meets the failure with a read of its own. */
    read: async (wanted: Promise<readonly string[]> | undefined): Promise<void> => {
      ahead = undefined;
      const territories = (await wanted) ?? [];
      if (territories.length === 0) return;
      const [read] = await Promise.allSettled([readPoints(territories)]);
      if (read.status === 'fulfilled') ahead = { territories, points: read.value };
    },
    /** Once. `undefined`: not all of these territories were read. */
    take: (wanted: readonly string[]): PricePoint[] | undefined => {
      const taken = ahead;
      ahead = undefined;
      return taken !== undefined && wanted.every((territory) => taken.territories.includes(territory))
        ? taken.points.filter(({ territory }) => wanted.includes(territory))
        : undefined;
    },
  };
}

/** So many territories have at most a page of 200 records: present, scheduled and preserved prices. */
const TERRITORIES_PER_READ_BACK = 60;
const READ_BACK_CONCURRENCY = 4;

/** Of a subscription whose list was read for one plan only. A filter that Apple does not know means one plan. */
async function readOtherPlan(client: AppStoreConnectClient, id: string, plan: PlanType): Promise<string[]> {
  try {
    const other = await readSubscriptionPrices(client, id, plan === 'MONTHLY' ? 'UPFRONT' : 'MONTHLY');
    return other.prices.map((price) => price.id);
  } catch (error) {
    if (error instanceof AppStoreConnectError && error.code === 'INVALID_REQUEST') return [];
    throw error;
  }
}

/** A subscription's prices of one plan as Apple lists them, seen on a Pacific day. */
export function subscriptionState(prices: readonly SubscriptionPrice[], today: string) {
  const byTerritory = Map.groupBy(prices, ({ territory }) => territory);
  const territories = new Map(
    [...byTerritory].map(([territory, records]) => [territory, territoryOf(records, today)]),
  );
  return {
    today,
    baseTerritory: undefined,
    territories,
    records: prices.map(({ id, territory, startDate, point }) => ({
      id,
      territory,
      from: startDate,
      until: undefined,
      point,
    })),
  };
}

/**
 * A preserved price is what present subscribers pay. It counts only where no other price has begun: one that holds at
 * once has no start date, and may be newer than a preserved one that has.
 */
function territoryOf(records: readonly SubscriptionPrice[], today: string): TerritoryPrices {
  const byStart = Map.groupBy(records, ({ startDate }) => startDate ?? '');
  const ordered = [...byStart]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, same]) => same.find(({ preserved }) => !preserved) ?? same.slice(0, 1));
  const begun = ordered.filter(({ startDate }) => startDate === undefined || startDate <= today);
  // mutation: preserved-present
  const present = begun.findLast(({ preserved }) => !preserved) ?? begun.at(-1);
  return {
    currency: records.find(({ currency }) => currency !== undefined)?.currency,
    present: present?.point,
    scheduled: ordered.flatMap(({ id, startDate, point }) =>
      startDate !== undefined && startDate > today ? [{ from: startDate, point, recordId: id }] : [],
    ),
    automatic: false,
  };
}

/**
 * A subscription's first prices go in one PATCH (a POST to one without any price, in either plan, is answered 500
 * for ever, and the PATCH is refused where there are some); changes one POST per territory, or in one PATCH where the
 * team has set so.
 */
function subscriptionSteps(
  id: string,
  plan: PlanType,
  writes: SubscriptionWrites,
  state: PriceState,
  entries: readonly PlanEntry[],
): StepDraft[] {
  const priced = entries.filter(({ kind }) => kind === 'first' || kind === 'change');
  const otherPlan = state.otherPlanRecordIds ?? [];
  const unpriced = state.territories.size === 0 && otherPlan.length === 0;
  const bulk = priced.length > 0 && (unpriced || writes === 'bulk');
  const removals = entries.flatMap(({ removes, territory, before, after }) =>
    removes.map(
      (recordId): StepDraft => ({
        name: `remove-${territory}`,
        write: deleteSubscriptionPrice(recordId),
        effects: { [territory]: { before, after } },
        replacesAll: false,
      }),
    ),
  );
  if (bulk) return [...removals, bulkStep(id, plan, state, priced)];
  const changes = priced.map(
    (entry): StepDraft => ({
      name: entry.territory,
      write: createSubscriptionPrice(id, plan, inputOf(entry)),
      effects: effectsOf([entry]),
      replacesAll: false,
    }),
  );
  return [...removals, ...changes];
}

function bulkStep(id: string, plan: PlanType, state: PriceState, entries: readonly PlanEntry[]): StepDraft {
  const displaced = new Set(
    entries.flatMap(({ territory, overwrites }) => overwrites.map(({ from }) => `${territory} ${from}`)),
  );
  const kept = state.records.filter(({ territory, from }) => !displaced.has(`${territory} ${from}`));
  return {
    name: 'all',
    write: writeSubscriptionPrices(id, plan, entries.map(inputOf), [
      ...kept.map((record) => record.id),
      ...(state.otherPlanRecordIds ?? []),
    ]),
    effects: effectsOf(entries),
    replacesAll: true,
  };
}

const inputOf = ({
  territory,
  target,
  startDate,
  existingSubscribers,
}: PlanEntry): SubscriptionPriceInput => ({
  territory,
  pricePointId: target.pricePointId,
  startDate: startDate ?? undefined,
  preserveCurrentPrice:
    existingSubscribers === 'keepPrice' ? true : existingSubscribers === 'newPrice' ? false : undefined,
});

const effectsOf = (entries: readonly PlanEntry[]): StepDraft['effects'] =>
  Object.fromEntries(entries.map(({ territory, before, after }) => [territory, { before, after }]));
