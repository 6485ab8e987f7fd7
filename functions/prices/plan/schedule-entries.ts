import type { PricePoint } from '../../app-store-connect/resources/price-points.ts';
import type { Problem } from '../../platform/errors.ts';
import { compareDecimals } from '../request/decimal.ts';
import type { PriceRequest } from '../request/price-request.ts';
import { planEntry } from './build-entry.ts';
import type { EntryKind, PlanEntry } from './plan-entry.ts';
import type { PriceList } from './price-list.ts';
import {
  type PriceSpan,
  type PriceState,
  sameTimeline,
  type Timeline,
  timelineOf,
  timelineOfSpans,
} from './price-state.ts';
import { changeSpans, type FixedPrices, fillGaps, spanOn } from './schedule-spans.ts';

export type SchedulePlan = {
  entries: PlanEntry[];
  /** What the schedule must say afterwards. */
  fixed: FixedPrices | undefined;
  problems: Problem[];
};

type Input = {
  request: PriceRequest;
  state: PriceState;
  targets: ReadonlyMap<string, PricePoint>;
  /** `undefined`: at once. */
  startDate: string | undefined;
};

/**
 * Plans the schedule of an in-app purchase or app. A territory whose price Apple sets to the target by itself, from
 * the base territory's price, is left to Apple: nothing fixed is written for it.
 */
export async function planSchedule(
  priceList: Pick<PriceList, 'equalizations'>,
  input: Input,
): Promise<SchedulePlan> {
  const { request, state, targets } = input;
  const base = baseOf(request, state, targets);
  const problems = problemsOf(input, base);
  if (base === undefined || problems.length > 0) return { entries: [], fixed: undefined, problems };
  const named = namedToFollow(request, state, targets, base);
  const schedule = await readSchedule(priceList, input, base, named);
  const decided = [
    ...[...targets.values()].map((point) => schedule.price(point)),
    ...named.map((territory) => schedule.follow(territory)),
    ...(base !== state.baseTerritory && !targets.has(base) ? [schedule.newBase()] : []),
  ];
  const own = decided.flatMap((one) => ('entry' in one ? [one] : []));
  const entries = [...own.map(({ entry }) => entry).toSorted(byTerritory), ...schedule.followers(own)];
  const fixed = new Map(
    [...new Set([...state.territories.keys(), ...own.map(({ entry }) => entry.territory)])]
      .toSorted()
      .map((name): [string, readonly PriceSpan[]] => [
        name,
        own.find(({ entry }) => entry.territory === name)?.fixed ?? fixedOf(state, name),
      ])
      .filter(([, spans]) => spans.length > 0),
  );
  return {
    entries,
    fixed: { baseTerritory: base, prices: fixed },
    problems: decided.flatMap((one) => ('problem' in one ? [one.problem] : [])),
  };
}

const byTerritory = (a: PlanEntry, b: PlanEntry): number => (a.territory < b.territory ? -1 : 1);

/** The base territory afterwards. A new product's is the one its prices were made from, else Apple's own default. */
function baseOf(
  request: PriceRequest,
  state: PriceState,
  targets: ReadonlyMap<string, PricePoint>,
): string | undefined {
  const from = request.equalizeFrom?.territory ?? request.index?.territory;
  const first = [...targets.keys()].toSorted()[0];
  return (
    request.baseTerritory ??
    state.baseTerritory ??
    (from !== undefined && targets.has(from) ? from : targets.has('USA') ? 'USA' : first)
  );
}

function problemsOf({ request, state, targets, startDate }: Input, base: string | undefined): Problem[] {
  const { baseTerritory, follow } = request;
  const problems: Problem[] = [];
  if (base === undefined && (follow !== undefined || baseTerritory !== undefined))
    problems.push({
      path: follow === undefined ? 'baseTerritory' : 'follow',
      message: 'the product has no price yet: name a price of its base territory first',
    });
  if (baseTerritory !== undefined && baseTerritory !== state.baseTerritory) {
    if (startDate !== undefined)
      problems.push({
        path: 'startDate',
        message: 'Apple changes the base territory at once, not on a day; leave startDate out',
      });
    if (!targets.has(baseTerritory) && state.territories.get(baseTerritory)?.present === undefined)
      problems.push({
        path: 'baseTerritory',
        message: `${baseTerritory} has no price; name one in prices`,
      });
  }
  if (Array.isArray(follow) && base !== undefined && follow.includes(base))
    problems.push({
      path: 'follow',
      message: `${base} is the base territory, which all others follow; remove it, or name another baseTerritory`,
    });
  return problems;
}

const fixedOf = (state: PriceState, territory: string): PriceSpan[] =>
  (state.territories.get(territory)?.spans ?? []).filter(({ source }) => source !== 'automatic');

/** The territories that a request wants to follow the base. `all`: every one with a fixed price that it does not price. */
function namedToFollow(
  { follow }: PriceRequest,
  state: PriceState,
  targets: ReadonlyMap<string, PricePoint>,
  base: string,
): string[] {
  if (follow === undefined) return [];
  if (follow !== 'all') return follow;
  return [...state.territories.keys()].filter(
    (name) => name !== base && !targets.has(name) && fixedOf(state, name).length > 0,
  );
}

type Decided = { entry: PlanEntry; fixed: readonly PriceSpan[] } | { problem: Problem };

/** Whether spans have a price on a day, and where asked for also on every later one. */
function costs(
  spans: readonly PriceSpan[],
  day: string | null,
  forGood: boolean,
  point: PricePoint,
): boolean {
  const fromThen = spans.filter(({ until }) => until === null || until > (day ?? ''));
  const asked = forGood ? fromThen : fromThen.slice(0, 1);
  return (
    asked.length > 0 &&
    asked.every((span) => compareDecimals(span.point.customerPrice, point.customerPrice) === 0)
  );
}

function kindOf(state: PriceState, point: PricePoint, after: Timeline, isAutomatic: boolean): EntryKind {
  const prices = state.territories.get(point.territory);
  const before = timelineOf(prices);
  if (sameTimeline(before, after, state.today)) return 'none';
  if (prices?.present === undefined) return 'first';
  const isPresent = compareDecimals(prices.present.customerPrice, point.customerPrice) === 0;
  const isGone = before.some(
    ({ from, source }) =>
      from !== null && source !== 'automatic' && !after.some((kept) => kept.from === from),
  );
  return isPresent && isGone && !isAutomatic ? 'unschedule' : 'change';
}

/** Reads Apple's equal prices where the base's price moves or a fixed price goes, and decides with them. */
async function readSchedule(
  priceList: Pick<PriceList, 'equalizations'>,
  { request, state, targets, startDate }: Input,
  base: string,
  named: readonly string[],
) {
  const day = startDate ?? null;
  const removeLater = request.removeScheduled === true;
  const isNewBase = base !== state.baseTerritory;
  const spansOf = (territory: string): readonly PriceSpan[] => state.territories.get(territory)?.spans ?? [];
  const baseBefore = state.baseTerritory === undefined ? [] : fixedOf(state, state.baseTerritory);
  const baseAfter = baseSpans();
  const baseDays = baseAfter.flatMap(({ from }) => (from === null ? [] : [from]));
  const equal = await readEqual();

  function baseSpans(): PriceSpan[] {
    const target = targets.get(base);
    const fixed = isNewBase
      ? spansOf(base).map((span) => ({ ...span, source: 'base' as const }))
      : fixedOf(state, base);
    return target === undefined
      ? [...fixed]
      : changeSpans(fixed, day, { point: target, source: 'base' }, removeLater);
  }

  function isMoved(on: string | null): boolean {
    const [before, after] = [spanOn(baseBefore, on), spanOn(baseAfter, on)];
    return isNewBase || before?.point.id !== after?.point.id;
  }

  async function readEqual(): Promise<ReadonlyMap<string, ReadonlyMap<string, PricePoint>>> {
    // What is exposed has no automatic price yet that Apple could have listed.
    const exposed = named.length > 0 || removeLater;
    const others = state.territories.size > 1 || targets.size > 1 || state.baseTerritory === undefined;
    const ids = [null, ...baseDays]
      .filter((on) => others && (exposed || isMoved(on)))
      .flatMap((on) => spanOn(baseAfter, on)?.point.id ?? []);
    const read = new Map<string, ReadonlyMap<string, PricePoint>>();
    for (const id of new Set(ids)) {
      const points = await priceList.equalizations(id);
      read.set(id, new Map(points.map((point) => [point.territory, point])));
    }
    return read;
  }

  /** The price that Apple sets in a territory on a day, as far as it is known. */
  function automaticOn(territory: string, on: string | null): PricePoint | undefined {
    const listed = spansOf(territory).find(
      (span) => span.source === 'automatic' && spanOn([span], on) !== undefined,
    );
    if (listed !== undefined && !isMoved(on)) return listed.point;
    const basePoint = spanOn(baseAfter, on)?.point;
    return basePoint === undefined ? undefined : equal.get(basePoint.id)?.get(territory);
  }

  function afterwards(territory: string, fixed: readonly PriceSpan[]): PriceSpan[] {
    if (territory === base) return [...fixed];
    const listed = spansOf(territory).flatMap(({ from }) => (from === null ? [] : [from]));
    const days = [...baseDays, ...listed, ...(day === null ? [] : [day])];
    return fillGaps(fixed, days, (on) => automaticOn(territory, on));
  }

  const isAutomaticOn = (spans: readonly PriceSpan[]): boolean => spanOn(spans, day)?.source === 'automatic';

  function decide(
    point: PricePoint,
    kind: PlanEntry['kind'],
    fixed: readonly PriceSpan[],
    spans: readonly PriceSpan[],
  ): Decided {
    const decision = {
      point,
      kind,
      after: timelineOfSpans(spans),
      removes: [],
      existingSubscribers: null,
      automatic: {
        before: isAutomaticOn(spansOf(point.territory)),
        after: kind === 'none' ? isAutomaticOn(spansOf(point.territory)) : isAutomaticOn(spans),
      },
    };
    return {
      entry: planEntry(request, state, startDate, decision),
      fixed: kind === 'none' ? fixedOf(state, point.territory) : fixed,
    };
  }

  /** Left to Apple: what it will be there by itself is what was asked for. */
  function leave(point: PricePoint, fixed: readonly PriceSpan[], spans: readonly PriceSpan[]): Decided {
    const before = spanOn(spansOf(point.territory), day)?.point.customerPrice;
    const same = before !== undefined && compareDecimals(before, point.customerPrice) === 0;
    const removed = fixed.length < fixedOf(state, point.territory).length;
    return decide(point, removed ? 'unschedule' : same ? 'none' : 'follows', fixed, spans);
  }

  /** A price that Apple makes by itself is left to Apple; any other becomes a fixed one. */
  function price(point: PricePoint): Decided {
    const { territory } = point;
    const before = fixedOf(state, territory);
    if (territory !== base && spanOn(before, day) === undefined) {
      const unchanged = changeSpans(before, day, undefined, removeLater);
      const left = afterwards(territory, unchanged);
      if (costs(left, day, removeLater, point)) return leave(point, unchanged, left);
    }
    const fixed =
      territory === base ? baseAfter : changeSpans(before, day, { point, source: 'manual' }, removeLater);
    const spans = afterwards(territory, fixed);
    return decide(
      point,
      kindOf(state, point, timelineOfSpans(spans), isAutomaticOn(spansOf(territory))),
      fixed,
      spans,
    );
  }

  function follow(territory: string): Decided {
    const before = fixedOf(state, territory);
    const fixed = changeSpans(before, day, undefined, removeLater);
    const spans = afterwards(territory, fixed);
    const point = spanOn(spans, day)?.point;
    if (point === undefined)
      return {
        problem: {
          path: 'follow',
          message: `Apple names no price in ${territory} that equals the base territory's; give it a price of its own`,
        },
      };
    return spanOn(before, day) === undefined && fixed.length === before.length
      ? leave(point, fixed, spans)
      : decide(point, 'automatic', fixed, spans);
  }

  /** The new base territory keeps its price where the request names none. */
  function newBase(): Decided {
    const point = spanOn(baseAfter, day)?.point;
    return point === undefined
      ? { problem: { path: 'baseTerritory', message: `${base} has no price now; name one in prices` } }
      : decide(point, 'change', baseAfter, baseAfter);
  }

  /** What moves with the base by itself, besides what the request names. */
  function followers(own: readonly { entry: PlanEntry }[]): PlanEntry[] {
    if (!isMoved(day)) return [];
    const planned = new Set([base, ...own.map(({ entry }) => entry.territory)]);
    const basePoint = spanOn(baseAfter, day)?.point;
    const known =
      state.territories.size > 0
        ? [...state.territories.keys()]
        : [...(equal.get(basePoint?.id ?? '')?.keys() ?? [])];
    return known
      .filter((name) => !planned.has(name) && spanOn(fixedOf(state, name), day) === undefined)
      .toSorted()
      .flatMap((name) => {
        const point = automaticOn(name, day);
        if (point === undefined) return [];
        const decided = leave(point, fixedOf(state, name), afterwards(name, fixedOf(state, name)));
        return 'entry' in decided && decided.entry.kind === 'follows' ? [decided.entry] : [];
      });
  }

  return { price, follow, newBase, followers };
}
