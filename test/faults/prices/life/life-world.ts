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
import { type ChangeRecord, isOver, owesWayBack } from '../../../../functions/prices/store/change-record.ts';
import { createSimulatedClock } from '../../../../local/clock/clock.ts';
import type { Chance } from '../../../engine/chance.ts';
import { emptyLedger, memoryAudit, memoryLedger, memoryRefusals } from '../../../prices/memory.ts';
import { assertAsked } from './asked-at-rest.ts';
import {
  BASE,
  createLifeApple,
  DAY,
  PRICES,
  PRODUCTS,
  PURCHASE,
  SUBSCRIPTION,
  TEAM,
  type WriteFate,
} from './life-apple.ts';
import { isCorrection, LifeDesired } from './life-desired.ts';
import { LifeEnds } from './life-ends.ts';
import { LifeExpectations } from './life-expectations.ts';
import { personWrites, type Shop } from './life-person.ts';
import { Died, workerOf } from './life-worker.ts';
import { LifeWrites } from './life-writes.ts';

const START = Date.parse('2026-11-24T18:00:00Z');
const LEASE_MILLIS = 6 * 60_000 + 1_000;
/** Longer than an acknowledged price is read back. */
const READ_BACK_MILLIS = 3 * 3_600_000;

const MAX_INCREASE_PERCENT = 120;

const SHOP: Omit<Shop, 'prices'> = {
  team: TEAM,
  subscription: SUBSCRIPTION,
  purchase: PURCHASE,
  base: BASE,
  amounts: PRICES,
  laterShare: 0.4,
};

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
          maxIncreasePercent: MAX_INCREASE_PERCENT,
          maxDecreasePercent: 100,
          approvalAbovePercent: 60,
          approvalForConsent: true,
          desired: 'enforce',
        },
      },
    ],
  });
  readonly #ends = new LifeEnds();
  readonly #desired = new LifeDesired();
  #lastFate: WriteFate['kind'] = 'well';
  readonly #writes = new LifeWrites(() => this.open());
  readonly #expectations: LifeExpectations;
  readonly #restore: (() => void)[] = [];

  constructor(chance: Chance) {
    this.chance = chance;
    this.apple = createLifeApple(this.clock, () => this.#fate(), 'ENABLED');
    this.#expectations = new LifeExpectations({
      ...{ clock: this.clock, apple: this.apple, data: this.data, audit: this.#audit },
      count: (what) => this.count(what),
    });
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
    if (answer.status !== 'rejected' && request.returnOf !== undefined)
      this.#expectations.sawWayBackWithdrawn(request.returnOf);
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

  /** Somebody uploads a file of desired prices, or removes one. */
  writeDesired(): void {
    this.count(this.#desired.write(this.chance));
  }

  /** The daily comparison of desired prices with Apple's. @param diesAfter so many calls; absent: it lives */
  async reconcile(diesAfter = Number.POSITIVE_INFINITY): Promise<void> {
    if (this.#desired.files === 0) return;
    const before = Object.keys(this.data.changes).length;
    try {
      await this.#desired.reconcile({ ...this.#accepting(), ...this.#applying(diesAfter) });
    } catch (error) {
      if (!(error instanceof Died)) throw error;
      this.count('reconcilerDied');
    }
    if (Object.keys(this.data.changes).length > before) this.count('corrections');
  }

  /** Apple sells in another currency from now on: Hungary in euros, or in forints again. */
  changeCurrency(currency: string): void {
    this.#restore.push(this.apple.prices.changeCurrency('HUN', currency));
    this.#expectations.sawCurrencyChange('HUN');
    this.count('currency');
  }

  /** Apple moves its equal prices: what follows the base moves. */
  moveEqualPrices(equalPriceSteps: number): void {
    this.#restore.push(this.apple.prices.appleDecides('FRA', { equalPriceSteps }));
    for (const { kind } of PRODUCTS)
      this.#expectations.sawMove({ kind, territories: ['FRA'], isOffer: false });
    this.count(this.#isUnderWay() ? 'appleMovedDuring' : 'appleMoved');
  }

  /** Somebody changes a price or an offer on Apple's page. */
  personWrites(): void {
    this.apple.settle();
    const deed = personWrites(this.chance, { ...SHOP, prices: this.apple.prices }, this.clock.now());
    if (deed === undefined) return;
    this.#expectations.sawDeed(deed);
    this.count(this.#isUnderWay() ? 'personDuring' : 'person');
  }

  /** A change has sent something and is not over. */
  #isUnderWay(): boolean {
    return this.open().some(({ everSent }) => everSent);
  }

  /** A worker receives a change's message. @param diesAfter so many calls; absent: it lives */
  async work(changeId: string, diesAfter = Number.POSITIVE_INFINITY): Promise<void> {
    try {
      await applyChange(this.#applying(diesAfter), TEAM, changeId);
    } catch (error) {
      if (!(error instanceof Died)) throw error;
      // Nobody can know of these: where Apple is late as well, they are read back without effect and sent again.
      const kind = this.data.changes[`${TEAM}#${changeId}`]?.request.product.kind ?? '';
      if (this.#writes.sawDeath(changeId)) this.#expectations.sawLostLateWrite(kind);
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
      if (round % 4 === 1) await this.reconcile();
      await this.#approveCorrections();
      for (const record of this.open()) await this.work(record.changeId);
      if (round % 4 === 3) this.clock.advance(READ_BACK_MILLIS);
      const owes = Object.values(this.data.changes).some((record) => owesWayBack(record));
      if (round > 20 && owes) this.clock.advance(2 * DAY);
    }
    await this.#restDesired();
    await this.#judge();
  }

  /** The comparisons of the days that follow: what a way back or a late effect has moved is corrected again. */
  async #restDesired(): Promise<void> {
    for (let round = 0; round < 8; round += 1) {
      await this.reconcile();
      if (!this.#desired.isOwed(this.#atRest())) break;
      await this.#workToTheEnd(() => this.#approveCorrections());
      this.clock.advance(DAY);
    }
    await this.#workToTheEnd(async () => {
      for (const record of this.open()) if (record.state === 'planned') await this.end(record, 'decline');
      await this.sweep();
    });
  }

  async #workToTheEnd(decide: () => Promise<void>): Promise<void> {
    for (let step = 0; step < 12 && this.open().length > 0; step += 1) {
      this.clock.advance(step % 2 === 0 ? LEASE_MILLIS : READ_BACK_MILLIS);
      await decide();
      for (const { changeId } of this.open()) await this.work(changeId);
    }
  }

  async #approveCorrections(): Promise<void> {
    for (const record of this.open())
      if (record.state === 'planned' && isCorrection(record.changeId)) await this.approve(record);
  }

  #atRest() {
    this.apple.settle();
    return {
      prices: this.apple.prices,
      now: this.clock.now(),
      hasCurrencyChanged: (this.happened['currency'] ?? 0) > 0,
      maxIncreasePercent: MAX_INCREASE_PERCENT,
      outcomeOf: (changeId: string) => this.data.changes[`${TEAM}#${changeId}`]?.outcome,
    };
  }

  async #judge(): Promise<void> {
    for (const record of Object.values(this.data.changes)) {
      const { changeId, state, owed } = record;
      assert.ok(isOver(record), `${changeId} is ${state} for ever`);
      assert.equal(owed.length, 0, `${changeId}: its event was never sent`);
      this.#ends.assertToldOnce(record);
      if (state === 'unsettled' && this.#expectations.isExcused(record)) this.count('unsettled');
      else assert.notEqual(state, 'unsettled', `${changeId}: ${JSON.stringify(record.problems)}`);
      assert.ok(!owesWayBack(record), `${changeId}: its temporary price was never taken back`);
      if (record.wayBack?.left !== undefined) this.count('keptForItsCurrency');
    }
    Object.assign(
      this.happened,
      assertAsked(this.#settings, Object.values(this.data.changes), this.#objects, TEAM),
    );
    await this.#expectations.judge();
    Object.assign(this.happened, this.#desired.judge(this.#atRest()));
  }

  /** The record of a change was written. */
  #sawChange(before: ChangeRecord | undefined, after: ChangeRecord): void {
    this.#writes.sawChange(after);
    this.#expectations.sawChange(before, after);
  }

  /** Throws where a promise was broken since the last look. */
  async check(): Promise<void> {
    await this.#expectations.check();
    if (this.#writes.broken !== undefined) throw this.#writes.broken;
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

  #accepting(): AcceptDependencies {
    return {
      settings: this.#settings,
      ledger: this.#ledger(),
      queueChange: async () => undefined,
      sendEvents: async (events) => this.#ends.saw(events),
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
          if ((init?.method ?? 'GET') !== 'GET')
            this.#writes.sawWrite(String(url), init, {
              isAcknowledged: answer.ok,
              isLate: this.#lastFate === 'late',
            });
          return answer;
        },
      },
    );
  }
}
