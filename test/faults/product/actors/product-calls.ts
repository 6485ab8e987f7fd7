import type { AppleAccess } from '../../../../functions/app-store-connect/apple-access.ts';
import {
  type KeyVersion,
  PROBE_MILLIS,
  type Probe,
  type Refusal,
} from '../../../../functions/app-store-connect/auth/key-circuit-breaker.ts';
import { KeySecretUnreadableError } from '../../../../functions/app-store-connect/auth/secret-unreadable.ts';
import type { StoredKey, WhichVersion } from '../../../../functions/app-store-connect/auth/stored-key.ts';
import { EXCHANGE_MILLIS } from '../../../../functions/app-store-connect/client/send-once.ts';
import { createProbe } from '../../../../functions/keys/check/probe.ts';
import { daysAfter } from '../../../../functions/prices/request/pacific-day.ts';
import type { ApiKey as AppleKey } from '../../../../local/simulator/auth/accounts.ts';
import type { Chance } from '../../../engine/chance.ts';
import { refusal, silent } from '../../../histories/surroundings.ts';
import type { Actor, Fate } from '../../../histories/turns.ts';
import type { MemoryTables } from '../../../memory-tables/memory-documents.ts';
import type { createProductApple } from '../apple/product-apple.ts';
import type { ProductKeys } from '../apple/product-keys.ts';
import type { ReportsOfAHistory } from '../apple/reports-of-a-history.ts';
import type { RequestLimits } from '../apple/request-limits.ts';
import type { LateWrite } from '../watch/price-watch.ts';
import type { ProductWatch } from '../watch/product-watch.ts';
import { type Environment, Environments } from './environments.ts';
import {
  createMemoryCircuitBreaker,
  createMemoryKeyStore,
  type KeyHistory,
  LATELY_MILLIS,
} from './memory-access.ts';
import { INVOCATION_MILLIS, type SimulatedNow } from './product-clock.ts';
import type { Service } from './product-events.ts';

const DENIED = Object.assign(new Error('not authorized to perform'), { name: 'AccessDeniedException' });

/** Which service a worker's call goes to. */
const SERVICE_OF: Readonly<Record<string, Service>> = {
  ledger: 'dynamodb',
  priceLedger: 'dynamodb',
  vendors: 'dynamodb',
  marks: 'dynamodb',
  runs: 'dynamodb',
  columns: 'dynamodb',
  campaignLedger: 'dynamodb',
  keyLedger: 'dynamodb',
  breaker: 'dynamodb',
  budget: 'dynamodb',
  versions: 'dynamodb',
  lake: 's3',
  audit: 's3',
  secrets: 'secrets',
  events: 'events',
  queue: 'sqs',
};

const REPORT_DATE = 'filter[reportDate]';

/** How long after its acknowledgement a write takes effect at the latest: less than a change is read back. */
const LATEST_EFFECT_MILLIS = 100 * 60_000;

/** An answer of DynamoDB that takes longer does not come within the SDK's tries. */
const SLOWEST_WRITE_MILLIS = 8_000;

type Outgoing = { method: string; url: URL; headers: Headers; body: string; probes: boolean };

type Around = {
  clock: SimulatedNow;
  tables: MemoryTables;
  limits: RequestLimits;
  reports: ReportsOfAHistory;
  apple: ReturnType<typeof createProductApple>;
  keys: ProductKeys;
  watch: ProductWatch;
};

/** What becomes of calls: to Apple, to AWS, by chance and by outages. */
export class ProductCalls {
  readonly #clock: SimulatedNow;
  readonly #apple: Around['apple'];
  readonly #keys: ProductKeys;
  readonly #watch: ProductWatch;
  readonly #breaker;
  readonly #environments: Environments;
  readonly #limits: RequestLimits;
  readonly #reports: ReportsOfAHistory;
  readonly #outages = new Map<Service, number>();
  /** Writes that Apple has acknowledged and not carried out yet. */
  #late: (LateWrite & { at: number; request: Outgoing & { key: AppleKey } })[] = [];
  readonly #history: KeyHistory = new Map();
  /** Keys that Apple has refused for no reason at the last call. */
  readonly #strayed = new Set<string>();
  /** The keys with which Apple has let each worker in. */
  readonly #letIn = new WeakMap<Actor, Set<string>>();
  /** New keys that a worker has seen behind a shut breaker and not tried. */
  readonly #untried = new WeakMap<Actor, ReadonlySet<string>>();
  /** The chance of the event that is happening. */
  chance: Chance;
  /** How often a call meets trouble. */
  trouble = 0;
  readonly happened = {
    ...{ requests: 0, kills: 0, losses: 0, refused: 0, strays: 0, wrongPeriods: 0 },
    ...{ writesTwice: 0, slowWrites: 0, limited: 0, refusedWrites: 0 },
  };

  constructor({ clock, tables, limits, reports, apple, keys, watch }: Around, chance: Chance) {
    this.#clock = clock;
    this.#limits = limits;
    this.#reports = reports;
    this.#environments = new Environments({ clock, tables }, (actor, name, command) =>
      this.#sendToTable(actor, name, () => tables.send(command)),
    );
    this.#apple = apple;
    this.#keys = keys;
    this.#watch = watch;
    this.#breaker = createMemoryCircuitBreaker(clock, this.#history);
    this.chance = chance;
  }

  breakDown(service: Service, millis: number): void {
    this.#outages.set(service, this.#clock.now() + millis);
  }

  /** Others have used up most of what a key may ask within an hour. */
  useUp(keyId: string): void {
    this.#limits.useUp(keyId, this.chance);
  }

  mend(): void {
    this.#outages.clear();
  }

  environmentOf(actor: Actor): Environment {
    return this.#environments.of(actor, this.chance);
  }

  /** A call of DynamoDB by an environment: the SDK repeats what got no answer, which may have happened nevertheless. */
  #sendToTable(actor: Actor, name: string, send: () => Promise<unknown>): Promise<unknown> {
    return actor.call(name, async () => {
      if (this.chance.happens(this.trouble)) {
        this.happened.writesTwice += 1;
        await send().catch(() => undefined);
      }
      const answer = await send();
      if (this.chance.happens(this.trouble)) {
        this.happened.slowWrites += 1;
        this.#clock.pass(1 + this.chance.below(SLOWEST_WRITE_MILLIS));
      }
      return answer;
    })();
  }

  fate(actor: Actor, call: string): Fate {
    const fate = this.#fateOf(call);
    if (fate !== 'well') this.#watch.deadKeys.sawInterruption(actor);
    return fate;
  }

  #fateOf(call: string): Fate {
    const service = SERVICE_OF[call.split('.')[0] ?? ''];
    if (service !== undefined && this.#isOut(service)) return 'failsBefore';
    if (service === 'secrets' && this.#isOut('permission')) return 'failsBefore';
    if (!this.chance.happens(this.trouble)) return 'well';
    const fate = this.chance.pick<Fate>(['failsBefore', 'answerLost', 'diesBefore', 'diesAfter']);
    if (fate.startsWith('dies')) this.happened.kills += 1;
    else this.happened.losses += 1;
    return fate;
  }

  /** A worker has come to its end, other than by dying. */
  ended(actor: Actor): void {
    this.#watch.keys.sawEnd(actor, this.#untried.get(actor) ?? new Set());
  }

  /** Whether the worker whose turn it is stops where it stands. */
  holdsUp(): boolean {
    return this.chance.happens(this.trouble / 4);
  }

  /** One worker's access to Apple. */
  access(actor: Actor): AppleAccess {
    /** How often this worker was let through each key's breaker and has not yet called. */
    const passes = new Map<string, number>();
    const breaker = actor.guard('breaker', this.#breaker);
    const shutOut = new Map<string, string>();
    const untried = new Set<string>();
    const fallbacks = new Set<string>();
    this.#untried.set(actor, untried);
    const read = this.#readsSecrets(actor);
    const environment = this.environmentOf(actor);
    const known = environment.keys;
    return {
      keys: createMemoryKeyStore(known, this.#clock, async (secretName, which) => {
        const stored = await read(secretName, which);
        if (which !== undefined) fallbacks.add(stored.key.keyId);
        const refused = shutOut.get(secretName);
        if (which === undefined && refused !== undefined && refused !== stored.versionId)
          untried.add(stored.versionId);
        return stored;
      }),
      breaker: {
        ...breaker,
        allowRequest: async (key: KeyVersion, probe?: Probe) => {
          untried.delete(key.versionId);
          const permission = await breaker.allowRequest(key, probe);
          if (permission.kind === 'allowed')
            passes.set(key.secretName, (passes.get(key.secretName) ?? 0) + 1);
          else {
            this.#watch.keys.sawShutGate(key.versionId);
            // Open for all; a shorter time is that of somebody's probe.
            if (permission.retryAt > this.#clock.now() + PROBE_MILLIS)
              this.#watch.deadKeys.sawOpened(actor, key.secretName);
            shutOut.set(key.secretName, key.versionId);
          }
          return permission;
        },
        recordFailure: async (key: KeyVersion, refusal: Refusal) => {
          await breaker.recordFailure(key, refusal);
          this.#watch.deadKeys.sawOpened(actor, key.secretName);
        },
        recordSuccess: (key: KeyVersion) => {
          this.#watch.keys.sawGateOpened(key.versionId, this.#letIn.get(actor)?.has(key.versionId) === true);
          return breaker.recordSuccess(key);
        },
      },
      appleClock: { now: this.#clock.now, observe: () => false },
      quota: {
        retryAt: async (keyId, priority) => {
          const retryAt = await environment.quota.retryAt(keyId, priority);
          if (retryAt !== undefined) this.#watch.deadKeys.sawInterruption(actor);
          this.#watch.sawTurn(actor, keyId, priority, { retryAt, stated: this.#limits.statedMinute });
          return retryAt;
        },
        observe: environment.quota.observe,
      },
      baseUrl: 'https://apple.example',
      scoped: true,
      fetch: (url, init) => {
        const headers = new Headers(init?.headers);
        const address = new URL(String(url));
        if (this.#apple.reports.isDownload(address))
          return actor.call('apple.download', async () => this.#apple.reports.download(address, headers))();
        const keyId = this.#apple.keyOf(headers)?.keyId ?? '';
        // The secret's, not the version's: a rotation may come between the breaker and the call.
        const secretName = this.#keys.secretOf(keyId);
        // The fallback serves those who have met the current key's refusal already.
        const isFallback = fallbacks.has(keyId);
        this.#watch.keys.sawCall(isFallback ? 1 : (passes.get(secretName) ?? 0), keyId);
        // A pass beside it is that of another request of the same worker.
        if (!isFallback) passes.set(secretName, Math.max(0, (passes.get(secretName) ?? 0) - 1));
        return this.#ring(actor, address, init, { headers, probes: false });
      },
      sleep: actor.call('sleep', async (millis) => this.#clock.pass(millis)),
      random: () => this.chance.next(),
      clock: this.#clock,
      log: silent,
      metric: () => undefined,
    };
  }

  /** What the daily check and rotations work with: they ask Apple past the breaker, with any version of a secret. */
  keyAccess(actor: Actor) {
    const deadline = this.#clock.now() + INVOCATION_MILLIS;
    const { quota, appleClock, baseUrl, scoped, sleep, random, breaker } = this.access(actor);
    const ask = createProbe({
      ...{ quota, appleClock, baseUrl, scoped, sleep, random },
      clock: this.#clock,
      fetch: (url, init) =>
        this.#ring(actor, new URL(String(url)), init, { headers: new Headers(init?.headers), probes: true }),
      remainingMillis: () => deadline - this.#clock.now(),
    });
    const readVersion = this.#readsSecrets(actor);
    const { previous } = createMemoryKeyStore(new Map(), this.#clock, readVersion);
    return { ask, breaker, readVersion, readPrevious: previous };
  }

  /** Secrets Manager as the key store has it: whatever goes wrong there has a name. */
  #readsSecrets(actor: Actor) {
    const read = actor.call('secrets.read', (secretName: string, which?: WhichVersion) =>
      this.#keys.read(secretName, which),
    );
    return async (secretName: string, which?: WhichVersion): Promise<StoredKey> => {
      try {
        return await read(secretName, which);
      } catch (error) {
        if (error instanceof KeySecretUnreadableError) throw error;
        throw new KeySecretUnreadableError(secretName, this.#isOut('permission') ? DENIED : error);
      }
    };
  }

  /** One request: it leaves within its deadline or never. */
  #ring(
    actor: Actor,
    url: URL,
    init: RequestInit | undefined,
    { headers, probes }: { headers: Headers; probes: boolean },
  ): Promise<Response> {
    const leavesBy = this.#clock.now() + EXCHANGE_MILLIS;
    this.#watch.sawPacedCall(actor, `${init?.method ?? 'GET'} ${url.pathname}`);
    const method = init?.method ?? 'GET';
    const name = method === 'GET' ? 'apple.read' : 'apple.write';
    const body = typeof init?.body === 'string' ? init.body : '';
    return actor.call(name, async () => {
      if (this.#clock.now() > leavesBy) {
        this.#watch.deadKeys.sawInterruption(actor);
        throw new TypeError('fetch failed');
      }
      const answer = await this.#answerWithinLimits(actor, { method, url, headers, body, probes });
      const letIn = this.#letIn.get(actor) ?? new Set<string>();
      // Who is ill says nothing about the key.
      if (answer.status < 500 && answer.status !== 401) {
        const keyId = this.#apple.keyOf(headers)?.keyId ?? '';
        letIn.add(keyId);
        this.#watch.deadKeys.sawLetIn(actor, this.#keys.secretOf(keyId));
      }
      this.#letIn.set(actor, letIn);
      return answer;
    })();
  }

  /** Apple counts a key's requests before it looks at them, and tells its count where it tells it. */
  async #answerWithinLimits(actor: Actor, request: Outgoing): Promise<Response> {
    this.happened.requests += 1;
    const key = this.#apple.keyOf(request.headers);
    if (key === undefined || this.#limits.spend(key.keyId)) {
      const answer = await this.#answer(actor, request, key);
      if (answer.status === 401 || answer.status === 403) this.#watch.pace.sawRefusal(actor);
      if (key !== undefined && answer.status < 500)
        answer.headers.set('x-rate-limit', this.#limits.header(key.keyId));
      return answer;
    }
    this.happened.limited += 1;
    this.#watch.deadKeys.sawInterruption(actor);
    return refusal(429, 'RATE_LIMIT_EXCEEDED');
  }

  async #answer(actor: Actor, request: Outgoing, key: AppleKey | undefined): Promise<Response> {
    if (request.method !== 'GET') this.#watch.keys.sawWriteToken(request.headers.get('authorization') ?? '');
    const ill = this.#isOut('apple');
    const kind = this.chance.pick(['ill before', 'ill after', 'limited'] as const);
    const meets = ill || this.chance.happens(2 * this.trouble);
    if (meets) this.#watch.deadKeys.sawInterruption(actor);
    await this.#carryOutLateWrites();
    const instead = ill ? undefined : this.#answerInstead(actor, request, key);
    if (instead !== undefined) return instead;
    if (meets && kind === 'limited') return refusal(429, 'RATE_LIMIT_EXCEEDED');
    if (meets && kind === 'ill before') return refusal(500, 'UNEXPECTED_ERROR');
    const [url, answer] = await this.#serve({ ...request, key });
    // Who is told of an illness instead does not learn that the key is dead.
    if (answer.status === 401 && key !== undefined && !meets) {
      this.happened.refused += 1;
      if (request.probes || this.#keys.hasFallback(key.keyId)) this.#watch.keys.sawRefusal(key.keyId);
      else
        this.#watch.keys.sawUselessCall(actor, {
          keyId: key.keyId,
          secretName: this.#keys.secretOf(key.keyId),
          request: `${request.method} ${request.url.pathname}${request.url.search}`,
        });
    }
    if (answer.ok && request.url.pathname.endsWith('Reports'))
      await this.#watch.reports.sawReport(url, answer);
    return meets ? refusal(503, 'SERVICE_UNAVAILABLE') : answer;
  }

  /** What Apple answers without having looked at the request. */
  #answerInstead(actor: Actor, request: Outgoing, key: AppleKey | undefined): Response | undefined {
    // The daily check believes one refusal of a key that it has not seen accepted within a day.
    if (key !== undefined && this.#isStray(key)) {
      this.#watch.deadKeys.sawInterruption(actor);
      return refusal(401, 'NOT_AUTHORIZED');
    }
    if (key !== undefined && this.#refusesWrite(request, key))
      return refusal(409, 'STATE_ERROR.ENTITY_STATE_INVALID');
    return this.#forgets(request, key) ? Response.json({}, { status: 201 }) : undefined;
  }

  /**
   * Apple refuses a key once for no reason; the next answer is honest. Only a key that every worker knows to have been
   * accepted lately: of others one refusal is believed.
   */
  #isStray({ keyId }: AppleKey): boolean {
    if (this.#strayed.delete(keyId) || !this.chance.happens(this.trouble)) return false;
    const known = this.#history.get(this.#keys.secretOf(keyId));
    const now = this.#clock.now();
    const isKnown = known?.accepted.keyId === keyId && now - known.since > INVOCATION_MILLIS;
    if (!isKnown || now - known.accepted.acceptedAt > LATELY_MILLIS || this.#apple.revoked.has(keyId))
      return false;
    this.happened.strays += 1;
    this.#strayed.add(keyId);
    return true;
  }

  /** Apple's answer, and the address that it answers: now and then it serves the period before. */
  async #serve(request: Outgoing & { key: AppleKey | undefined }): Promise<[URL, Response]> {
    this.#reports.beforeRequest(this.chance);
    const date = request.url.searchParams.get(REPORT_DATE);
    if (date !== null && this.chance.happens(this.trouble)) {
      const days = request.url.searchParams.get('filter[frequency]') === 'WEEKLY' ? 7 : 1;
      const url = new URL(request.url);
      url.searchParams.set(REPORT_DATE, daysAfter(date, -days));
      const answer = await this.#apple.answer({ ...request, url });
      // "No sales" does not say of which period.
      if (answer.ok) {
        this.happened.wrongPeriods += 1;
        return [url, answer];
      }
    }
    return [request.url, await this.#apple.answer(request)];
  }

  /** Apple takes no prices of a product now, such as while it is in review. */
  #refusesWrite({ method }: Outgoing, { keyId }: AppleKey): boolean {
    if (method === 'GET' || this.#apple.revoked.has(keyId) || !this.chance.happens(3 * this.trouble))
      return false;
    this.happened.refusedWrites += 1;
    return true;
  }

  /** Apple says that it has taken a price, and nothing comes of it, or only later. */
  #forgets(request: Outgoing, key: AppleKey | undefined): boolean {
    const { method, url, body } = request;
    if (method !== 'POST' || key === undefined || this.#apple.revoked.has(key.keyId)) return false;
    if (!this.chance.happens(this.trouble)) return false;
    const sent = { path: url.pathname, body };
    const late = this.#watch.prices.sawLateWrite(key.team.name, sent);
    if (!this.#watch.prices.sawForgottenWrite(key.team.name, sent)) return false;
    if (this.chance.happens(0.7)) {
      const at = this.#clock.now() + this.chance.below(LATEST_EFFECT_MILLIS);
      this.#late.push({ at, request: { ...request, key }, ...late });
    }
    return true;
  }

  async #carryOutLateWrites(): Promise<void> {
    const due = this.#late.filter(({ at }) => at <= this.#clock.now());
    this.#late = this.#late.filter((write) => !due.includes(write));
    for (const { request, may, changeId, kind } of due) {
      if (!may()) continue;
      await this.#apple.answer({
        ...request,
        onLatePrices: (team, _, write) => this.#watch.prices.sawLateEffect(team, kind, write, changeId),
      });
    }
  }

  #isOut(service: Service): boolean {
    return (this.#outages.get(service) ?? 0) > this.#clock.now();
  }
}
