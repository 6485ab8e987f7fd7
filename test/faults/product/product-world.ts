import assert from 'node:assert/strict';
import type { RotateRequest } from '../../../functions/keys/rotate/rotate-key.ts';
import { KEY_JOBS } from '../../../functions/keys/store/key-use.ts';
import type { Settings } from '../../../functions/platform/config/settings.ts';
import { daysAfter, pacificToday } from '../../../functions/prices/request/pacific-day.ts';
import { isOver, owesWayBack } from '../../../functions/prices/store/change-record.ts';
import { type Chance, createChance } from '../../engine/chance.ts';
import { createMemoryLake } from '../../histories/memory-lake.ts';
import { STARTS } from '../../histories/surroundings.ts';
import { LEDGER_TABLES } from '../../ledgers/tables.ts';
import { createMemoryTables } from '../../memory-tables/memory-documents.ts';
import { emptyLedger } from '../../prices/memory.ts';
import { assertAsked } from '../prices/life/asked-at-rest.ts';
import { drawOffer } from '../prices/life/life-offers.ts';
import { personWrites } from '../prices/life/life-person.ts';
import { ProductCalls } from './actors/product-calls.ts';
import { createSimulatedNow, type SimulatedNow } from './actors/product-clock.ts';
import type { ProductEvent } from './actors/product-events.ts';
import { ProductFunctions } from './actors/product-functions.ts';
import { ProductQueue } from './actors/product-queue.ts';
import { desiredKey, ProductReconciler } from './actors/product-reconciler.ts';
import { ProductRotations } from './actors/product-rotations.ts';
import { MOST_AT_ONCE, ProductWorkers } from './actors/product-workers.ts';
import {
  createProductApple,
  FOLLOWER,
  PRICES,
  type ProductTeam,
  TEAM_WITH_SEATS,
} from './apple/product-apple.ts';
import { ProductKeys } from './apple/product-keys.ts';
import { drawSettings, TEAMS } from './apple/product-teams.ts';
import { ReportsOfAHistory } from './apple/reports-of-a-history.ts';
import { RequestLimits } from './apple/request-limits.ts';
import { type AppsAtRest, areAppsAtRest, assertAppsAtRest, looksIn } from './watch/apps-at-rest.ts';
import { assertCampaignsAtRest } from './watch/campaigns-at-rest.ts';
import { ProductWatch } from './watch/product-watch.ts';
import { WatchedItems } from './watch/watched-items.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Behind the last late or corrected report of a history. */
const QUIET_AFTER_DAYS = 50;
/** Every so manieth history goes on when all has come to rest, to see that it stays so. */
const GOES_ON_EVERY = 10;
/** The daily check has to have come round at another hour before a rotation is seen to have ended. */
const FEWEST_ROUNDS = 2;
/** Of eight hours: longer than Apple makes nothing for a new request for analytics. */
const ROUNDS_IN_THE_END = 8;
/** Where Apple lets a key ask little, a change takes a round for a few of its requests. */
const MOST_ROUNDS = 40;
/** At ten minutes each: longer than the circuit of a dead key stays open. */
const ROUNDS_WITH_DEAD_KEYS = 7;

/** What nobody has to do anything about before Apple has something new. */
const IS_QUIET = new Set<string>(['waiting', 'stored', 'empty', 'expired', 'notOffered']);

/** Every third price of a subscription is a temporary one, for some days. */
function temporary(changeId: string, now: number): { until?: string } {
  const number = Number(/\d+/.exec(changeId)?.[0] ?? 1);
  return number % 3 === 0 ? { until: daysAfter(pacificToday(now), 4 + (number % 5)) } : {};
}

/** Noon of the next Sunday in California: the day whose first look at reviews goes all the way back. */
function sundayAfter(at: number): number {
  const noon = Math.ceil((at - 20 * HOUR) / DAY) * DAY + 20 * HOUR;
  return noon + ((7 - new Date(noon).getUTCDay()) % 7) * DAY;
}

/** The whole product for three teams at one Apple, under one clock; everything around the real cores is memory. */
export class ProductWorld {
  readonly #start: number;
  readonly #goesOn: boolean;
  readonly #clock: SimulatedNow;
  readonly #settings: Settings;
  readonly #apple;
  readonly #reports: ReportsOfAHistory;
  readonly #keys: ProductKeys;
  readonly #limits: RequestLimits;
  readonly #calls: ProductCalls;
  readonly #watch: ProductWatch;
  readonly #rotations: ProductRotations;
  readonly #items = new WatchedItems(TEAMS, (before, after) => this.#watch.sawItem(before, after));
  readonly #lake = createMemoryLake();
  readonly #prices = emptyLedger();
  readonly #queue: ProductQueue;
  readonly #workers: ProductWorkers;
  readonly #functions: ProductFunctions;
  readonly #reconciler: ProductReconciler;
  readonly #restore: (() => void)[] = [];
  #asked = { consent: 0, seats: 0 };
  #counted = { partitions: 0, changes: 0, campaigns: 0, answers: 0, instances: 0, looks: 0 };

  constructor(seed: number) {
    const chance = createChance(seed);
    this.#goesOn = seed % GOES_ON_EVERY === 0;
    this.#start = Date.parse(chance.pick(STARTS)) + chance.below(48) * HOUR;
    this.#clock = createSimulatedNow(this.#start);
    const clock = this.#clock;
    this.#queue = new ProductQueue(clock);
    this.#settings = drawSettings(chance);
    this.#apple = createProductApple(clock, TEAMS, (team, kind, write, sent) =>
      this.#watch.sawWrite(team, kind, write, sent),
    );
    this.#reports = new ReportsOfAHistory(this.#apple.reports, clock);
    const tables = createMemoryTables(LEDGER_TABLES, (table, _, after) => {
      if (table === 'Reports') this.#items.saw(after);
      else this.#watch.pace.sawItem(after);
    });
    this.#watch = new ProductWatch({
      clock,
      settings: this.#settings,
      teams: TEAMS,
      apple: this.#apple,
      items: this.#items.partitions,
      objects: this.#lake.objects,
      changes: this.#prices.changes,
    });
    this.#keys = new ProductKeys(this.#apple, clock, (secretName, versionId, by) => {
      const rotation = this.#rotations.rotations.find((one) => one.versionId === versionId);
      this.#watch.sawCurrent(secretName, versionId, by === 'hand' ? undefined : rotation);
    });
    this.#limits = new RequestLimits(clock, chance);
    this.#calls = new ProductCalls(
      {
        ...{ clock, apple: this.#apple, keys: this.#keys, watch: this.#watch },
        ...{ tables, limits: this.#limits, reports: this.#reports },
      },
      chance,
    );
    const around = { clock, settings: this.#settings, calls: this.#calls, watch: this.#watch };
    this.#workers = new ProductWorkers({ ...around, queue: this.#queue });
    this.#functions = new ProductFunctions({
      ...around,
      queue: this.#queue,
      tables,
      lake: this.#lake,
      prices: this.#prices,
    });
    this.#reconciler = new ProductReconciler({
      ...around,
      moves: this.#watch.moves,
      accepting: (actor) => this.#functions.registering(actor),
    });
    this.#rotations = new ProductRotations({ ...around, keys: this.#keys });
    for (const team of TEAMS) {
      for (const job of KEY_JOBS) this.#keys.renew(team, job, chance);
      if (chance.happens(0.6)) this.#desire(team, chance);
    }
    this.#reports.draw(this.#settings, chance);
  }

  /** Puts back what Apple has decided: territories belong to the process. */
  close(): void {
    for (const restore of this.#restore.toReversed()) restore();
  }

  /** How much of everything happened, so that a harness that provokes nothing is noticed. */
  get happened() {
    return {
      ...this.#calls.happened,
      ...this.#counted,
      ...this.#reports.happened,
      heldUp: this.#workers.heldUp,
      effects: this.#watch.effects,
      ...this.#watch.happened,
      ...this.#watch.moves.happened,
      corrections: this.#reconciler.corrections,
      ...this.#asked,
      permits: this.#watch.pace.permits,
      waits: this.#watch.pace.waits,
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
        return this.#workers.begin('planner', (actor) => this.#functions.plan(actor));
      case 'sweep':
        return this.#workers.begin('sweep', (actor) => this.#functions.sweep(actor));
      case 'work':
        this.#calls.trouble = event.trouble;
        await this.#run(event.turns);
        this.#calls.trouble = 0;
        return;
      case 'ask':
        if (team !== undefined) await this.#ask(team, event.product, event.changeId);
        return;
      case 'campaign':
        if (team !== undefined) await this.#askForCampaign(team, event.campaign);
        return;
      case 'person':
        if (team !== undefined) this.#writeAsPerson(team);
        return;
      case 'desire':
        if (team !== undefined) this.#desire(team, this.#chance);
        return;
      case 'appleMoves':
        return this.#moveByApple();
      case 'reconcile':
      case 'watch':
        return this.#workers.begin('reconcile', (actor) =>
          this.#reconciler.run(actor, event.kind === 'reconcile'),
        );
      case 'approve':
        return this.#approveWaiting();
      case 'outage':
        return this.#calls.breakDown(event.service, event.millis);
      case 'budget':
        for (const job of KEY_JOBS) this.#calls.useUp(this.#keys.idOf(team?.name, job));
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
        return this.#workers.begin('check', (actor) => this.#rotations.check(actor));
      case 'duplicate':
        return this.#queue.repeat(this.#chance);
      case 'reviewIsWritten':
      case 'reviewIsEdited':
      case 'reviewIsAnswered':
      case 'reviewVanishes':
      case 'requestStops':
      case 'requestIsMade':
      case 'instanceComes':
      case 'segmentsAreSpoiled':
      case 'versionsChange':
      case 'versionsDiffer':
        return this.#reports.take(event, team, this.#chance);
      case 'pass':
        this.#clock.pass(event.millis);
        return this.#workers.endInvocations();
    }
  }

  /** Nothing fails any more. First the teams with dead keys still wait, then they too are put right. */
  async rest(): Promise<void> {
    this.#calls.chance = createChance(1);
    this.#calls.mend();
    this.#limits.rest();
    this.#reports.rest();
    this.#workers.killAll();
    await this.#settle(this.#clock.now() + 10 * MINUTE, 14, 10 * MINUTE);
    await this.#settle(sundayAfter(this.#start + QUIET_AFTER_DAYS * DAY), ROUNDS_IN_THE_END, 8 * HOUR);
    const healthy = TEAMS.filter(({ name }) => !this.#keys.hasDeadKey(name));
    this.#watch.judge(healthy);
    this.#judgeApps(healthy);
    for (const team of TEAMS) {
      for (const job of KEY_JOBS)
        if (this.#keys.isDead(team.name, job)) this.#keys.renew(team, job, this.#chance);
    }
    if (this.#goesOn || healthy.length < TEAMS.length) {
      await this.#settle(this.#clock.now() + HOUR, 14, 10 * MINUTE);
      await this.#settle(this.#clock.now() + DAY, ROUNDS_IN_THE_END, 8 * HOUR);
    }
    this.#counted.partitions = this.#watch.judge(TEAMS);
    this.#judgeApps(TEAMS);
    this.#counted.instances = [...this.#items.ofApps.values()].filter(
      ({ triedInstance }) => triedInstance !== undefined,
    ).length;
    this.#counted.looks = looksIn(this.#items);
    assertCampaignsAtRest(Object.values(this.#functions.campaigns), this.#prices.changes, this.#watch.events);
    this.#watch.moves.judge(this.#watch.events);
    this.#asked = assertAsked(
      this.#settings,
      Object.values(this.#prices.changes),
      this.#functions.audits,
      TEAM_WITH_SEATS,
    );
    assert.ok(
      this.#isAsDesired(() => true),
      `the desired prices were never reached: ${JSON.stringify(this.#reconciler.found)}`,
    );
    this.#watch.judgeRotations(this.#rotations.rotations, this.#rotations.unanswered.length);
    this.#watch.deadKeys.judge(MOST_AT_ONCE, 50 * MINUTE);
  }

  /** Rounds of everything that a schedule starts, until one of them has found nothing to do. */
  async #settle(from: number, rounds: number, every: number): Promise<void> {
    this.#clock.pass(Math.max(0, from - this.#clock.now()));
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      if (round >= rounds && (every < HOUR || this.#arePricesAtRest(true, this.#isHealthy))) return;
      const received = this.#queue.received;
      await this.#happen({ kind: 'plan', seed: 0 });
      await this.#happen({ kind: 'sweep', seed: 0 });
      await this.#happen({ kind: 'rotateAgain', seed: 0 });
      await this.#happen({ kind: 'approve', seed: 0 });
      if (every > HOUR) await this.#happen({ kind: 'reconcile', seed: 0 });
      await this.#run(Number.POSITIVE_INFINITY);
      // At an hour of its own, as deployed: prices go before it, and may take all that a key has for a while.
      if (every > HOUR) {
        this.#clock.pass(10 * MINUTE);
        await this.#happen({ kind: 'check', seed: 0 });
        await this.#run(Number.POSITIVE_INFINITY);
      }
      if (this.#watch.broken !== undefined) throw this.#watch.broken;
      this.#clock.pass(every);
      this.#workers.endInvocations();
      const hasDeadKey = TEAMS.some(({ name }) => this.#keys.hasDeadKey(name));
      const fewest = hasDeadKey && every < HOUR ? ROUNDS_WITH_DEAD_KEYS : FEWEST_ROUNDS;
      const isIdle = hasDeadKey || this.#queue.received === received;
      if (isIdle && round + 1 >= fewest && !this.#goesOn && this.#areAtRest(every > HOUR)) return;
    }
  }

  /**
   * Whether all teams but those with a dead key wait for nothing.
   *
   * @param inTheEnd nothing is late at Apple any more, and no temporary price is in effect
   */
  #areAtRest(inTheEnd: boolean): boolean {
    const isHealthy = this.#isHealthy;
    return (
      this.#rotations.areAtRest &&
      this.#arePricesAtRest(inTheEnd, isHealthy) &&
      areAppsAtRest(this.#apps, isHealthy, inTheEnd) &&
      this.#queue.groups.every((group) => !isHealthy(group.split(/[/#]/)[0])) &&
      [...this.#items.partitions.values()]
        .filter(({ pk }) => isHealthy(pk.split('/')[0]))
        .every(
          ({ state, owed }) => IS_QUIET.has(state) && owed.length === 0 && !(inTheEnd && state === 'waiting'),
        )
    );
  }

  get #isHealthy(): (team?: string) => boolean {
    const dead = new Set(TEAMS.map(({ name }) => name).filter((name) => this.#keys.hasDeadKey(name)));
    return (team = '') => !dead.has(team);
  }

  #arePricesAtRest(inTheEnd: boolean, isHealthy: (team?: string) => boolean): boolean {
    return (
      (!inTheEnd || this.#isAsDesired(isHealthy)) &&
      Object.values(this.#functions.campaigns).every(
        ({ team, state, closed, owed }) =>
          !isHealthy(team) || (closed && owed.length === 0 && state !== 'planning'),
      ) &&
      Object.values(this.#prices.changes)
        .filter(({ team }) => isHealthy(team))
        .every((change) => isOver(change) && change.owed.length === 0 && !(inTheEnd && owesWayBack(change)))
    );
  }

  /** Whether the last comparison has found nothing to correct. */
  #isAsDesired(isHealthy: (team: string | undefined) => boolean): boolean {
    const enforcing = new Set(
      this.#settings.teams.filter(({ prices }) => prices?.desired === 'enforce').map(({ name }) => name),
    );
    return this.#reconciler.found
      .filter(({ key }) => enforcing.has(key.split('/')[2] ?? '') && isHealthy(key.split('/')[2]))
      .every(({ result }) => result === 'same');
  }

  get #apps(): AppsAtRest {
    return {
      now: this.#clock.now(),
      start: this.#start,
      settings: this.#settings,
      apple: this.#apple.reports,
      happened: this.#reports,
      items: this.#items,
      objects: this.#lake.objects,
      events: this.#watch.events,
    };
  }

  #judgeApps(teams: readonly ProductTeam[]): void {
    const names = new Set(teams.map(({ name }) => name));
    assertAppsAtRest(this.#apps, (team) => names.has(team));
  }

  #run(turns: number): Promise<void> {
    return this.#workers.run(turns, (message) =>
      this.#workers.begin(message.queue, (actor) => this.#functions.receive(actor, message)),
    );
  }

  #rotate(request: RotateRequest): Promise<void> {
    return this.#workers.begin('rotation', (actor) => this.#rotations.rotate(actor, request));
  }

  async #ask(
    team: ProductTeam,
    kind: 'subscription' | 'inAppPurchase',
    idempotencyKey: string,
  ): Promise<void> {
    this.#counted.changes += 1;
    const now = this.#clock.now();
    const common = { idempotencyKey, team: team.name, requestedBy: 'chance' };
    if (kind === 'subscription' && this.#chance.happens(0.25))
      await this.#accept({
        ...common,
        product: { kind, id: team.subscription },
        ...drawOffer(this.#chance, now, PRICES),
      });
    else
      await this.#accept({
        ...common,
        ...this.#drawChange(team, kind),
        ...(kind === 'subscription' && temporary(idempotencyKey, now)),
      });
  }

  /** Somebody says in a file what one of a team's products shall cost. */
  #desire(team: ProductTeam, chance: Chance): void {
    const kind = chance.pick(['subscription', 'inAppPurchase'] as const);
    const {
      product,
      preserveCurrentPrice: _,
      dropVolumeTiers: __,
      ...wish
    } = this.#drawChange(team, kind, chance);
    const more = kind === 'subscription' && { preserveCurrentPrice: true, dropVolumeTiers: true };
    const key = desiredKey({ team: team.name, kind, id: product.id });
    this.#reconciler.files.set(key, JSON.stringify({ ...wish, ...more }));
  }

  /** Apple raises a tax or its equal prices in a territory, or takes that back. */
  #moveByApple(): void {
    const { prices } = this.#apple;
    const chance = this.#chance;
    const isTax = chance.happens(0.5);
    const territory = isTax ? chance.pick(['USA', 'FRA', 'JPN', FOLLOWER] as const) : FOLLOWER;
    const decision = isTax ? { taxPercent: chance.below(4) * 5 } : { equalPriceSteps: chance.below(3) };
    this.#restore.push(prices.appleDecides(territory, decision));
    this.#watch.moves.sawCause({ at: this.#clock.now(), territory, by: 'apple' });
  }

  /** Somebody changes a price or an offer on Apple's page. */
  #writeAsPerson(team: ProductTeam): void {
    const { name, subscription, inAppPurchase: purchase } = team;
    const shop = { prices: this.#apple.prices, team: name, subscription, purchase, base: 'USA' };
    const deed = personWrites(this.#chance, { ...shop, amounts: PRICES, laterShare: 0.2 }, this.#clock.now());
    if (deed !== undefined) this.#watch.sawDeed(team, deed);
  }

  /** One request for both products of a team. */
  async #askForCampaign(team: ProductTeam, campaign: string): Promise<void> {
    this.#counted.campaigns += 1;
    await this.#accept({
      campaign,
      team: team.name,
      changes: [this.#drawChange(team, 'subscription'), this.#drawChange(team, 'inAppPurchase')],
      requestedBy: 'chance',
    });
  }

  /** Somebody looks at what waits for an approval, and approves or declines it, now and then twice. */
  async #approveWaiting(): Promise<void> {
    const changes = Object.values(this.#prices.changes)
      .filter(({ state, request }) => state === 'planned' && request.campaign === undefined)
      .map(({ team, changeId, planSha256 }) => ({ team, changeId, planSha256 }));
    const campaigns = Object.values(this.#functions.campaigns)
      .filter(({ state }) => state === 'awaitingApproval')
      .map(({ team, campaign, planSha256 }) => ({ team, campaign, planSha256 }));
    for (const { planSha256, ...waiting } of [...changes, ...campaigns]) {
      if (this.#chance.happens(0.2)) continue;
      const answer = this.#chance.happens(0.15)
        ? { decline: { ...waiting, by: 'approver' } }
        : { ...waiting, planSha256, by: 'approver' };
      this.#counted.answers += 1;
      for (let time = this.#chance.happens(0.2) ? 2 : 1; time > 0; time -= 1)
        await this.#workers.begin('approval', (actor) => this.#functions.approve(actor, answer));
    }
  }

  #drawChange(team: ProductTeam, kind: 'subscription' | 'inAppPurchase', chance = this.#chance) {
    const territories = Object.keys(PRICES).filter(() => chance.happens(0.6));
    const some = territories.length === 0 ? ['USA'] : territories;
    return {
      product: { kind, id: team[kind] },
      prices: Object.fromEntries(some.map((name) => [name, chance.pick(PRICES[name] ?? ['9.99'])])),
      ...(kind === 'subscription' && {
        preserveCurrentPrice: chance.happens(0.5),
        ...(team.name === TEAM_WITH_SEATS && chance.happens(0.8) && { dropVolumeTiers: true }),
      }),
    };
  }

  async #accept(request: object): Promise<void> {
    const times = this.#chance.happens(0.2) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      await this.#workers.begin('door', (actor) => this.#functions.accept(actor, request));
    }
  }
}
