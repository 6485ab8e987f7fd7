import type { PricePoint } from '../../app-store-connect/resources/price-points.ts';
import { compareDecimals } from '../request/decimal.ts';

/** A price and the day it starts; `from` null is what is in effect on the day of reading. */
export type TimedPrice = { from: string | null; price: string };

/** What a territory costs, now and later, in order. */
export type Timeline = readonly TimedPrice[];

/** A record of Apple's behind a price, by which it can be kept or taken away. */
export type PriceRecord = {
  id: string;
  territory: string;
  from: string | undefined;
  until: string | undefined;
  point: PricePoint;
};

export type TerritoryPrices = {
  currency: string | undefined;
  present: PricePoint | undefined;
  scheduled: readonly { from: string; point: PricePoint; recordId: string }[];
  /** The present price follows the base territory by itself (in-app purchases and apps). */
  automatic: boolean;
};

/** A product's prices at Apple at one moment. */
export type PriceState = {
  /** The Pacific day by which present and scheduled were told apart. */
  today: string;
  /** The first day a change may start; `undefined`: at once. */
  earliest: string | undefined;
  /** Such as `ONE_YEAR`; subscriptions only. */
  period: string | undefined;
  /** Buyers exist who pay the present price again and again. */
  hasSubscribers: boolean;
  baseTerritory: string | undefined;
  territories: ReadonlyMap<string, TerritoryPrices>;
  /** The records a write of the whole must keep. */
  records: readonly PriceRecord[];
  /** Records of the subscription's other plan, as far as a write of this one could touch them. */
  otherPlanRecordIds?: readonly string[];
};

/** The present and scheduled prices of a territory as a timeline. */
export function timelineOf(prices: TerritoryPrices | undefined): Timeline {
  if (prices === undefined) return [];
  const present = prices.present === undefined ? [] : [{ from: null, price: prices.present.customerPrice }];
  return tidy([
    ...present,
    ...prices.scheduled.map(({ from, point }) => ({ from, price: point.customerPrice })),
  ]);
}

/** The same timeline as it reads on a day: what has started by then is simply in effect. */
export function timelineOn(timeline: Timeline, today: string): Timeline {
  const started = timeline.filter(({ from }) => from === null || from <= today);
  const present = started.at(-1);
  const later = timeline.filter(({ from }) => from !== null && from > today);
  return tidy([...(present === undefined ? [] : [{ from: null, price: present.price }]), ...later]);
}

/** Whether two timelines say the same on a day. Amounts are compared as numbers. */
export function sameTimeline(a: Timeline, b: Timeline, today: string): boolean {
  const [left, right] = [timelineOn(a, today), timelineOn(b, today)];
  return (
    left.length === right.length &&
    left.every(({ from, price }, index) => {
      const other = right[index];
      return other !== undefined && from === other.from && compareDecimals(price, other.price) === 0;
    })
  );
}

/** In order, without prices that change nothing. */
export function tidy(timeline: readonly TimedPrice[]): Timeline {
  const ordered = timeline.toSorted((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1));
  return ordered.filter(({ price }, index) => {
    const before = ordered[index - 1];
    return before === undefined || compareDecimals(before.price, price) !== 0;
  });
}
