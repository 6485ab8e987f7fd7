import assert from 'node:assert/strict';
import { settledSoFar } from '../../../../functions/prices/apply/context/settled.ts';
import { daysAfter, pacificToday } from '../../../../functions/prices/request/pacific-day.ts';
import type { PriceRequest } from '../../../../functions/prices/request/price-request.ts';
import { productKey } from '../../../../functions/prices/request/product.ts';
import { type ChangeRecord, isOver } from '../../../../functions/prices/store/change-record.ts';
import { readPlanAt } from '../../../../functions/prices/store/plan-store.ts';
import type { SimulatedClock } from '../../../../local/clock/clock.ts';
import type { LedgerData, memoryAudit } from '../../../prices/memory.ts';
import {
  type createLifeApple,
  DAY,
  type LifeProduct,
  PRICES,
  PRODUCTS,
  SUBSCRIPTION,
  TEAM,
} from './life-apple.ts';
import { assertApplied, type Shown, shownBy } from './life-oracle.ts';
import type { PersonsDeed } from './life-person.ts';

/** Territories in which a request decides what holds. */
function decidedBy({ prices = {}, equalizeFrom, follow = [] }: PriceRequest): string[] {
  const all = Object.keys(PRICES);
  const priced =
    equalizeFrom === undefined
      ? Object.keys(prices)
      : all.filter((name) => !equalizeFrom.except.includes(name));
  return [...priced, ...(follow === 'all' ? all : follow)];
}

type Around = {
  clock: SimulatedClock;
  apple: ReturnType<typeof createLifeApple>;
  data: LedgerData;
  audit: ReturnType<typeof memoryAudit>;
  count(what: string): void;
};

/** What must come of the changes: what each one shows when it is applied, and what holds in the end. */
export class LifeExpectations {
  readonly #at: Around;
  /** What Apple showed when each change began. */
  readonly #before = new Map<string, Shown>();
  /** Prices that must hold again: `<change> <territory>` → day and price. */
  readonly #wayBack = new Map<string, { product: string; territory: string; on: string; price: string }>();
  /** What subscriptions must cost at the end, as it was asked for good: territory → change and price. */
  readonly #forGood = new Map<string, { changeId: string; price: string }>();
  /** Changes during which somebody else has moved the same product: nobody can say for certain what came of them. */
  readonly #disturbed = new Set<string>();
  /** Kinds of products with a late effect of which nobody can know: it may come over anything that is done later. */
  readonly #uncertainKinds = new Set<string>();
  /** What was sent in one currency may take effect in another one there: nobody can say what it costs. */
  readonly #sentInOtherCurrency = new Set<string>();
  readonly #checks: (() => Promise<void>)[] = [];

  constructor(around: Around) {
    this.#at = around;
  }

  /** Nobody can say for certain what came of this change. */
  isExcused(record: ChangeRecord): boolean {
    const { changeId, request } = record;
    return (
      this.#disturbed.has(changeId) ||
      this.#uncertainKinds.has(request.product.kind) ||
      this.#isOverUnasked(record)
    );
  }

  /** What it asked for is over, and Apple could not be asked before whether it was ever there. */
  #isOverUnasked({ request, problems }: ChangeRecord): boolean {
    const offer = request.introductoryOffer;
    const end = offer !== undefined && 'endDate' in offer ? offer.endDate : request.until;
    const isOver = end !== undefined && end <= pacificToday(this.#at.clock.now());
    return isOver && problems.some(({ message }) => message.includes('before Apple could be asked'));
  }

  /** An effect of which nobody can know may still come over products of this kind. */
  sawLostLateWrite(kind: string): void {
    this.#uncertainKinds.add(kind);
  }

  /** Whoever withdraws a way back keeps the temporary price. */
  sawWayBackWithdrawn(returnOf: string): void {
    for (const name of this.#wayBack.keys()) if (name.startsWith(`${returnOf} `)) this.#wayBack.delete(name);
  }

  /** Apple sells in another currency: no price of before can hold again. */
  sawCurrencyChange(territory: string): void {
    const isUnderWay = Object.values(this.#at.data.changes).some(
      (record) => record.everSent && !isOver(record),
    );
    if (isUnderWay) this.#sentInOtherCurrency.add(territory);
    for (const { kind } of PRODUCTS) this.sawMove({ kind, territories: [territory], isOffer: false });
    this.sawMove({ kind: 'subscription', territories: [territory], isOffer: true });
    this.#forgetWaysBack((one) => one.territory === territory);
  }

  /** Somebody has changed a price or an offer on Apple's page. */
  sawDeed(deed: PersonsDeed): void {
    this.sawMove(deed);
    const key = productKey(TEAM, deed.kind === 'subscription' ? PRODUCTS[0] : PRODUCTS[1]);
    if (!deed.isOffer)
      this.#forgetWaysBack((one) => one.product === key && deed.territories.includes(one.territory));
  }

  #forgetWaysBack(matches: (one: { product: string; territory: string }) => boolean): void {
    for (const [name, one] of this.#wayBack) if (matches(one)) this.#wayBack.delete(name);
  }

  /** Somebody else has moved these: of changes that have begun nothing is expected there any more. */
  sawMove({ kind, territories, isOffer }: PersonsDeed): void {
    for (const record of Object.values(this.#at.data.changes)) {
      if (record.request.product.kind !== kind) continue;
      if (kind === 'subscription' && !isOffer)
        for (const territory of territories) this.#forGood.delete(territory);
      if (!isOver(record)) this.#disturbed.add(record.changeId);
      const before = this.#before.get(record.changeId);
      for (const territory of territories) (isOffer ? before?.freeOffers : before?.free)?.add(territory);
    }
  }

  /** The record of a change was written. */
  sawChange(before: ChangeRecord | undefined, after: ChangeRecord): void {
    const { changeId, planKeys, state } = after;
    const product = PRODUCTS.find(({ kind }) => kind === after.request.product.kind);
    if (product === undefined) return;
    // What waited for the approval of its remainder begins behind all that came meanwhile.
    const begins = planKeys.length === 1 || before?.state === 'accepted';
    if (begins && planKeys.length > (before?.planKeys.length ?? 0)) this.#begin(after, product);
    this.#decide(after);
    if (before?.state === state || state !== 'applied') return;
    this.#at.count('applied');
    const shownBefore = this.#before.get(changeId);
    if (shownBefore !== undefined) this.#expect(after, shownBefore, this.#shown(product));
  }

  #begin({ changeId, request }: ChangeRecord, product: LifeProduct): void {
    const { free = [], freeOffers = [] } = this.#before.get(changeId) ?? {};
    const shown = this.#shown(product, request);
    for (const territory of [...free, ...this.#sentInOtherCurrency]) shown.free.add(territory);
    for (const territory of freeOffers) shown.freeOffers.add(territory);
    this.#before.set(changeId, shown);
  }

  /** From its first write on a change decides what a subscription costs; a way back decides nothing that it was not asked for. */
  #decide({ changeId, state, everSent, request }: ChangeRecord): void {
    const isPrice = request.product.kind === 'subscription' && request.introductoryOffer === undefined;
    if (!isPrice || request.returnOf !== undefined) return;
    if (state !== 'applied' && !everSent) return;
    for (const territory of decidedBy(request)) this.#forGood.delete(territory);
    if (state !== 'applied' || request.until !== undefined) return;
    const key = productKey(TEAM, request.product);
    for (const [territory, price] of Object.entries(request.prices ?? {})) {
      if (!this.#disturbed.has(changeId)) this.#forGood.set(territory, { changeId, price });
      this.#forgetWaysBack((one) => one.product === key && one.territory === territory);
    }
  }

  /** Checked where the history goes on: the worker itself must not meet the failure. */
  #expect(after: ChangeRecord, before: Shown, shown: Shown): void {
    this.#checks.push(async () => {
      const plans = await Promise.all(after.planKeys.map((key) => readPlanAt(this.#at.audit, key)));
      const starts = plans.map(({ startDate }) => startDate ?? before.today).toSorted();
      const [first = before.today] = starts;
      // Nothing is sent where the price begins as early as Apple takes it, which may be a day after the plan's.
      const isSent = after.everSent && after.outcome?.includes('nothing was sent') !== true;
      const last = isSent ? (starts.at(-1) ?? first) : daysAfter(first, 1);
      assertApplied(after, { first, last }, before, shown);
    });
    const product = productKey(TEAM, after.request.product);
    if (after.request.introductoryOffer !== undefined) {
      this.#at.count('offers');
      return;
    }
    for (const territory of decidedBy(after.request)) {
      const { until, returnOf } = after.request;
      if (!returnOf) this.#forgetWaysBack((one) => one.product === product && one.territory === territory);
      const price = before.prices.get(before.today)?.get(territory);
      const isAlone =
        !before.free.has(territory) &&
        !before.ending.has(territory) &&
        ![...before.begins].some((begin) => begin.startsWith(territory));
      if (until !== undefined && price !== undefined && isAlone && !before.automatic.has(territory))
        this.#wayBack.set(`${after.changeId} ${territory}`, { product, territory, on: until, price });
    }
  }

  /** Throws where an applied change does not show what it asked for. */
  async check(): Promise<void> {
    for (const run of this.#checks.splice(0)) await run();
  }

  /** What must hold when all is over. */
  async judge(): Promise<void> {
    this.#judgeForGood();
    for (const [name, { product, territory, on, price }] of this.#wayBack) {
      const [temporary = ''] = name.split(' ');
      if (await this.#isDecidedByHalf(temporary, territory)) continue;
      const kept = PRODUCTS.find((each) => productKey(TEAM, each) === product);
      const last = Math.max(Date.parse(on), this.#at.clock.now()) + 2 * DAY;
      const day = new Date(last).toISOString().slice(0, 10);
      const shown =
        kept === undefined
          ? undefined
          : this.#at.apple.prices.effective(kept.kind, kept.id, day).get(territory);
      assert.equal(
        Number(shown),
        Number(price),
        `${name}: what held before its temporary price does not hold again`,
      );
    }
  }

  #judgeForGood(): void {
    const lastDay = new Date(this.#at.clock.now() + 60 * DAY).toISOString().slice(0, 10);
    const last = this.#at.apple.prices.effective('subscription', SUBSCRIPTION, lastDay);
    if (this.#uncertainKinds.has('subscription')) this.#forGood.clear();
    for (const [territory, { changeId, price }] of this.#forGood)
      assert.equal(
        Number(last.get(territory)),
        Number(price),
        `${changeId} ${territory}: what was asked for good does not hold`,
      );
  }

  /** A later change that ended half-way has set the territory's price before, as Apple has acknowledged. */
  async #isDecidedByHalf(changeId: string, territory: string): Promise<boolean> {
    const { request, seq } = this.#at.data.changes[`${TEAM}#${changeId}`] ?? {};
    const later = Object.values(this.#at.data.changes).filter(
      (record) =>
        request !== undefined &&
        record.request.product.kind === request.product.kind &&
        record.seq > (seq ?? 0) &&
        record.state !== 'applied' &&
        record.everSent &&
        record.request.returnOf !== changeId,
    );
    for (const record of later) {
      // What Apple shows of it may be somebody else's by now.
      if (this.#disturbed.has(record.changeId) && decidedBy(record.request).includes(territory)) return true;
      const { finished } = await settledSoFar({ audit: this.#at.audit }, record);
      if (finished[territory] !== undefined) return true;
    }
    return false;
  }

  #shown(product: LifeProduct, request?: PriceRequest): Shown {
    this.#at.apple.settle();
    return shownBy(this.#at.apple.prices, product, this.#at.clock.now(), request);
  }
}
