import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { ApiKey } from '../../functions/app-store-connect/api-key.ts';
import type { AppleAccess } from '../../functions/app-store-connect/apple-access.ts';
import type { GatedKey } from '../../functions/app-store-connect/key-gate.ts';
import type { StoredKey } from '../../functions/app-store-connect/key-store.ts';
import type { OutgoingEvent } from '../../functions/platform/event-sender.ts';
import { parseSettings } from '../../functions/platform/settings.ts';
import { type AcceptDependencies, acceptChange } from '../../functions/prices/accept-change.ts';
import { applyBatch } from '../../functions/prices/apply-batch.ts';
import { createBooks, priceRules } from '../../functions/prices/books.ts';
import { productKey } from '../../functions/prices/product.ts';
import { sweepChanges } from '../../functions/prices/sweep-changes.ts';
import { expectedDates } from '../../functions/reports/calendar.ts';
import { findEntry, subscribedSeries } from '../../functions/reports/catalogue.ts';
import { fetchBatch } from '../../functions/reports/fetch-batch.ts';
import type { LedgerItem } from '../../functions/reports/ledger-item.ts';
import { planReports } from '../../functions/reports/plan-reports.ts';
import { seriesKey } from '../../functions/reports/series.ts';
import type { PriceWrite } from '../../local/simulator/price-shelf.ts';
import { teamKey } from '../app-store-connect/keys.ts';
import { drawReports, shelfId } from '../histories/apple.ts';
import { assertPromises, assertStep } from '../histories/invariants.ts';
import { createMemoryLake } from '../histories/memory-lake.ts';
import { createMemoryLedger } from '../histories/memory-ledger.ts';
import { type Chance, createChance } from '../histories/random.ts';
import { Actor, type Fate } from '../histories/turns.ts';
import { emptyLedger, memoryAudit, memoryLedger } from '../prices/memory.ts';
import {
  assertAdmitted,
  assertDeadKeyIsCheap,
  assertEffect,
  assertFreshToken,
  assertNotRepeated,
  assertPricesAtRest,
  changeBehind,
  type PriceEffect,
} from './invariants.ts';
import { createMemoryGate, createMemorySecrets } from './memory-access.ts';
import { createProductApple, FIRST_PRICES, PAIR, type ProductTeam } from './product-apple.ts';
import type { ProductEvent, Service } from './product-events.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const INVOCATION_MILLIS = 5 * MINUTE;
const EXCHANGE_MILLIS = MINUTE;
const HIDDEN_MILLIS = { reports: 30 * MINUTE, prices: 6 * MINUTE };
const MOST_RECEIVES = 3;
const MOST_AT_ONCE = 4;
/** Behind the last late or corrected report of a history. */
const QUIET_AFTER_DAYS = 50;
/** Days before a change of daylight saving in California, and one far from any. */
const STARTS = ['2026-03-06T15:40:00Z', '2026-10-30T14:55:00Z', '2026-07-14T15:07:00Z'] as const;
const PRICES: Readonly<Record<string, readonly [string, ...string[]]>> = {
  USA: ['4.99', '7.99', '9.99', '12.99'],
  FRA: ['4.99', '7.99', '9.99', '12.99'],
  JPN: ['700', '1000', '1500', '2000'],
};
export const TEAMS: readonly ProductTeam[] = [
  { name: 'acme', vendor: '85012341', subscription: '101', inAppPurchase: '201' },
  { name: 'globex', vendor: '85012342', subscription: '102', inAppPurchase: '202' },
  { name: 'initech', vendor: '85012343', subscription: '103', inAppPurchase: '203' },
];
const JOBS = ['reports', 'prices'] as const;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const signing = await teamKey(PAIR.privateKey);
const never = () => Promise.reject(new Error('No analytics are played'));
const noAnalytics = {
  app: never,
  claimApp: never,
  noteRequest: never,
  settleApp: never,
  series: never,
  noteInstances: never,
  awaitNext: never,
};

/** Which service a worker's call goes to. */
const SERVICE_OF: Readonly<Record<string, Service>> = {
  ledger: 'dynamodb',
  priceLedger: 'dynamodb',
  gate: 'dynamodb',
  lake: 's3',
  audit: 's3',
  secrets: 'secrets',
  events: 'events',
  queue: 'sqs',
};

type Message = {
  queue: 'reports' | 'prices';
  body: string;
  group: string;
  receives: number;
  visibleAt: number;
};
type Worker = { actor: Actor; deadline: number };

/** The whole product for three teams at one Apple, under one clock; everything around the real cores is memory. */
export class ProductWorld {
  now: number;
  readonly #start: number;
  readonly #clock = { now: () => this.now };
  #chance: Chance;
  #trouble = 0;
  readonly #settings;
  readonly #apple;
  readonly #secrets;
  readonly #gate = createMemoryGate(this.#clock);
  readonly #keyIds = new Map<string, string>();
  readonly #secretOf = new Map<string, string>();
  readonly #outages = new Map<Service, number>();
  readonly #held = new Map<string, number>();
  readonly #editions = new Map<string, number>();
  readonly #ledger = createMemoryLedger(this.#clock, (before, after) =>
    this.#must(() => this.#watch(before, after)),
  );
  readonly #lake = createMemoryLake();
  readonly #prices = emptyLedger();
  readonly #audits = new Map<string, string>();
  readonly #events: OutgoingEvent[] = [];
  readonly #expected = new Set<string>();
  readonly #effects: PriceEffect[] = [];
  readonly #stepsDone = new Set<string>();
  readonly #writeTokens = new Set<string>();
  readonly #deadCalls = new Map<string, number[]>();
  #queue: Message[] = [];
  #workers: Worker[] = [];
  #broken: unknown;
  readonly happened = { partitions: 0, requests: 0, changes: 0, effects: 0, kills: 0, losses: 0, refused: 0 };

  constructor(seed: number) {
    this.#chance = createChance(seed);
    const chance = this.#chance;
    this.#start = Date.parse(chance.pick(STARTS)) + chance.below(48) * HOUR;
    this.now = this.#start;
    const reports = ['SALES/SUMMARY/DAILY', ...(chance.happens(0.3) ? ['SALES/SUMMARY/WEEKLY'] : [])];
    this.#settings = parseSettings({
      teams: TEAMS.map(({ name, vendor }) => ({
        name,
        keys: { reports: `${name}/reports`, prices: `${name}/prices` },
        vendors: [{ number: vendor, reports, backfillDays: 1 }],
        prices: { maxIncreasePercent: 1000, maxDecreasePercent: 100, maxChangesPerDay: 100 },
      })),
    });
    this.#apple = createProductApple(this.#clock, TEAMS, (team, kind, write) =>
      this.#must(() => this.#watchPrices(team, kind, write)),
    );
    this.#secrets = createMemorySecrets(new Map());
    for (const team of TEAMS) {
      for (const job of JOBS) this.#newKey(team, job);
    }
    const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
    for (const { entry, series } of subscribedSeries(this.#settings)) {
      const days = [dayOf(this.#start - 9 * DAY), dayOf(this.#start + 4 * DAY)] as const;
      drawReports(this.#apple, chance, entry, series.vendor, days);
    }
  }

  /** Lets one event happen. Throws where a promise was broken. */
  async take(event: ProductEvent): Promise<void> {
    this.#chance = createChance(event.seed);
    await this.#happen(event);
    if (this.#broken !== undefined) throw this.#broken;
  }

  async #happen(event: ProductEvent): Promise<void> {
    const team = 'team' in event ? TEAMS[event.team] : undefined;
    switch (event.kind) {
      case 'plan':
        return this.#startPlanner();
      case 'sweep':
        return this.#begin('sweep', (actor) => sweepChanges(this.#accepting(actor)).then(() => undefined));
      case 'work':
        this.#trouble = event.trouble;
        await this.#run(event.turns);
        this.#trouble = 0;
        return;
      case 'ask':
        if (team !== undefined) await this.#ask(team, event.product, event.changeId);
        return;
      case 'outage':
        return void this.#outages.set(event.service, this.now + event.millis);
      case 'budget':
        for (const job of JOBS) this.#held.set(this.#keyIdOf(team?.name, job), this.now + event.millis);
        return;
      case 'keyDies':
        return void this.#apple.revoked.add(this.#keyIdOf(team?.name, this.#chance.pick(JOBS)));
      case 'keyIsRotated':
        if (team !== undefined) this.#newKey(team, this.#chance.pick(JOBS));
        return;
      case 'duplicate': {
        const message = this.#queue[this.#chance.below(this.#queue.length)];
        if (message !== undefined) this.#queue.push({ ...message, visibleAt: this.now });
        return;
      }
      case 'pass':
        this.now += event.millis;
        return this.#endInvocations();
    }
  }

  /** Nothing fails any more. First the teams with dead keys still wait, then they too are put right. */
  async rest(): Promise<void> {
    this.#chance = createChance(1);
    this.#outages.clear();
    this.#held.clear();
    this.#workers = [];
    await this.#settle(this.now + 10 * MINUTE, 14, 10 * MINUTE);
    await this.#settle(this.#start + QUIET_AFTER_DAYS * DAY, 5, 8 * HOUR);
    this.#judge(TEAMS.filter(({ name }) => !this.#hasDeadKey(name)));
    for (const team of TEAMS) {
      for (const job of JOBS)
        if (this.#apple.revoked.has(this.#keyIdOf(team.name, job))) this.#newKey(team, job);
    }
    await this.#settle(this.now + HOUR, 14, 10 * MINUTE);
    await this.#settle(this.now + DAY, 5, 8 * HOUR);
    this.#judge(TEAMS);
    for (const calls of this.#deadCalls.values()) assertDeadKeyIsCheap(calls, MOST_AT_ONCE, 50 * MINUTE);
  }

  async #settle(from: number, rounds: number, every: number): Promise<void> {
    this.now = Math.max(this.now, from);
    for (let round = 0; round < rounds; round += 1) {
      await this.#startPlanner();
      await this.#happen({ kind: 'sweep', seed: 0 });
      await this.#run(Number.POSITIVE_INFINITY);
      if (this.#broken !== undefined) throw this.#broken;
      this.now += every;
      this.#endInvocations();
    }
  }

  #judge(teams: readonly ProductTeam[]): void {
    const names = new Set(teams.map(({ name }) => name));
    const isOf = (key: string) => names.has(key.split(/[/#]/)[0] ?? '');
    const items = new Map([...this.#ledger.items].filter(([, { pk }]) => isOf(pk)));
    assertPromises({
      now: this.now,
      series: subscribedSeries(this.#settings)
        .filter(({ series }) => names.has(series.team))
        .map(({ series, entry }) => ({ series, entry, offered: true })),
      expected: new Set([...this.#expected].filter(isOf)),
      items,
      objects: this.#lake.objects,
      events: this.#events,
      truthOf: (series, reportDate) => this.#look(series.report, series.vendor, reportDate),
    });
    this.happened.partitions = items.size;
    for (const team of teams) {
      for (const kind of ['subscription', 'inAppPurchase'] as const) {
        const product = productKey(team.name, { kind, id: team[kind] });
        assertPricesAtRest({
          product,
          firstPrices: FIRST_PRICES,
          shown: this.#apple.prices.effective(kind, team[kind], '2028-01-01'),
          changes: this.#changesOf(product),
          effects: this.#effects.filter((effect) => effect.product === product),
          told: new Set(this.#events.map(({ detail }) => String(detail['changeId']))),
        });
      }
    }
  }

  #must(check: () => void): void {
    try {
      check();
    } catch (error) {
      this.#broken ??= error;
    }
  }

  #look(report: string, vendor: string, reportDate: string) {
    const entry = findEntry(report);
    if (entry === undefined) throw new RangeError(`${report} is not in the catalogue`);
    return this.#apple.shelf.look(shelfId(entry, vendor, reportDate), this.now);
  }

  #watch(before: LedgerItem | undefined, after: LedgerItem): void {
    const [, vendor = '', ...report] = after.pk.split('/');
    assertStep(before, after, {
      has: () => this.#look(report.join('/'), vendor, after.sk).state,
      editionOf: (sha256) => this.#editions.get(sha256) ?? 0,
    });
  }

  #changesOf(product: string) {
    return Object.values(this.#prices.changes).filter(
      ({ team, request }) => productKey(team, request.product) === product,
    );
  }

  #watchPrices(teamName: string, kind: 'subscription' | 'inAppPurchase', write: PriceWrite): void {
    const team = TEAMS.find(({ name }) => name === teamName);
    const product = productKey(teamName, { kind, id: team?.[kind] ?? '' });
    const change = changeBehind(this.#changesOf(product), product);
    const step = `${product} ${change.changeId} plan ${change.planKeys.length} ${change.sending?.step}`;
    assertNotRepeated(step, this.#stepsDone);
    if (write.outcome === 'applied') this.#stepsDone.add(step);
    for (const territory of new Set(write.changes.map((each) => each.territory))) {
      if (change.request.prices?.[territory] === undefined) continue;
      const effect = { at: this.now, product, change: structuredClone(change), territory };
      assertEffect(effect, this.#effects);
      this.#effects.push(effect);
      this.happened.effects += 1;
    }
  }

  #keyIdOf = (team: string | undefined, job: string): string => this.#keyIds.get(`${team}/${job}`) ?? '';
  #hasDeadKey = (team: string): boolean =>
    JOBS.some((job) => this.#apple.revoked.has(this.#keyIdOf(team, job)));

  #newKey(team: ProductTeam, job: string): void {
    const keyId = `KEY${String(this.#secretOf.size).padStart(3, '0')}${String(this.#chance.below(9_999)).padStart(4, '0')}`;
    const secretName = `${team.name}/${job}`;
    const key: ApiKey = { ...signing, keyId };
    const stored: StoredKey = { key, versionId: keyId, versionCreatedAt: this.now };
    this.#apple.addKey(team, keyId);
    this.#keyIds.set(secretName, keyId);
    this.#secretOf.set(keyId, secretName);
    this.#secrets.put(secretName, stored);
  }

  /** Lambda ends what runs for too long, wherever it stands. */
  #endInvocations(): void {
    this.#workers = this.#workers.filter(
      ({ actor, deadline }) => !actor.finished && !actor.dead && deadline > this.now,
    );
  }

  async #begin(name: string, run: (actor: Actor) => Promise<void>): Promise<void> {
    const actor = new Actor(name);
    // Some are held up where they stand and go on when others have long taken over.
    const heldUp = this.#trouble > 0 && this.#chance.happens(0.1);
    this.#workers.push({ actor, deadline: this.now + (heldUp ? 4 * HOUR : INVOCATION_MILLIS) });
    await actor.start(() => run(actor));
  }

  async #startPlanner(): Promise<void> {
    const startedAt = this.now;
    await this.#begin('planner', async (actor) => {
      await planReports({
        settings: this.#settings,
        ledger: actor.guard('ledger', this.#ledger),
        queueReports: actor.call('queue.send', async (messages) => {
          for (const { message, group } of messages)
            this.#send({ queue: 'reports', body: JSON.stringify(message), group });
        }),
        sendEvents: actor.call('events.send', async (events) => void this.#events.push(...events)),
        clock: this.#clock,
        log: silent,
        metric: () => undefined,
      });
      for (const { series, entry, backfillDays } of subscribedSeries(this.#settings)) {
        for (const date of expectedDates(entry, backfillDays, startedAt))
          this.#expected.add(`${seriesKey(series)} ${date}`);
      }
    });
  }

  #send(message: Pick<Message, 'queue' | 'body' | 'group'>): void {
    this.#queue.push({ ...message, receives: 0, visibleAt: this.now });
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
    this.happened.changes += 1;
    const times = chance.happens(0.2) ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      await this.#begin('door', async (actor) => {
        await acceptChange(this.#accepting(actor), request, true);
      });
    }
  }

  #priceLedger(actor: Actor) {
    const ledger = memoryLedger(this.#prices, this.#clock);
    return { ...actor.guard('priceLedger', ledger), ...guarded(actor, ledger) };
  }

  #accepting(actor: Actor): AcceptDependencies {
    return {
      settings: this.#settings,
      ledger: this.#priceLedger(actor),
      queueChange: actor.call('queue.change', async ({ team, changeId, request }) =>
        this.#send({
          queue: 'prices',
          body: JSON.stringify({ team, changeId }),
          group: productKey(team, request.product),
        }),
      ),
      planOnly: async () => ({ problems: [] }),
      sendEvents: actor.call('events.send', async (events) => void this.#events.push(...events)),
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
      const runnable = this.#workers.filter(({ actor }) => actor.runnable);
      const visible = this.#visible();
      const full = runnable.length >= MOST_AT_ONCE;
      if (visible.length > 0 && (runnable.length === 0 || (!full && chance.happens(0.2)))) {
        await this.#startWorker(visible[chance.below(visible.length)]);
        continue;
      }
      const worker = runnable[chance.below(runnable.length)];
      if (worker === undefined) return;
      this.now += chance.below(50);
      await worker.actor.turn(
        (count) => chance.below(count),
        (name) => this.#fate(name),
      );
      if (this.#broken !== undefined) return;
    }
  }

  /** Price messages come in the order of their group, but for a duplicate; reports in any. */
  #visible(): Message[] {
    const seen = new Set<string>();
    return this.#queue.filter((message) => {
      const { queue, group, visibleAt } = message;
      const first = queue === 'reports' || !seen.has(group) || this.#trouble > 0.02;
      if (queue === 'prices') seen.add(group);
      return first && visibleAt <= this.now;
    });
  }

  #pass(millis: number): void {
    this.now += millis;
  }

  #forget(message: Message): void {
    this.#queue = this.#queue.filter((one) => one !== message);
  }

  async #startWorker(message: Message | undefined): Promise<void> {
    if (message === undefined) return;
    message.visibleAt = this.now + HIDDEN_MILLIS[message.queue];
    message.receives += 1;
    const deadline = this.now + INVOCATION_MILLIS;
    const remaining = () => deadline - this.now;
    const gone = (): void => this.#forget(message);
    if (message.queue === 'reports') {
      return this.#begin('fetcher', async (actor) => {
        const failed = await fetchBatch(this.#fetching(actor), [{ id: '1', body: message.body }], remaining);
        if (failed.length === 0 || message.receives >= MOST_RECEIVES) gone();
        else message.visibleAt = this.now;
      });
    }
    return this.#begin('price worker', async (actor) => {
      const access = this.#access(actor);
      const deps = {
        ...this.#accepting(actor),
        audit: actor.guard('audit', memoryAudit(this.#audits)),
        book: createBooks({ ...access, settings: this.#settings }, remaining),
        rules: (team: string) => priceRules(this.#settings, team),
        sleep: access.sleep,
        remainingMillis: remaining,
      };
      const postpone = async (_: string, millis: number): Promise<void> => {
        message.visibleAt = this.now + millis;
      };
      const { body } = message;
      const failed = await applyBatch(deps, postpone, [{ id: '1', receiptHandle: '1', body }]);
      if (failed.length === 0 || message.receives >= 10) gone();
    });
  }

  #fetching(actor: Actor): Parameters<typeof fetchBatch>[0] {
    return {
      ...this.#access(actor),
      settings: this.#settings,
      ledger: actor.guard('ledger', this.#ledger),
      lake: actor.guard('lake', this.#lake),
      analytics: noAnalytics,
      convert: async ({ parquetPath, sha256 }) => {
        await writeFile(parquetPath, `table of ${sha256}`);
        return { rows: 1, widened: {} };
      },
      sendEvents: actor.call('events.send', async (events) => void this.#events.push(...events)),
    };
  }

  #access(actor: Actor): AppleAccess {
    /** How often this worker was let through each key's gate and has not yet called. */
    const passes = new Map<string, number>();
    const gate = actor.guard('gate', this.#gate);
    return {
      keys: actor.guard('secrets', this.#secrets.store),
      gate: {
        ...gate,
        enter: async (key: GatedKey) => {
          const admission = await gate.enter(key);
          if (admission.admitted) passes.set(key.secretName, (passes.get(key.secretName) ?? 0) + 1);
          return admission;
        },
      },
      appleClock: { now: this.#clock.now, observe: () => false },
      budget: {
        heldUntil: async (keyId, priority) => {
          const until = this.#held.get(keyId) ?? 0;
          return priority !== 'price' && until > this.now ? until : undefined;
        },
        observe: async () => undefined,
      },
      baseUrl: 'https://apple.example',
      scoped: true,
      fetch: (url, init) => {
        const headers = new Headers(init?.headers);
        const keyId = this.#apple.keyOf(headers)?.keyId ?? '';
        // The secret's, not the version's: a rotation may come between the gate and the call.
        const secretName = this.#secretOf.get(keyId) ?? '';
        const left = passes.get(secretName) ?? 0;
        this.#must(() => assertAdmitted(left, keyId));
        passes.set(secretName, 0);
        return this.#ring(actor, new URL(String(url)), init, headers);
      },
      sleep: actor.call('sleep', async (millis) => this.#pass(millis)),
      random: () => this.#chance.next(),
      clock: this.#clock,
      log: silent,
      metric: () => undefined,
    };
  }

  /** One request: it leaves within its deadline or never. */
  #ring(actor: Actor, url: URL, init: RequestInit | undefined, headers: Headers): Promise<Response> {
    const leavesBy = this.now + EXCHANGE_MILLIS;
    const method = init?.method ?? 'GET';
    const name = method === 'GET' ? 'apple.read' : 'apple.write';
    const body = typeof init?.body === 'string' ? init.body : '';
    return actor.call(name, async () => {
      if (this.now > leavesBy) throw new TypeError('fetch failed');
      return this.#answer({ method, url, headers, body });
    })();
  }

  async #answer(request: { method: string; url: URL; headers: Headers; body: string }): Promise<Response> {
    this.happened.requests += 1;
    const key = this.#apple.keyOf(request.headers);
    const token = request.headers.get('authorization') ?? '';
    if (request.method !== 'GET') {
      this.#must(() => assertFreshToken(token, this.#writeTokens));
      this.#writeTokens.add(token);
    }
    const ill = this.#isOut('apple');
    const kind = this.#chance.pick(['ill before', 'ill after', 'limited'] as const);
    const meets = ill || this.#chance.happens(2 * this.#trouble);
    if (meets && kind === 'limited') return refusal(429, 'RATE_LIMIT_EXCEEDED');
    if (meets && kind === 'ill before') return refusal(500, 'UNEXPECTED_ERROR');
    const answer = await this.#apple.answer({ ...request, key });
    // Who is told of an illness instead does not learn that the key is dead.
    if (answer.status === 401 && key !== undefined && !meets) {
      this.happened.refused += 1;
      this.#deadCalls.set(key.keyId, [...(this.#deadCalls.get(key.keyId) ?? []), this.now]);
    }
    if (answer.ok && request.url.pathname.endsWith('Reports')) {
      const bytes = new Uint8Array(await answer.clone().arrayBuffer());
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      if (!this.#editions.has(sha256)) this.#editions.set(sha256, this.#editions.size + 1);
    }
    return meets ? refusal(503, 'SERVICE_UNAVAILABLE') : answer;
  }

  #isOut = (service: Service): boolean => (this.#outages.get(service) ?? 0) > this.now;

  #fate(call: string): Fate {
    const service = SERVICE_OF[call.split('.')[0] ?? ''];
    if (service !== undefined && this.#isOut(service)) return 'failsBefore';
    if (!this.#chance.happens(this.#trouble)) return 'well';
    const fate = this.#chance.pick<Fate>(['failsBefore', 'answerLost', 'diesBefore', 'diesAfter']);
    if (fate.startsWith('dies')) this.happened.kills += 1;
    else this.happened.losses += 1;
    return fate;
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

const refusal = (status: number, code: string): Response =>
  Response.json({ errors: [{ status: String(status), code, title: code, detail: code }] }, { status });
