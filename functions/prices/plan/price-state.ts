import type { PricePoint } from '../../app-store-connect/resources/price-points.ts';
import { compareDecimals } from '../request/decimal.ts';
import { daysAfter } from '../request/pacific-day.ts';

/**
 * Who decides a price of an in-app purchase or app. `base` and `manual` are fixed by the developer; `automatic` is
 * set by Apple from the base territory's price, and Apple may move it (taxes, exchange rates).
 */
export type PriceSource = 'base' | 'manual' | 'automatic';

/** A price and the day it starts; `from` null is what is in effect on the day of reading. */
export type TimedPrice = {
  from: string | null;
  price: string;
  /** The first day without this price. Only where no other price follows on that day. */
  until?: string | undefined;
  /** Absent for subscriptions, and in plans that an earlier version has stored. */
  source?: PriceSource | undefined;
  /** Introductory offers only: what the offer is, such as `FREE_TRIAL ONE_WEEK x1`. */
  terms?: string | undefined;
};

/** What a territory costs, now and later, in order. */
export type Timeline = readonly TimedPrice[];

/** A price between two days: `from` null is now, `until` null is for good. `until` is the first day without it. */
export type PriceSpan = { from: string | null; until: string | null; point: PricePoint; source: PriceSource };

/** A record of Apple's behind a price, by which it can be kept or taken away. */
export type PriceRecord = {
  id: string;
  territory: string;
  from: string | undefined;
  until: string | undefined;
  point: PricePoint;
};

export type TerritoryPrices = {
  /** ISO 4217, as Apple sells there on the day of reading. */
  currency: string | undefined;
  present: PricePoint | undefined;
  /** Prices with a day in the future. Of in-app purchases and apps: the manual ones. */
  scheduled: readonly { from: string; point: PricePoint; recordId: string }[];
  /** The present price follows the base territory by itself (in-app purchases and apps). */
  automatic: boolean;
  /** In-app purchases and apps: manual and automatic prices with their ends, in order, without overlaps. */
  spans?: readonly PriceSpan[];
  /** Introductory offers: the timeline itself. */
  timeline?: Timeline;
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
  /** Subscriptions, where Apple says it: whether one purchase can hold several seats. */
  multiSeat?: 'ENABLED' | 'DISABLED' | undefined;
  territories: ReadonlyMap<string, TerritoryPrices>;
  /** Introductory offers only: the subscription's own prices. */
  regular?: PriceState | undefined;
  /** The records a write of the whole must keep. */
  records: readonly PriceRecord[];
  /** Records of the subscription's other plan, as far as a write of this one could touch them. */
  otherPlanRecordIds?: readonly string[];
};

/** What Apple shows of prices on a day. */
export type ShownPrices = Pick<PriceState, 'today' | 'territories'>;

/** The present and scheduled prices of a territory as a timeline. */
export function timelineOf(prices: TerritoryPrices | undefined): Timeline {
  if (prices === undefined) return [];
  if (prices.timeline !== undefined) return prices.timeline;
  if (prices.spans !== undefined) return timelineOfSpans(prices.spans);
  const present = prices.present === undefined ? [] : [{ from: null, price: prices.present.customerPrice }];
  return tidy([
    ...present,
    ...prices.scheduled.map(({ from, point }) => ({ from, price: point.customerPrice })),
  ]);
}

/** Spans as a timeline: an end is told where nothing follows on that day. */
export function timelineOfSpans(spans: readonly PriceSpan[]): Timeline {
  return tidy(
    spans.map(({ from, until, point, source }, index) => ({
      from,
      price: point.customerPrice,
      ...(until !== null && spans[index + 1]?.from !== until && { until }),
      source,
    })),
  );
}

/** The same timeline as it reads on a day: what has started by then is simply in effect, what has ended is gone. */
export function timelineOn(timeline: Timeline, today: string): Timeline {
  const present = timeline.filter(({ from }) => from === null || from <= today).at(-1);
  const later = timeline.filter(({ from }) => from !== null && from > today);
  // mutation: timeline-ends
  const over = present?.until !== undefined && present.until <= today;
  return tidy([...(present === undefined || over ? [] : [{ ...present, from: null }]), ...later]);
}

/**
 * Whether two timelines say the same on a day. Amounts are compared as numbers. Where both say who decides the price,
 * that must agree too, and the amount of an automatic price is not compared: Apple sets it.
 */
export function sameTimeline(a: Timeline, b: Timeline, today: string): boolean {
  const sourced = [...a, ...b].every(({ source }) => source !== undefined);
  const [left, right] = [comparable(a, today, sourced), comparable(b, today, sourced)];
  return (
    left.length === right.length &&
    left.every((one, index) => {
      const other = right[index];
      return (
        other !== undefined &&
        one.from === other.from &&
        // mutation: timeline-same-end
        one.until === other.until &&
        (!sourced || one.source === other.source) &&
        (isAutomatic(one) && isAutomatic(other) && sourced ? true : samePrice(one, other))
      );
    })
  );
}

/** Automatic prices one after the other are one: when Apple moves them is Apple's decision. */
function comparable(timeline: Timeline, today: string, sourced: boolean): Timeline {
  const shown = timelineOn(timeline, today);
  if (!sourced) return shown;
  return shown.filter((one, index) => {
    const before = shown[index - 1];
    return !(isAutomatic(one) && before !== undefined && isAutomatic(before) && before.until === undefined);
  });
}

const isAutomatic = ({ source }: TimedPrice): boolean => source === 'automatic';
const samePrice = (a: TimedPrice, b: TimedPrice): boolean =>
  a.terms === b.terms && compareDecimals(a.price, b.price) === 0;

/** A price of a timeline that is over on a day; `lastDay` is the last one on which it held. */
export type EndedPrice = TimedPrice & { lastDay: string };

/** The prices of a timeline that are over on a day, in order. */
export const endedOn = (timeline: Timeline, today: string): EndedPrice[] =>
  timeline.flatMap((one, index) => {
    const end = one.until ?? timeline[index + 1]?.from ?? undefined;
    return end !== undefined && end <= today ? [{ ...one, lastDay: daysAfter(end, -1) }] : [];
  });

/** A price in words; an introductory offer with what it is. */
export const priceText = ({ price, terms }: TimedPrice): string =>
  terms === undefined ? price : `${terms} at ${price}`;

/** In order, without prices that change nothing. */
export function tidy(timeline: readonly TimedPrice[]): Timeline {
  const tidied: TimedPrice[] = [];
  for (const next of timeline.toSorted((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1))) {
    const before = tidied.at(-1);
    const goesOn =
      before !== undefined &&
      before.until === undefined &&
      before.source === next.source &&
      samePrice(before, next);
    if (!goesOn) tidied.push(next);
    else if (next.until !== undefined) tidied[tidied.length - 1] = { ...before, until: next.until };
  }
  return tidied;
}
