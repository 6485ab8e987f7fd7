import assert from 'node:assert/strict';
import type { RotateRequest } from '../../../functions/keys/rotate/rotate-key.ts';
import { KEY_JOBS } from '../../../functions/keys/store/key-use.ts';
import { type Chance, createChance } from '../../engine/chance.ts';
import { assertAsked } from '../prices/life/asked-at-rest.ts';
import type { ProductEvent } from './actors/product-events.ts';
import { MOST_AT_ONCE } from './actors/product-workers.ts';
import { FOLLOWER, type ProductTeam, TEAM_WITH_SEATS } from './apple/product-apple.ts';
import { TEAMS } from './apple/product-teams.ts';
import { ProductAtRest } from './product-at-rest.ts';
import { createProductParts, type ProductParts } from './product-parts.ts';
import { ProductPeople } from './product-people.ts';
import { assertAppsAtRest, looksIn } from './watch/apps-at-rest.ts';
import { assertCampaignsAtRest } from './watch/campaigns-at-rest.ts';

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

/** Noon of the next Sunday in California: the day whose first look at reviews goes all the way back. */
function sundayAfter(at: number): number {
  const noon = Math.ceil((at - 20 * HOUR) / DAY) * DAY + 20 * HOUR;
  return noon + ((7 - new Date(noon).getUTCDay()) % 7) * DAY;
}

/** The whole product for three teams at one Apple, under one clock; everything around the real cores is memory. */
export class ProductWorld {
  readonly #goesOn: boolean;
  readonly #at: ProductParts;
  readonly #people: ProductPeople;
  readonly #atRest: ProductAtRest;
  readonly #restore: (() => void)[] = [];
  #asked = { consent: 0, seats: 0 };
  #counted = { partitions: 0, instances: 0, looks: 0 };

  constructor(seed: number) {
    const chance = createChance(seed);
    this.#goesOn = seed % GOES_ON_EVERY === 0;
    this.#at = createProductParts(chance);
    this.#people = new ProductPeople(this.#at);
    this.#atRest = new ProductAtRest(this.#at);
    for (const team of TEAMS) {
      for (const job of KEY_JOBS) this.#at.keys.renew(team, job, chance);
      if (chance.happens(0.6)) this.#people.desire(team, chance);
    }
    this.#at.reports.draw(this.#at.settings, chance);
  }

  /** Puts back what Apple has decided: territories belong to the process. */
  close(): void {
    for (const restore of this.#restore.toReversed()) restore();
  }

  /** How much of everything happened, so that a harness that provokes nothing is noticed. */
  get happened() {
    const { answers, trouble, reports, workers, watch, reconciler, rotations } = this.#at;
    return {
      ...answers.happened,
      ...trouble.happened,
      ...this.#people.happened,
      ...this.#counted,
      ...reports.happened,
      heldUp: workers.heldUp,
      effects: watch.prices.effects,
      ...watch.prices.happened,
      ...watch.moves.happened,
      corrections: reconciler.corrections,
      ...this.#asked,
      permits: watch.pace.permits,
      waits: watch.pace.waits,
      rotations: rotations.rotations.length,
      checkedAgain: rotations.checkedAgain,
    };
  }

  /** Lets one event happen. Throws where a promise was broken. */
  async take(event: ProductEvent): Promise<void> {
    this.#at.trouble.chance = createChance(event.seed);
    await this.#happen(event);
    if (this.#at.watch.broken !== undefined) throw this.#at.watch.broken;
  }

  get #chance(): Chance {
    return this.#at.trouble.chance;
  }

  async #happen(event: ProductEvent): Promise<void> {
    const team = 'team' in event ? TEAMS[event.team] : undefined;
    switch (event.kind) {
      case 'plan':
        return this.#at.workers.begin('planner', (actor) => this.#at.functions.plan(actor));
      case 'sweep':
        return this.#at.workers.begin('sweep', (actor) => this.#at.functions.sweep(actor));
      case 'work':
        this.#at.trouble.share = event.trouble;
        await this.#run(event.turns);
        this.#at.trouble.share = 0;
        return;
      case 'ask':
        if (team !== undefined) await this.#people.ask(team, event.product, event.changeId);
        return;
      case 'campaign':
        if (team !== undefined) await this.#people.askForCampaign(team, event.campaign);
        return;
      case 'person':
        if (team !== undefined) this.#people.writeOnPage(team);
        return;
      case 'desire':
        if (team !== undefined) this.#people.desire(team, this.#chance);
        return;
      case 'appleMoves':
        return this.#moveByApple();
      case 'reconcile':
      case 'watch':
        return this.#at.workers.begin('reconcile', (actor) =>
          this.#at.reconciler.run(actor, event.kind === 'reconcile'),
        );
      case 'approve':
        return this.#people.answerPlans();
      case 'outage':
        return this.#at.trouble.breakDown(event.service, event.millis);
      case 'budget':
        for (const job of KEY_JOBS) this.#at.limits.useUp(this.#at.keys.idOf(team?.name, job), this.#chance);
        return;
      case 'keyDies':
        return this.#at.keys.revoke(this.#at.keys.idOf(team?.name, this.#chance.pick(KEY_JOBS)));
      case 'oldKeyDies':
        return this.#at.keys.revoke(
          this.#at.keys.idOf(team?.name, this.#chance.pick(KEY_JOBS), 'AWSPREVIOUS'),
        );
      case 'keyIsReplaced':
        if (team !== undefined) this.#at.keys.renew(team, this.#chance.pick(KEY_JOBS), this.#chance);
        return;
      case 'rotate':
        if (team !== undefined)
          await this.#rotate(this.#at.rotations.prepare(team, this.#chance.pick(KEY_JOBS), this.#chance));
        return;
      case 'rotateAgain':
        for (const request of this.#at.rotations.unanswered) await this.#rotate(request);
        return;
      case 'check':
        return this.#at.workers.begin('check', (actor) => this.#at.rotations.check(actor));
      case 'checkAgain':
        return this.#at.workers.begin('check', (actor) => this.#at.rotations.checkAgain(actor));
      case 'duplicate':
        return this.#at.queue.repeat(this.#chance);
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
        return this.#at.reports.take(event, team, this.#chance);
      case 'pass':
        this.#at.clock.pass(event.millis);
        return this.#at.workers.endInvocations();
    }
  }

  /** Nothing fails any more. First the teams with dead keys still wait, then they too are put right. */
  async rest(): Promise<void> {
    const { clock, trouble, limits, reports, workers, keys, watch, start } = this.#at;
    trouble.chance = createChance(1);
    trouble.mend();
    limits.rest();
    reports.rest();
    workers.killAll();
    await this.#settle(clock.now() + 10 * MINUTE, 14, 10 * MINUTE);
    await this.#settle(sundayAfter(start + QUIET_AFTER_DAYS * DAY), ROUNDS_IN_THE_END, 8 * HOUR);
    const healthy = TEAMS.filter(({ name }) => !keys.hasDeadKey(name));
    watch.judge(healthy);
    this.#judgeApps(healthy);
    for (const team of TEAMS) {
      for (const job of KEY_JOBS) if (keys.isDead(team.name, job)) keys.renew(team, job, this.#chance);
    }
    if (this.#goesOn || healthy.length < TEAMS.length) {
      await this.#settle(clock.now() + HOUR, 14, 10 * MINUTE);
      await this.#settle(clock.now() + DAY, ROUNDS_IN_THE_END, 8 * HOUR);
    }
    this.#judge();
  }

  /** What must hold when all teams have come to rest. */
  #judge(): void {
    const { settings, items, prices, functions, reconciler, rotations, watch } = this.#at;
    this.#counted.partitions = watch.judge(TEAMS);
    this.#judgeApps(TEAMS);
    this.#counted.instances = [...items.ofApps.values()].filter(
      ({ triedInstance }) => triedInstance !== undefined,
    ).length;
    this.#counted.looks = looksIn(items);
    assertCampaignsAtRest(Object.values(functions.campaigns), prices.changes, watch.events);
    watch.moves.judge(watch.events);
    this.#asked = assertAsked(settings, Object.values(prices.changes), functions.audits, TEAM_WITH_SEATS);
    assert.ok(
      this.#atRest.isAsDesired(() => true),
      `the desired prices were never reached: ${JSON.stringify(reconciler.found)}`,
    );
    watch.keys.judge(rotations.rotations, rotations.unanswered.length);
    watch.deadKeys.judge(MOST_AT_ONCE, 50 * MINUTE);
  }

  /** Rounds of everything that a schedule starts, until one of them has found nothing to do. */
  async #settle(from: number, rounds: number, every: number): Promise<void> {
    this.#at.clock.pass(Math.max(0, from - this.#at.clock.now()));
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      if (round >= rounds && (every < HOUR || this.#atRest.arePricesAtRest(true))) return;
      const received = this.#at.queue.received;
      await this.#happen({ kind: 'plan', seed: 0 });
      await this.#happen({ kind: 'sweep', seed: 0 });
      await this.#happen({ kind: 'rotateAgain', seed: 0 });
      await this.#happen({ kind: 'approve', seed: 0 });
      if (every > HOUR) await this.#happen({ kind: 'reconcile', seed: 0 });
      await this.#run(Number.POSITIVE_INFINITY);
      // At an hour of its own, as deployed: prices go before it, and may take all that a key has for a while.
      if (every > HOUR) {
        this.#at.clock.pass(10 * MINUTE);
        await this.#happen({ kind: 'check', seed: 0 });
        await this.#run(Number.POSITIVE_INFINITY);
        this.#at.clock.pass(30 * MINUTE);
        await this.#happen({ kind: 'checkAgain', seed: 0 });
        await this.#run(Number.POSITIVE_INFINITY);
      }
      if (this.#at.watch.broken !== undefined) throw this.#at.watch.broken;
      this.#at.clock.pass(every);
      this.#at.workers.endInvocations();
      const hasDeadKey = TEAMS.some(({ name }) => this.#at.keys.hasDeadKey(name));
      const fewest = hasDeadKey && every < HOUR ? ROUNDS_WITH_DEAD_KEYS : FEWEST_ROUNDS;
      const isIdle = hasDeadKey || this.#at.queue.received === received;
      if (isIdle && round + 1 >= fewest && !this.#goesOn && this.#atRest.areAllAtRest(every > HOUR)) return;
    }
  }

  #judgeApps(teams: readonly ProductTeam[]): void {
    const names = new Set(teams.map(({ name }) => name));
    assertAppsAtRest(this.#atRest.apps, (team) => names.has(team));
  }

  #run(turns: number): Promise<void> {
    return this.#at.workers.run(turns, (message) =>
      this.#at.workers.begin(message.queue, (actor) => this.#at.functions.receive(actor, message)),
    );
  }

  #rotate(request: RotateRequest): Promise<void> {
    return this.#at.workers.begin('rotation', (actor) => this.#at.rotations.rotate(actor, request));
  }

  /** Apple raises a tax or its equal prices in a territory, or takes that back. */
  #moveByApple(): void {
    const { prices } = this.#at.apple;
    const chance = this.#chance;
    const isTax = chance.happens(0.5);
    const territory = isTax ? chance.pick(['USA', 'FRA', 'JPN', FOLLOWER] as const) : FOLLOWER;
    const decision = isTax ? { taxPercent: chance.below(4) * 5 } : { equalPriceSteps: chance.below(3) };
    this.#restore.push(prices.appleDecides(territory, decision));
    this.#at.watch.moves.sawCause({ at: this.#at.clock.now(), territory, by: 'apple' });
  }
}
