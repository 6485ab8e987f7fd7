import { DAY_MILLIS, HOUR_MILLIS } from '../../functions/platform/util/time.ts';
import { dueAt } from '../../functions/reports/catalogue/calendar.ts';
import type { CatalogueEntry, SubscribedSeries } from '../../functions/reports/catalogue/catalogue.ts';
import { seriesKey } from '../../functions/reports/catalogue/series.ts';
import { LEASE_MILLIS } from '../../functions/reports/partition/ledger.ts';
import type { LedgerItem } from '../../functions/reports/partition/ledger-item.ts';
import { needsFetching } from '../../functions/reports/partition/plan-partitions.ts';
import { type FetchOutcome, settlementOf } from '../../functions/reports/partition/settlement.ts';
import { ASSUMED, type Chance } from './assumptions.ts';

const LARGEST_SHA = 1e9;

/** One date of a series: its item, by the product's own rules, and when Apple has the report. */
export class Partition {
  readonly subscription: SubscribedSeries;
  readonly reportDate: string;
  readonly dueAt: number;
  readonly #readyAt: number;
  readonly #chance: Chance;
  #item: LedgerItem;
  #edition = 1;
  /** Before this moment the rule need not be asked: most items rest for days. */
  #restsUntil = 0;

  constructor(subscription: SubscribedSeries, reportDate: string, now: number, chance: Chance) {
    this.subscription = subscription;
    this.reportDate = reportDate;
    this.dueAt = dueAt(subscription.entry, reportDate);
    this.#readyAt = this.dueAt + chance.lateHours() * HOUR_MILLIS;
    this.#chance = chance;
    this.#item = {
      pk: seriesKey(subscription.series),
      sk: reportDate,
      state: 'due',
      expectedAt: now,
      fence: 0,
      tries: 0,
      versions: [],
      owed: [],
    };
  }

  get key(): string {
    return this.#item.pk;
  }

  get settledAt(): number | undefined {
    return this.#item.settledAt;
  }

  /** Whether anybody will ever ask for it again. */
  get isOver(): boolean {
    return this.#item.state === 'stored' && this.#item.recheckAt === undefined;
  }

  isWanted(now: number): boolean {
    return now >= this.#restsUntil && needsFetching(this.#item, now);
  }

  markQueued(now: number): void {
    this.#item.queuedAt = now;
  }

  priority(now: number): 'today' | 'backfill' {
    return now - this.dueAt < 3 * DAY_MILLIS ? 'today' : 'backfill';
  }

  /** @returns whether the worker may fetch it: what the ledger's condition says, without the mark of the queue */
  claim(now: number): boolean {
    const free = (this.#item.leaseUntil ?? 0) <= now;
    if (!free || !needsFetching({ ...this.#item, queuedAt: undefined }, now)) return false;
    this.#item = {
      ...this.#item,
      state: 'fetching',
      queuedAt: undefined,
      leaseUntil: now + LEASE_MILLIS,
      fence: this.#item.fence + 1,
    };
    this.#restsUntil = now + LEASE_MILLIS;
    return true;
  }

  /** What Apple answers. */
  answer(now: number): FetchOutcome {
    if (this.#chance.happens(ASSUMED.transientShare)) return { kind: 'transient', reason: '500' };
    if (now < this.#readyAt) return { kind: 'not-ready', reason: 'Report is not available yet.' };
    if (this.#item.sha256 !== undefined && this.#chance.happens(ASSUMED.restatedShare)) this.#edition += 1;
    const sha256 = String(LARGEST_SHA + this.#edition);
    return { kind: 'report', sha256, bytes: 0, rows: ASSUMED.rows, rawKey: '', tableKey: '' };
  }

  settle(outcome: FetchOutcome, restatementDays: readonly number[], now: number): void {
    const partition = { ...this.subscription.series, reportDate: this.reportDate };
    const entry: CatalogueEntry = this.subscription.entry;
    const settlement = settlementOf(this.#item, partition, outcome, { entry, restatementDays }, now);
    // Events are sent at once here.
    this.#item = { ...this.#item, ...settlement, leaseUntil: undefined, owed: [] };
    const { state, nextAttemptAt = 0, recheckAt = Number.POSITIVE_INFINITY } = settlement;
    this.#restsUntil = state === 'stored' ? recheckAt : nextAttemptAt;
  }
}
