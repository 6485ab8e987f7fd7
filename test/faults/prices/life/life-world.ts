import assert from 'node:assert/strict';
import { parseSettings } from '../../../../functions/platform/config/settings.ts';
import { acceptChange } from '../../../../functions/prices/accept/accept-change.ts';
import type { AcceptDependencies } from '../../../../functions/prices/accept/accept-dependencies.ts';
import { approveChange } from '../../../../functions/prices/accept/approve-change.ts';
import { closeChange } from '../../../../functions/prices/accept/close-change.ts';
import { rollBack } from '../../../../functions/prices/accept/rollback.ts';
import { sweepChanges } from '../../../../functions/prices/accept/sweep-changes.ts';
import { applyChange } from '../../../../functions/prices/apply/apply-change.ts';
import type { ApplyDependencies } from '../../../../functions/prices/apply/context/apply-dependencies.ts';
import { settledSoFar } from '../../../../functions/prices/apply/context/settled.ts';
import { daysAfter } from '../../../../functions/prices/request/pacific-day.ts';
import type { PriceRequest } from '../../../../functions/prices/request/price-request.ts';
import { productKey } from '../../../../functions/prices/request/product.ts';
import { type ChangeRecord, isOver, owesWayBack } from '../../../../functions/prices/store/change-record.ts';
import { readPlanAt } from '../../../../functions/prices/store/plan-store.ts';
import { createSimulatedClock } from '../../../../local/clock/clock.ts';
import type { Chance } from '../../../engine/chance.ts';
import { emptyLedger, memoryAudit, memoryLedger, memoryRefusals } from '../../../prices/memory.ts';
import { assertAsked } from './asked-at-rest.ts';
import {
  BASE,
  createLifeApple,
  type LifeProduct,
  PRICES,
  PRODUCTS,
  PURCHASE,
  SUBSCRIPTION,
  TEAM,
  type WriteFate,
} from './life-apple.ts';
import { assertApplied, type Shown, shownBy } from './life-oracle.ts';
import { type PersonsDeed, personWrites, type Shop } from './life-person.ts';
import { Died, workerOf } from './life-worker.ts';

const START = Date.parse('2026-11-24T18:00:00Z');
const LEASE_MILLIS = 6 * 60_000 + 1_000;
export const DAY = 24 * 3_600_000;
/** Longer than an acknowledged price is read back. */
const READ_BACK_MILLIS = 3 * 3_600_000;

const SHOP: Omit<Shop, 'prices'> = {
  team: TEAM,
  subscription: SUBSCRIPTION,
  purchase: PURCHASE,
  base: BASE,
  amounts: PRICES,
  laterShare: 0.4,
};

/** Territories in which a request decides what holds. */
function decidedBy({ prices = {}, equalizeFrom, follow = [] }: PriceRequest): string[] {
  const all = Object.keys(PRICES);
  const priced =
    equalizeFrom === undefined
      ? Object.keys(prices)
      : all.filter((name) => !equalizeFrom.except.includes(name));
  return [...priced, ...(follow === 'all' ? all : follow)];
}

/** Two products of one team at one Apple, and everything that may be done with their prices, one thing after the other. */
export class LifeWorld {
  readonly clock = createSimulatedClock(START, () => 0);
  readonly data = emptyLedger();
  readonly happened: Record<string, number> = {};
  readonly apple;
  chance: Chance;
  /** How often a write meets trouble. */
  trouble = 0;
  readonly #objects = new Map<string, string>();
  readonly #audit = memoryAudit(this.#objects);
  readonly #refusals = memoryRefusals();
  readonly #settings = parseSettings({
    teams: [
      {
        name: TEAM,
        keys: { reports: 'r', prices: 'p' },
        // Some changes are refused for it, and none of the ways back.
        prices: {
          maxIncreasePercent: 120,
          maxDecreasePercent: 100,
          approvalAbovePercent: 60,
          approvalForConsent: true,
        },
      },
    ],
  });
  readonly #told = new Set<string>();
  /** Writes that Apple has acknowledged and of which the record says so: by change and content, over all its plans. */
  readonly #carriedOut = new Set<string>();
  /** Acknowledged since the change's record was written last; a worker that ends now takes this with it. */
  readonly #heard = new Map<string, string[]>();
  /** Of those in `#heard`: their effect is still to come. */
  readonly #heardLate = new Set<string>();
  /** Kinds of products with a late effect of which nobody can know: it may come over anything that is done later. */
  readonly #haunted = new Set<string>();
  #lastFate: WriteFate['kind'] = 'well';
  /** What Apple showed when each change began. */
  readonly #before = new Map<string, Shown>();
  /** Prices that must hold again: `<change> <territory>` → day and price. */
  readonly #wayBack = new Map<string, { product: string; territory: string; on: string; price: string }>();
  /** What subscriptions must cost at the end, as it was asked for good: territory → change and price. */
  readonly #forGood = new Map<string, { changeId: string; price: string }>();
  /** Changes during which somebody else has moved the same product: nobody can say for certain what came of them. */
  readonly #disturbed = new Set<string>();
  readonly #restore: (() => void)[] = [];

  constructor(chance: Chance) {
    this.chance = chance;
    this.apple = createLifeApple(this.clock, () => this.#fate(), 'ENABLED');
  }

  close(): void {
    for (const restore of this.#restore.toReversed()) restore();
    this.apple.close();
  }

  count(what: string): void {
    this.happened[what] = (this.happened[what] ?? 0) + 1;
  }

  open(): ChangeRecord[] {
    return Object.values(this.data.changes).filter((record) => !isOver(record));
  }

  async ask(request: Record<string, unknown>): Promise<void> {
    const { status } = await acceptChange(
      this.#accepting(),
      { team: TEAM, requestedBy: 'cfo', ...request },
      true,
    );
    this.count(status);
  }

  async approve({ changeId, planSha256 }: ChangeRecord): Promise<void> {
    const answer = await approveChange(this.#accepting(), { team: TEAM, changeId, planSha256, by: 'ceo' });
    this.count(answer.status);
  }

  async end({ changeId, request }: ChangeRecord, kind: 'decline' | 'withdraw'): Promise<void> {
    const by = kind === 'decline' ? 'ceo' : 'cfo';
    const answer = await closeChange(this.#accepting(), { team: TEAM, changeId, by }, kind);
    this.count(answer.status === 'rejected' ? `${kind} refused` : answer.status);
    // Whoever withdraws a way back keeps the temporary price.
    if (answer.status !== 'rejected' && request.returnOf !== undefined)
      for (const name of this.#wayBack.keys())
        if (name.startsWith(`${request.returnOf} `)) this.#wayBack.delete(name);
  }

  async rollBack({ changeId }: ChangeRecord): Promise<void> {
    const deps = { ...this.#accepting(), audit: this.#audit };
    const request = { team: TEAM, changeId, requestedBy: 'cfo', preserveCurrentPrice: true };
    const answer = await rollBack(deps, request);
    this.count(`rollback ${answer.status}`);
  }

  async sweep(): Promise<void> {
    await sweepChanges({ ...this.#accepting(), audit: this.#audit });
  }

  /** Apple sells in another currency from now on: Hungary in euros, or in forints again. */
  changeCurrency(currency: string): void {
    this.#restore.push(this.apple.prices.changeCurrency('HUN', currency));
    for (const { kind } of PRODUCTS) this.#moved({ kind, territories: ['HUN'], isOffer: false });
    this.#moved({ kind: 'subscription', territories: ['HUN'], isOffer: true });
    for (const [name, { territory }] of this.#wayBack) if (territory === 'HUN') this.#wayBack.delete(name);
    this.count('currency');
  }

  /** Apple moves its equal prices: what follows the base moves. */
  moveEqualPrices(equalPriceSteps: number): void {
    this.#restore.push(this.apple.prices.appleDecides('FRA', { equalPriceSteps }));
    for (const { kind } of PRODUCTS) this.#moved({ kind, territories: ['FRA'], isOffer: false });
    this.count(this.#isUnderWay() ? 'appleMovedDuring' : 'appleMoved');
  }

  /** Somebody changes a price or an offer on Apple's page. */
  personWrites(): void {
    this.apple.settle();
    const deed = personWrites(this.chance, { ...SHOP, prices: this.apple.prices }, this.clock.now());
    if (deed === undefined) return;
    this.#moved(deed);
    const key = productKey(TEAM, deed.kind === 'subscription' ? PRODUCTS[0] : PRODUCTS[1]);
    for (const [name, { product, territory }] of this.#wayBack)
      if (!deed.isOffer && product === key && deed.territories.includes(territory))
        this.#wayBack.delete(name);
    this.count(this.#isUnderWay() ? 'personDuring' : 'person');
  }

  /** A change has sent something and is not over. */
  #isUnderWay(): boolean {
    return this.open().some(({ everSent }) => everSent);
  }

  /** Somebody else has moved these: of changes that have begun nothing is expected there any more. */
  #moved({ kind, territories, isOffer }: PersonsDeed): void {
    for (const record of Object.values(this.data.changes)) {
      if (record.request.product.kind !== kind) continue;
      if (kind === 'subscription' && !isOffer)
        for (const territory of territories) this.#forGood.delete(territory);
      if (!isOver(record)) this.#disturbed.add(record.changeId);
      const before = this.#before.get(record.changeId);
      for (const territory of territories) (isOffer ? before?.freeOffers : before?.free)?.add(territory);
    }
  }

  /** A worker receives a change's message. @param diesAfter so many calls; absent: it lives */
  async work(changeId: string, diesAfter = Number.POSITIVE_INFINITY): Promise<void> {
    try {
      await applyChange(this.#applying(diesAfter), TEAM, changeId);
    } catch (error) {
      if (!(error instanceof Died)) throw error;
      // Nobody can know of these: where Apple is late as well, they are read back without effect and sent again.
      const kind = this.data.changes[`${TEAM}#${changeId}`]?.request.product.kind ?? '';
      if (this.#heardLate.delete(changeId)) this.#haunted.add(kind);
      this.#heard.delete(changeId);
      this.count('died');
    }
  }

  /** Nothing goes wrong any more: messages come again until all is over and told. */
  async rest(): Promise<void> {
    this.trouble = 0;
    for (let round = 0; round < 60; round += 1) {
      this.clock.advance(LEASE_MILLIS);
      await this.sweep();
      const waiting = this.open().filter(({ state }) => state === 'planned');
      if (round > 40) for (const record of waiting) await this.end(record, 'decline');
      for (const record of this.open()) await this.work(record.changeId);
      if (round % 4 === 3) this.clock.advance(READ_BACK_MILLIS);
      const owes = Object.values(this.data.changes).some((record) => owesWayBack(record));
      if (round > 20 && owes) this.clock.advance(2 * DAY);
    }
    await this.#judge();
  }

  async #judge(): Promise<void> {
    for (const record of Object.values(this.data.changes)) {
      const { changeId, state, owed } = record;
      assert.ok(isOver(record), `${changeId} is ${state} for ever`);
      assert.equal(owed.length, 0, `${changeId}: its event was never sent`);
      assert.ok(this.#told.has(changeId), `nobody was told of ${changeId}`);
      const isExcused = this.#disturbed.has(changeId) || this.#haunted.has(record.request.product.kind);
      if (state === 'unsettled' && isExcused) this.count('unsettled');
      else assert.notEqual(state, 'unsettled', `${changeId}: ${JSON.stringify(record.problems)}`);
      assert.ok(!owesWayBack(record), `${changeId}: its temporary price was never taken back`);
      if (record.wayBack?.left !== undefined) this.count('keptForItsCurrency');
    }
    Object.assign(
      this.happened,
      assertAsked(this.#settings, Object.values(this.data.changes), this.#objects, TEAM),
    );
    const lastDay = new Date(this.clock.now() + 60 * DAY).toISOString().slice(0, 10);
    const last = this.apple.prices.effective('subscription', SUBSCRIPTION, lastDay);
    if (this.#haunted.has('subscription')) this.#forGood.clear();
    for (const [territory, { changeId, price }] of this.#forGood)
      assert.equal(
        Number(last.get(territory)),
        Number(price),
        `${changeId} ${territory}: what was asked for good does not hold`,
      );
    for (const [name, { product, territory, on, price }] of this.#wayBack) {
      const [temporary = ''] = name.split(' ');
      if (await this.#isDecidedByHalf(temporary, territory)) continue;
      const kept = PRODUCTS.find((each) => productKey(TEAM, each) === product);
      const last = Math.max(Date.parse(on), this.clock.now()) + 2 * DAY;
      const day = new Date(last).toISOString().slice(0, 10);
      const shown =
        kept === undefined ? undefined : this.apple.prices.effective(kept.kind, kept.id, day).get(territory);
      assert.equal(
        Number(shown),
        Number(price),
        `${name}: what held before its temporary price does not hold again`,
      );
    }
  }

  /** A later change that ended half-way has set the territory's price before, as Apple has acknowledged. */
  async #isDecidedByHalf(changeId: string, territory: string): Promise<boolean> {
    const { request, seq } = this.data.changes[`${TEAM}#${changeId}`] ?? {};
    const later = Object.values(this.data.changes).filter(
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
      const { finished } = await settledSoFar({ audit: this.#audit }, record);
      if (finished[territory] !== undefined) return true;
    }
    return false;
  }

  /** The record of a change was written. */
  #sawChange(before: ChangeRecord | undefined, after: ChangeRecord): void {
    const { changeId, planKeys, state } = after;
    for (const write of this.#heard.get(changeId) ?? []) this.#carriedOut.add(write);
    this.#heard.delete(changeId);
    this.#heardLate.delete(changeId);
    const product = PRODUCTS.find(({ kind }) => kind === after.request.product.kind);
    if (product === undefined) return;
    if (planKeys.length === 1 && (before?.planKeys.length ?? 0) === 0)
      this.#before.set(changeId, this.#shown(product, after.request));
    this.#decide(after);
    if (before?.state === state || state !== 'applied') return;
    this.count('applied');
    const shownBefore = this.#before.get(changeId);
    if (shownBefore !== undefined) this.#hold(after, shownBefore, this.#shown(product));
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
      for (const [name, one] of this.#wayBack)
        if (one.product === key && one.territory === territory) this.#wayBack.delete(name);
    }
  }

  /** Checked where the history goes on: the worker itself must not meet the failure. */
  #hold(after: ChangeRecord, before: Shown, shown: Shown): void {
    this.#checks.push(async () => {
      const plans = await Promise.all(after.planKeys.map((key) => readPlanAt(this.#audit, key)));
      const starts = plans.map(({ startDate }) => startDate ?? before.today).toSorted();
      const [first = before.today] = starts;
      // Nothing is sent where the price begins as early as Apple takes it, which may be a day after the plan's.
      const isSent = after.everSent && after.outcome?.includes('nothing was sent') !== true;
      const last = isSent ? (starts.at(-1) ?? first) : daysAfter(first, 1);
      assertApplied(after, { first, last }, before, shown);
    });
    const product = productKey(TEAM, after.request.product);
    if (after.request.introductoryOffer !== undefined) {
      this.count('offers');
      return;
    }
    for (const territory of decidedBy(after.request)) {
      for (const [name, one] of this.#wayBack)
        if (one.product === product && one.territory === territory && !after.request.returnOf)
          this.#wayBack.delete(name);
      const { until } = after.request;
      const price = before.prices.get(before.today)?.get(territory);
      const isAlone =
        !before.free.has(territory) &&
        !before.ending.has(territory) &&
        ![...before.begins].some((begin) => begin.startsWith(territory));
      if (until !== undefined && price !== undefined && isAlone && !before.automatic.has(territory))
        this.#wayBack.set(`${after.changeId} ${territory}`, { product, territory, on: until, price });
    }
  }
  readonly #checks: (() => Promise<void>)[] = [];

  /** Throws where a promise was broken since the last look. */
  async check(): Promise<void> {
    for (const run of this.#checks.splice(0)) await run();
    if (this.#broken !== undefined) throw this.#broken;
  }
  #broken: unknown;

  #shown(product: LifeProduct, request?: PriceRequest): Shown {
    this.apple.settle();
    return shownBy(this.apple.prices, product, this.clock.now(), request);
  }

  #fate(): WriteFate {
    const fate = this.#drawFate();
    this.#lastFate = fate.kind;
    return fate;
  }

  #drawFate(): WriteFate {
    if (!this.chance.happens(this.trouble)) return { kind: 'well' };
    const kind = this.chance.pick([
      'lost before',
      'lost after',
      'ill before',
      'ill after',
      'late',
      'slow',
    ] as const);
    this.count(kind);
    if (kind === 'late') return { kind, millis: this.chance.below(100 * 60_000) };
    return kind === 'slow' ? { kind, millis: this.chance.below(55_000) } : { kind };
  }

  /**
   * A write may only go out for the one change that has marked it, and never again once Apple has acknowledged it and
   * that is stored, also by a later plan of the same change.
   */
  #sawWrite(url: string, init: RequestInit | undefined, isAcknowledged: boolean): void {
    const marked = this.open().filter(({ sending }) => sending !== undefined);
    const [change] = marked;
    try {
      assert.ok(change !== undefined, 'a price was written without any change’s mark');
      assert.equal(change.state, 'sending', `${change.changeId}: written while it was ${change.state}`);
      const write = `${change.changeId} ${init?.method} ${url} ${init?.body}`;
      assert.ok(
        !this.#carriedOut.has(write),
        `${change.changeId}: the same write again after its acknowledgement`,
      );
      const { changeId } = change;
      if (isAcknowledged && this.#lastFate === 'late') this.#heardLate.add(changeId);
      if (isAcknowledged) this.#heard.set(changeId, [...(this.#heard.get(changeId) ?? []), write]);
    } catch (error) {
      this.#broken ??= error;
    }
  }

  #accepting(): AcceptDependencies {
    return {
      settings: this.#settings,
      ledger: this.#ledger(),
      queueChange: async () => undefined,
      sendEvents: async (events) => {
        for (const { detail } of events) this.#told.add(String(detail['changeId']));
      },
      findProduct: async () => ({ kind: 'rejected', problems: [] }),
      refusals: this.#refusals,
      planOnly: async () => ({ kind: 'rejected', problems: [] }),
      clock: this.clock,
      log: { info: () => {}, warn: () => {}, error: () => {} },
      metric: () => undefined,
    };
  }

  #ledger() {
    return memoryLedger(this.data, this.clock, {
      sawChange: (before, after) => this.#sawChange(before, after),
      sawProduct: () => undefined,
    });
  }

  #applying(diesAfter: number): ApplyDependencies {
    return workerOf(
      { ...this.#accepting(), audit: this.#audit },
      {
        clock: this.clock,
        diesAfter,
        random: () => this.chance.next(),
        fetch: async (url, init) => {
          const answer = await this.apple.fetch(url, init);
          if ((init?.method ?? 'GET') !== 'GET') this.#sawWrite(String(url), init, answer.ok);
          return answer;
        },
      },
    );
  }
}
