import type { PricePoint } from '../../functions/app-store-connect/resources/price-points.ts';
import type { SchedulePrice } from '../../functions/app-store-connect/resources/price-schedules.ts';
import { createSchedulePriceList, scheduleState } from '../../functions/prices/apple/schedule-price-list.ts';
import { createSubscriptionPriceList } from '../../functions/prices/apple/subscription-price-list.ts';
import type { PriceList, SubscriptionWrites } from '../../functions/prices/plan/price-list.ts';
import type { PriceRecord, PriceState, TerritoryPrices } from '../../functions/prices/plan/price-state.ts';
import { point } from './memory.ts';

/** Territory → the prices Apple offers there; prices in one column are equal. */
export const LADDER: Readonly<Record<string, { currency: string; prices: readonly string[] }>> = {
  USA: { currency: 'USD', prices: ['4.99', '9.99', '10.99', '14.99', '19.99', '49.99'] },
  FRA: { currency: 'EUR', prices: ['5.99', '10.99', '11.99', '15.99', '21.99', '54.99'] },
  GBR: { currency: 'GBP', prices: ['4.49', '8.99', '9.99', '12.99', '17.99', '44.99'] },
  JPN: { currency: 'JPY', prices: ['800', '1500', '1600', '2200', '3000', '8000'] },
  IND: { currency: 'INR', prices: ['399.0', '999.0', '1099.0', '1299.0', '1999.0', '4900.0'] },
  CHN: { currency: 'CNY', prices: ['38.0', '68.0', '78.0', '98.0', '138.0', '348.0'] },
};

export const TODAY = '2026-11-24';
export const TOMORROW = '2026-11-25';

type Seed = {
  present?: Readonly<Record<string, string>>;
  scheduled?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Territories that follow the base by themselves. */
  automatic?: readonly string[];
  /** Makes it an in-app purchase or app. */
  baseTerritory?: string;
  /** In-app purchases and apps: territory → the day on which its last fixed price ends, and what it costs then. */
  ends?: Readonly<Record<string, readonly [day: string, following?: string]>>;
  /** The first day a live subscription may change. */
  earliest?: string;
  period?: string;
};

/** Apple's prices of a product as they were read. `scheduled`: territory → day → price. */
export function stateOf(seed: Seed): PriceState {
  return seed.baseTerritory === undefined ? subscriptionState(seed) : purchaseState(seed);
}

/** A schedule of an in-app purchase or app, read as the real price list reads Apple's records. */
function purchaseState({
  present = {},
  scheduled = {},
  automatic = [],
  ends = {},
  baseTerritory = 'USA',
}: Seed): PriceState {
  const price = (territory: string, amount: string, startDate?: string, endDate?: string): SchedulePrice => ({
    id: `${territory}@${startDate ?? 'now'}`,
    territory,
    currency: LADDER[territory]?.currency,
    startDate,
    endDate,
    point: point(territory, amount),
  });
  const names = [...new Set([...Object.keys(present), ...Object.keys(scheduled)])];
  const manual = names.flatMap((name) => {
    const own =
      present[name] === undefined || automatic.includes(name) ? [] : [[undefined, present[name]] as const];
    const days = [...own, ...Object.entries(scheduled[name] ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1))];
    return days.map(([from, amount], index) =>
      price(
        name,
        amount,
        from,
        days[index + 1]?.[0] ?? (index === days.length - 1 ? ends[name]?.[0] : undefined),
      ),
    );
  });
  const following = names.flatMap((name) => {
    const amount = automatic.includes(name) ? present[name] : ends[name]?.[1];
    if (amount === undefined) return [];
    return [price(name, amount, automatic.includes(name) ? undefined : ends[name]?.[0])];
  });
  return scheduleState({ baseTerritory, manual, automatic: following }, TODAY);
}

function subscriptionState({ present = {}, scheduled = {}, automatic = [], ...more }: Seed): PriceState {
  const names = [...new Set([...Object.keys(present), ...Object.keys(scheduled)])];
  const territories = new Map(
    names.map((name): [string, TerritoryPrices] => {
      const price = present[name];
      return [
        name,
        {
          currency: LADDER[name]?.currency,
          present: price === undefined ? undefined : point(name, price),
          scheduled: Object.entries(scheduled[name] ?? {}).map(([from, later]) => ({
            from,
            point: point(name, later),
            recordId: `${name}@${from}`,
          })),
          automatic: automatic.includes(name),
        },
      ];
    }),
  );
  const records = [...territories].flatMap(([territory, prices]): PriceRecord[] => [
    ...(prices.present === undefined || prices.automatic
      ? []
      : [{ id: `${territory}@now`, territory, from: undefined, until: undefined, point: prices.present }]),
    ...prices.scheduled.map(({ from, point: later, recordId }) => ({
      id: recordId,
      territory,
      from,
      until: undefined,
      point: later,
    })),
  ]);
  return {
    today: TODAY,
    earliest: more.earliest,
    period: more.period,
    hasSubscribers: more.earliest !== undefined,
    baseTerritory: more.baseTerritory,
    territories,
    records,
  };
}

export type FakePriceList = PriceList & { reads: string[] };

const noClient = {
  baseUrl: 'https://unused.example',
  read: () => Promise.reject(new Error('a fake price list has no client')),
  write: () => Promise.reject(new Error('a fake price list has no client')),
  turnToWrite: () => Promise.reject(new Error('a fake price list has no client')),
};
const noClock = { now: () => 0 };

/** A product at an Apple of six territories. Notes what it is asked; plans the same steps as the real price lists. */
export function fakePriceList(
  state: PriceState,
  kind: 'subscription' | 'inAppPurchase' | 'app' = 'subscription',
  writes: SubscriptionWrites = 'auto',
): FakePriceList {
  const reads: string[] = [];
  const real =
    kind === 'subscription'
      ? createSubscriptionPriceList(noClient, noClock, { id: '1', plan: 'UPFRONT', writes })
      : createSchedulePriceList(noClient, noClock, { kind, id: '1' });
  const pointsOf = (name: string): PricePoint[] =>
    (LADDER[name]?.prices ?? []).map((price) => point(name, price));
  return {
    reads,
    read: async () => {
      reads.push('state');
      return state;
    },
    label: async () => undefined,
    readBack: async () => {
      reads.push('read-back');
      return state;
    },
    pricePoints: async (territories) => {
      reads.push(`points ${territories.join(',')}`);
      return territories.flatMap(pointsOf);
    },
    equalizations: async (id) => {
      reads.push(`equal ${id}`);
      const place =
        Object.keys(LADDER)
          .flatMap(pointsOf)
          .findIndex((each) => each.id === id) % 6;
      return Object.keys(LADDER).flatMap((name) => {
        const found = pointsOf(name)[place];
        return found === undefined || found.id === id || id.startsWith(`${name}-`) ? [] : [found];
      });
    },
    territories: async () => {
      reads.push('territories');
      return new Map(Object.entries(LADDER).map(([name, { currency }]) => [name, currency]));
    },
    steps: real.steps,
    turnToSend: () => Promise.reject(new Error('a fake price list sends nothing')),
    send: () => Promise.reject(new Error('a fake price list sends nothing')),
  };
}
