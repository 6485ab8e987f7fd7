import { KEY_JOBS } from '../../functions/keys/key-place.ts';
import type { RotateRequest } from '../../functions/keys/rotate-key.ts';
import { parseSettings, type Settings } from '../../functions/platform/settings.ts';
import { type AcceptDependencies, acceptChange } from '../../functions/prices/accept-change.ts';
import { applyBatch } from '../../functions/prices/apply-batch.ts';
import { createBooks, priceRules } from '../../functions/prices/books.ts';
import { productKey } from '../../functions/prices/product.ts';
import { sweepChanges } from '../../functions/prices/sweep-changes.ts';
import { subscribedSeries } from '../../functions/reports/catalogue.ts';
import { fetchBatch } from '../../functions/reports/fetch-batch.ts';
import { drawReports } from '../histories/apple.ts';
import { createMemoryLake } from '../histories/memory-lake.ts';
import { createMemoryLedger } from '../histories/memory-ledger.ts';
import { type Chance, createChance } from '../histories/random.ts';
import { noAnalytics, pretendTable, runPlanner, STARTS, silent } from '../histories/surroundings.ts';
import { Actor } from '../histories/turns.ts';
import { emptyLedger, memoryAudit, memoryLedger } from '../prices/memory.ts';
import { createProductApple, PRICES, type ProductTeam } from './product-apple.ts';
import { ProductCalls } from './product-calls.ts';
import { createSimulatedNow, type SimulatedNow } from './product-clock.ts';
import type { ProductEvent } from './product-events.ts';
import { ProductKeys } from './product-keys.ts';
import { type Message, ProductQueue } from './product-queue.ts';
import { ProductRotations } from './product-rotations.ts';
import { ProductWatch } from './product-watch.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const INVOCATION_MILLIS = 5 * MINUTE;
const MOST_AT_ONCE = 4;
/** Behind the last late or corrected report of a history. */
const QUIET_AFTER_DAYS = 50;
export const TEAMS: readonly ProductTeam[] = [
  { name: 'acme', vendor: '85012341', subscription: '101', inAppPurchase: '201' },
  { name: 'globex', vendor: '85012342', subscription: '102', inAppPurchase: '202' },
  { name: 'initech', vendor: '85012343', subscription: '103', inAppPurchase: '203' },
];

type Worker = { actor: Actor; deadline: number; asleepUntil: number };

/** The whole product for three teams at one Apple, under one clock; everything around the real cores is memory. */
export class ProductWorld {
  readonly #start: number;
  readonly #clock: SimulatedNow;
  readonly #settings: Settings;
  readonly #apple;
  readonly #keys: ProductKeys;
  readonly #calls: ProductCalls;
  readonly #watch: ProductWatch;
  readonly #rotations: ProductRotations;
  readonly #ledger;
  readonly #lake = createMemoryLake();
  readonly #prices = emptyLedger();
  readonly #audits = new Map<string, string>();
  readonly #queue: ProductQueue;
  #workers: Worker[] = [];
  #counted = { partitions: 0, changes: 0, heldUp: 0 };

  constructor(seed: number) {
    const chance = createChance(seed);
    this.#start = Date.parse(chance.pick(STARTS)) + chance.below(48) * HOUR;
    this.#clock = createSimulatedNow(this.#start);
    const clock = this.#clock;
    this.#queue = new ProductQueue(clock);
    this.#settings = drawSettings(chance);
    this.#apple = createProductApple(clock, TEAMS, (team, kind, write) =>
      this.#watch.sawWrite(team, kind, write),
    );
    this.#ledger = createMemoryLedger(clock, (before, after) => this.#watch.sawItem(before, after));
    this.#watch = new ProductWatch({
      clock,
      settings: this.#settings,
      teams: TEAMS,
      apple: this.#apple,
      items: this.#ledger.items,
      objects: this.#lake.objects,
      changes: this.#prices.changes,
    });
    this.#keys = new ProductKeys(this.#apple, clock, (secretName, versionId, by) => {
      const rotation = this.#rotations.rotations.find((one) => one.versionId === versionId);
      this.#watch.sawCurrent(secretName, versionId, by === 'hand' ? undefined : rotation);
    });
    this.#calls = new ProductCalls(
      { clock, apple: this.#apple, keys: this.#keys, watch: this.#watch },
      chance,
    );
    this.#rotations = new ProductRotations({
      clock,
      settings: this.#settings,
      keys: this.#keys,
      calls: this.#calls,
      watch: this.#watch,
    });
    for (const team of TEAMS) {
      for (const job of KEY_JOBS) this.#keys.renew(team, job, chance);
    }
    const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
    for (const { entry, series } of subscribedSeries(this.#settings)) {
      const days = [dayOf(this.#start - 9 * DAY), dayOf(this.#start + 4 * DAY)] as const;
      drawReports(this.#apple, chance, entry, series.vendor, days);
    }
  }

  /** How much of everything happened, so that a harness that provokes nothing is noticed. */
  get happened() {
    return {
      ...this.#calls.happened,
      ...this.#counted,
      effects: this.#watch.effects,
      rotations: this.#rotations.rotations.length,
    };
  }

  /** Lets one event happen. Throws where a promise was broken. */
  async take(event: ProductEvent): Promise<void> {
    this.#calls.chance = createChance(event.seed);
    await this.#happen(event);
    if (this.#watch.broken !== undefined) throw this.#watch.broken;
  }

  get #chance(): Chance {
    return this.#calls.chance;
  }

  async #happen(event: ProductEvent): Promise<void> {
    const team = 'team' in event ? TEAMS[event.team] : undefined;
    switch (event.kind) {
      case 'plan':
        return this.#startPlanner();
      case 'sweep':
        return this.#begin('sweep', (actor) => sweepChanges(this.#accepting(actor)).then(() => undefined));
      case 'work':
        this.#calls.trouble = event.trouble;
        await this.#run(event.turns);
        this.#calls.trouble = 0;
        return;
      case 'ask':
        if (team !== undefined) await this.#ask(team, event.product, event.changeId);
        return;
      case 'outage':
        return this.#calls.breakDown(event.service, event.millis);
      case 'budget':
        for (const job of KEY_JOBS) this.#calls.hold(this.#keys.idOf(team?.name, job), event.millis);
        return;
      case 'keyDies':
        return this.#keys.revoke(this.#keys.idOf(team?.name, this.#chance.pick(KEY_JOBS)));
      case 'oldKeyDies':
        return this.#keys.revoke(this.#keys.idOf(team?.name, this.#chance.pick(KEY_JOBS), 'AWSPREVIOUS'));
      case 'keyIsReplaced':
        if (team !== undefined) this.#keys.renew(team, this.#chance.pick(KEY_JOBS), this.#chance);
        return;
      case 'rotate':
        if (team !== undefined)
          await this.#rotate(this.#rotations.prepare(team, this.#chance.pick(KEY_JOBS), this.#chance));
        return;
      case 'rotateAgain':
        for (const request of this.#rotations.unanswered) await this.#rotate(request);
        return;
      case 'check':
        return this.#begin('check', (actor) => this.#rotations.check(actor));
      case 'duplicate':
        return this.#queue.repeat(this.#chance);
      case 'pass':
        this.#clock.pass(event.millis);
        return this.#endInvocations();
    }
  }

  /** Nothing fails any more. First the teams with dead keys still wait, then they too are put right. */
  async rest(): Promise<void> {
    this.#calls.chance = createChance(1);
    this.#calls.mend();
    this.#workers = [];
    await this.#settle(this.#clock.now() + 10 * MINUTE, 14, 10 * MINUTE);
    await this.#settle(this.#start + QUIET_AFTER_DAYS * DAY, 5, 8 * HOUR);
    this.#watch.judge(TEAMS.filter(({ name }) => !this.#keys.hasDeadKey(name)));
    for (const team of TEAMS) {
      for (const job of KEY_JOBS)
        if (this.#keys.isDead(team.name, job)) this.#keys.renew(team, job, this.#chance);
    }
    await this.#settle(this.#clock.now() + HOUR, 14, 10 * MINUTE);
    await this.#settle(this.#clock.now() + DAY, 5, 8 * HOUR);
    this.#counted.partitions = this.#watch.judge(TEAMS);
    this.#watch.judgeRotations(this.#rotations.rotations, this.#rotations.unanswered.length);
    this.#watch.judgeDeadKeys(MOST_AT_ONCE, 50 * MINUTE);
  }

  async #settle(from: number, rounds: number, every: number): Promise<void> {
    this.#clock.pass(Math.max(0, from - this.#clock.now()));
    for (let round = 0; round < rounds; round += 1) {
      await this.#startPlanner();
      await this.#happen({ kind: 'sweep', seed: 0 });
      await this.#happen({ kind: 'rotateAgain', seed: 0 });
      if (every > HOUR) await this.#happen({ kind: 'check', seed: 0 });
      await this.#run(Number.POSITIVE_INFINITY);
      if (this.#watch.broken !== undefined) throw this.#watch.broken;
      this.#clock.pass(every);
      this.#endInvocations();
    }
  }

  /** Lambda ends what runs for too long, wherever it stands. */
  #endInvocations(): void {
    this.#workers = this.#workers.filter(
      ({ actor, deadline }) => !actor.finished && !actor.dead && deadline > this.#clock.now(),
    );
  }

  async #begin(name: string, run: (actor: Actor) => Promise<void>): Promise<void> {
    const actor = new Actor(name);
    this.#workers.push({ actor, deadline: this.#clock.now() + INVOCATION_MILLIS, asleepUntil: 0 });
    await actor.start(() => run(actor).finally(() => this.#calls.ended(actor)));
  }

  #rotate(request: RotateRequest): Promise<void> {
    return this.#begin('rotation', (actor) => this.#rotations.rotate(actor, request));
  }

  #startPlanner(): Promise<void> {
    return this.#begin('planner', (actor) =>
      runPlanner(actor, {
        settings: this.#settings,
        ledger: this.#ledger,
        queueReports: async (messages) => {
          for (const { message, group } of messages)
            this.#queue.send({ queue: 'reports', body: JSON.stringify(message), group });
        },
        events: this.#watch.events,
        clock: this.#clock,
        expected: this.#watch.expected,
      }),
    );
  }

  async #ask(
    team: ProductTeam,
    kind: 'subscription' | 'inAppPurchase',
    idempotencyKey: string,
  ): Promise<void> {
    const chance = this.#chance;
    const territories = Object.keys(PRICES).filter(() => chance.happens(0.6));
    const some = territories.length === 0 ? ['USA'] : territories;
    const request = {
      idempotencyKey,
      team: team.name,
      product: { kind, id: team[kind] },
      prices: Object.fromEntries(some.map((name) => [name, chance.pick(PRICES[name] ?? ['9.99'])])),
      ...(kind === 'subscription' && { preserveCurrentPrice: chance.happens(0.5) }),
      requestedBy: 'chance',
    };
    this.#counted.changes += 1;
    const times = chance.happens(0.2) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      await this.#begin('door', async (actor) => {
        await acceptChange(this.#accepting(actor), request, true);
      });
    }
  }

  #priceLedger(actor: Actor) {
    const ledger = memoryLedger(this.#prices, this.#clock, this.#watch);
    return { ...actor.guard('priceLedger', ledger), ...guarded(actor, ledger) };
  }

  #accepting(actor: Actor): AcceptDependencies {
    return {
      settings: this.#settings,
      ledger: this.#priceLedger(actor),
      queueChange: actor.call('queue.change', async ({ team, changeId, request }) =>
        this.#queue.send({
          queue: 'prices',
          body: JSON.stringify({ team, changeId }),
          group: productKey(team, request.product),
        }),
      ),
      planOnly: async () => ({ problems: [] }),
      sendEvents: actor.call('events.send', async (events) => void this.#watch.events.push(...events)),
      clock: this.#clock,
      log: silent,
      metric: () => undefined,
    };
  }

  /** Gives turns by chance until nothing is left to do, or so many turns are over. */
  async #run(turns: number): Promise<void> {
    const chance = this.#chance;
    for (let turn = 0; turn < turns; turn += 1) {
      this.#endInvocations();
      const runnable = this.#workers.filter(
        ({ actor, asleepUntil }) => actor.runnable && asleepUntil <= this.#clock.now(),
      );
      const visible = this.#queue.visible(this.#calls.trouble > 0.02);
      const full = runnable.length >= MOST_AT_ONCE;
      if (visible.length > 0 && (runnable.length === 0 || (!full && chance.happens(0.2)))) {
        await this.#startWorker(visible[chance.below(visible.length)]);
        continue;
      }
      const worker = runnable[chance.below(runnable.length)];
      if (worker === undefined) return;
      if (this.#calls.holdsUp()) {
        this.#holdUp(worker);
        continue;
      }
      this.#clock.pass(chance.below(50));
      await worker.actor.turn(
        (count) => chance.below(count),
        (name) => this.#calls.fate(name),
      );
      if (this.#watch.broken !== undefined) return;
    }
  }

  /** A worker stops where it stands, is forgotten by Lambda, and goes on when others have long taken over. */
  #holdUp(worker: Worker): void {
    this.#counted.heldUp += 1;
    worker.asleepUntil = this.#clock.now() + this.#chance.pick([30_000, 7 * MINUTE, 20 * MINUTE, HOUR]);
    worker.deadline = worker.asleepUntil + INVOCATION_MILLIS;
  }

  async #startWorker(message: Message | undefined): Promise<void> {
    if (message === undefined) return;
    this.#queue.receive(message);
    const deadline = this.#clock.now() + INVOCATION_MILLIS;
    const remaining = () => deadline - this.#clock.now();
    if (message.queue === 'reports') {
      return this.#begin('fetcher', async (actor) => {
        const failed = await fetchBatch(this.#fetching(actor), [{ id: '1', body: message.body }], remaining);
        this.#queue.settle(message, { again: failed.length > 0 });
      });
    }
    return this.#begin('price worker', async (actor) => {
      const access = this.#calls.access(actor);
      const deps = {
        ...this.#accepting(actor),
        audit: actor.guard('audit', memoryAudit(this.#audits)),
        book: createBooks({ ...access, settings: this.#settings }, remaining),
        rules: (team: string) => priceRules(this.#settings, team),
        sleep: access.sleep,
        remainingMillis: remaining,
      };
      const postpone = async (_: string, millis: number): Promise<void> => {
        this.#queue.postpone(message, millis);
      };
      const { body } = message;
      const failed = await applyBatch(deps, postpone, [{ id: '1', receiptHandle: '1', body }]);
      this.#queue.settle(message, { again: failed.length > 0 });
    });
  }

  #fetching(actor: Actor): Parameters<typeof fetchBatch>[0] {
    return {
      ...this.#calls.access(actor),
      settings: this.#settings,
      ledger: actor.guard('ledger', this.#ledger),
      lake: actor.guard('lake', this.#lake),
      analytics: noAnalytics,
      convert: pretendTable,
      sendEvents: actor.call('events.send', async (events) => void this.#watch.events.push(...events)),
    };
  }
}

/** The one member that yields instead of answering: its first page is a call like any other. */
function guarded(actor: Actor, ledger: ReturnType<typeof memoryLedger>): Pick<typeof ledger, 'open'> {
  const all = actor.call('priceLedger.open', async () => {
    const records = [];
    for await (const record of ledger.open()) records.push(record);
    return records;
  });
  return {
    open: async function* () {
      yield* await all();
    },
  };
}

/** Some of the reports and limits that settings may name, for every team. */
function drawSettings(chance: Chance): Settings {
  const reports = ['SALES/SUMMARY/DAILY', ...(chance.happens(0.3) ? ['SALES/SUMMARY/WEEKLY'] : [])];
  return parseSettings({
    teams: TEAMS.map(({ name, vendor }) => ({
      name,
      keys: { reports: `${name}/reports`, prices: `${name}/prices` },
      vendors: [{ number: vendor, reports, backfillDays: 1 }],
      prices: { maxIncreasePercent: 1000, maxDecreasePercent: 100, maxChangesPerDay: 100 },
    })),
  });
}
