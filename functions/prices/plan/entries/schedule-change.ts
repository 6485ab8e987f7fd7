import type { PricePoint } from '../../../app-store-connect/resources/price-points.ts';
import { accepted, type Checked, rejected } from '../../../platform/validation/checked.ts';
import { compareDecimals } from '../../request/decimal.ts';
import type { PriceRequest } from '../../request/price-request.ts';
import type { EntryKind, PlanEntry } from '../plan-entry.ts';
import type { PriceList } from '../price-list.ts';
import {
  type PriceSpan,
  type PriceState,
  sameTimeline,
  type Timeline,
  timelineOf,
  timelineOfSpans,
} from '../price-state.ts';
import { changeSpans, fillGaps, spanOn } from '../schedule-spans.ts';
import { planEntry } from './build-entry.ts';
import { endOf, holds } from './price-end.ts';

export type ScheduleInput = {
  request: PriceRequest;
  state: PriceState;
  targets: ReadonlyMap<string, PricePoint>;
  /** `undefined`: at once. */
  startDate: string | undefined;
};

const spansOf = (state: PriceState, territory: string): readonly PriceSpan[] =>
  state.territories.get(territory)?.spans ?? [];

/** A territory's prices that are not Apple's to set. */
export const fixedOf = (state: PriceState, territory: string): PriceSpan[] =>
  spansOf(state, territory).filter(({ source }) => source !== 'automatic');

/** A territory's entry and its fixed prices afterwards. */
type Decided = { entry: PlanEntry; fixed: readonly PriceSpan[] };

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

/**
 * What a request makes of the schedule of an in-app purchase or app, one decision per territory. Days are
 * `YYYY-MM-DD`; null is now.
 */
export class ScheduleChange {
  readonly #input: ScheduleInput;
  readonly #base: string;
  readonly #day: string | null;
  readonly #removeLater: boolean;
  /** Of a temporary price: the first day without it. */
  readonly #until: string | undefined;
  /** The base territory's fixed prices, before and after. */
  readonly #baseBefore: readonly PriceSpan[];
  readonly #baseAfter: readonly PriceSpan[];
  /** Base price point → territory → Apple's equal price, as far as they were read. */
  #equal: ReadonlyMap<string, ReadonlyMap<string, PricePoint>> = new Map();

  private constructor(input: ScheduleInput, base: string) {
    const { request, state, startDate } = input;
    this.#input = input;
    this.#base = base;
    this.#day = startDate ?? null;
    this.#removeLater = request.removeScheduled === true;
    this.#until = request.until;
    this.#baseBefore = state.baseTerritory === undefined ? [] : fixedOf(state, state.baseTerritory);
    this.#baseAfter = this.#baseSpans();
  }

  /** Reads Apple's equal prices where the base's price moves or a fixed price goes. */
  static async read(
    priceList: Pick<PriceList, 'equalizations'>,
    input: ScheduleInput,
    base: string,
    named: readonly string[],
  ): Promise<ScheduleChange> {
    const change = new ScheduleChange(input, base);
    change.#equal = await change.#readEqual(priceList, named.length > 0);
    return change;
  }

  #baseSpans(): PriceSpan[] {
    const target = this.#input.targets.get(this.#base);
    const fixed = this.#isNewBase()
      ? this.#spans(this.#base).map((span) => ({ ...span, source: 'base' as const }))
      : this.#fixed(this.#base);
    return target === undefined
      ? [...fixed]
      : changeSpans(fixed, this.#day, { point: target, source: 'base' }, this.#removeLater, this.#until);
  }

  #isMoved(on: string | null): boolean {
    const [before, after] = [spanOn(this.#baseBefore, on), spanOn(this.#baseAfter, on)];
    return this.#isNewBase() || before?.point.id !== after?.point.id;
  }

  async #readEqual(
    priceList: Pick<PriceList, 'equalizations'>,
    follows: boolean,
  ): Promise<ReadonlyMap<string, ReadonlyMap<string, PricePoint>>> {
    // What is exposed has no automatic price yet that Apple could have listed.
    const exposed = follows || this.#removeLater;
    const others =
      this.#input.state.territories.size > 1 ||
      this.#input.targets.size > 1 ||
      this.#input.state.baseTerritory === undefined;
    const ids = [null, ...this.#baseDays()]
      .filter((on) => others && (exposed || this.#isMoved(on)))
      .flatMap((on) => spanOn(this.#baseAfter, on)?.point.id ?? []);
    const read = new Map<string, ReadonlyMap<string, PricePoint>>();
    for (const id of new Set(ids)) {
      const points = await priceList.equalizations(id);
      read.set(id, new Map(points.map((point) => [point.territory, point])));
    }
    return read;
  }

  /** The price that Apple sets in a territory on a day, as far as it is known. */
  #automaticOn(territory: string, on: string | null): PricePoint | undefined {
    const listed = this.#spans(territory).find(
      (span) => span.source === 'automatic' && spanOn([span], on) !== undefined,
    );
    if (listed !== undefined && !this.#isMoved(on)) return listed.point;
    const basePoint = spanOn(this.#baseAfter, on)?.point;
    return basePoint === undefined ? undefined : this.#equal.get(basePoint.id)?.get(territory);
  }

  #afterwards(territory: string, fixed: readonly PriceSpan[]): PriceSpan[] {
    if (territory === this.#base) return [...fixed];
    const listed = this.#spans(territory).flatMap(({ from }) => (from === null ? [] : [from]));
    const days = [...this.#baseDays(), ...listed, ...(this.#day === null ? [] : [this.#day])];
    return fillGaps(fixed, days, (on) => this.#automaticOn(territory, on));
  }

  #isAutomaticOn(spans: readonly PriceSpan[]): boolean {
    return spanOn(spans, this.#day)?.source === 'automatic';
  }

  #decide(
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
        before: this.#isAutomaticOn(this.#spans(point.territory)),
        after:
          kind === 'none' ? this.#isAutomaticOn(this.#spans(point.territory)) : this.#isAutomaticOn(spans),
      },
    };
    return {
      entry: planEntry(this.#input.state, this.#input.startDate, decision),
      fixed: kind === 'none' ? this.#fixed(point.territory) : fixed,
    };
  }

  /** Left to Apple: what it will be there by itself is what was asked for. */
  #leave(point: PricePoint, fixed: readonly PriceSpan[], spans: readonly PriceSpan[]): Decided {
    const before = spanOn(this.#spans(point.territory), this.#day)?.point.customerPrice;
    const same = before !== undefined && compareDecimals(before, point.customerPrice) === 0;
    const removed = fixed.length < this.#fixed(point.territory).length;
    return this.#decide(point, removed ? 'unschedule' : same ? 'none' : 'follows', fixed, spans);
  }

  /** A price that Apple makes by itself is left to Apple; any other becomes a fixed one. */
  price(point: PricePoint): Decided {
    const { territory } = point;
    const before = this.#fixed(territory);
    if (territory !== this.#base && spanOn(before, this.#day) === undefined) {
      const unchanged = changeSpans(before, this.#day, undefined, this.#removeLater);
      const left = this.#afterwards(territory, unchanged);
      // mutation: left-to-apple
      if (holds(left, this.#day, endOf(this.#input.request, territory, this.#base), point))
        return this.#leave(point, unchanged, left);
    }
    const fixed =
      territory === this.#base
        ? this.#baseAfter
        : changeSpans(before, this.#day, { point, source: 'manual' }, this.#removeLater, this.#until);
    const spans = this.#afterwards(territory, fixed);
    return this.#decide(
      point,
      kindOf(this.#input.state, point, timelineOfSpans(spans), this.#isAutomaticOn(this.#spans(territory))),
      fixed,
      spans,
    );
  }

  follow(territory: string): Checked<Decided> {
    const before = this.#fixed(territory);
    const fixed = changeSpans(before, this.#day, undefined, this.#removeLater);
    const spans = this.#afterwards(territory, fixed);
    const point = spanOn(spans, this.#day)?.point;
    if (point === undefined)
      return rejected(
        'follow',
        `Apple names no price in ${territory} that equals the base territory's; give it a price of its own`,
      );
    return accepted(
      spanOn(before, this.#day) === undefined && fixed.length === before.length
        ? this.#leave(point, fixed, spans)
        : this.#decide(point, 'automatic', fixed, spans),
    );
  }

  /** The new base territory keeps its price where the request names none. */
  newBase(): Checked<Decided> {
    const point = spanOn(this.#baseAfter, this.#day)?.point;
    return point === undefined
      ? rejected('baseTerritory', `${this.#base} has no price now; name one in prices`)
      : accepted(this.#decide(point, 'change', this.#baseAfter, this.#baseAfter));
  }

  /** What moves with the base by itself, besides what the request names. */
  followers(own: readonly { entry: PlanEntry }[]): PlanEntry[] {
    if (!this.#isMoved(this.#day)) return [];
    const planned = new Set([this.#base, ...own.map(({ entry }) => entry.territory)]);
    const basePoint = spanOn(this.#baseAfter, this.#day)?.point;
    const known =
      this.#input.state.territories.size > 0
        ? [...this.#input.state.territories.keys()]
        : [...(this.#equal.get(basePoint?.id ?? '')?.keys() ?? [])];
    return known
      .filter((name) => !planned.has(name) && spanOn(this.#fixed(name), this.#day) === undefined)
      .toSorted()
      .flatMap((name) => {
        const point = this.#automaticOn(name, this.#day);
        if (point === undefined) return [];
        const decided = this.#leave(point, this.#fixed(name), this.#afterwards(name, this.#fixed(name)));
        return decided.entry.kind === 'follows' ? [decided.entry] : [];
      });
  }

  #spans(territory: string): readonly PriceSpan[] {
    return spansOf(this.#input.state, territory);
  }

  #fixed(territory: string): PriceSpan[] {
    return fixedOf(this.#input.state, territory);
  }

  #isNewBase(): boolean {
    return this.#base !== this.#input.state.baseTerritory;
  }

  /** Days on which the base's price changes. */
  #baseDays(): string[] {
    return this.#baseAfter.flatMap(({ from }) => (from === null ? [] : [from]));
  }
}
