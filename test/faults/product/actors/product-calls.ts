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
import { createProbe, type ProbeOptions } from '../../../../functions/keys/check/probe.ts';
import { silent } from '../../../histories/surroundings.ts';
import type { Actor, Fate } from '../../../histories/turns.ts';
import type { MemoryTables } from '../../../memory-tables/memory-documents.ts';
import type { createProductApple } from '../apple/product-apple.ts';
import type { ProductKeys } from '../apple/product-keys.ts';
import type { RequestLimits } from '../apple/request-limits.ts';
import type { ProductWatch } from '../watch/product-watch.ts';
import { type Environment, Environments } from './environments.ts';
import { createMemoryCircuitBreaker, createMemoryKeyStore, type KeyHistory } from './memory-access.ts';
import type { ProductAnswers } from './product-answers.ts';
import { INVOCATION_MILLIS, type SimulatedNow } from './product-clock.ts';
import type { ProductTrouble } from './product-trouble.ts';

const DENIED = Object.assign(new Error('not authorized to perform'), { name: 'AccessDeniedException' });

type Around = {
  clock: SimulatedNow;
  tables: MemoryTables;
  limits: RequestLimits;
  apple: ReturnType<typeof createProductApple>;
  keys: ProductKeys;
  watch: ProductWatch;
  trouble: ProductTrouble;
  answers: ProductAnswers;
  history: KeyHistory;
};

/** What the functions call Apple and AWS with. */
export class ProductCalls {
  readonly #clock: SimulatedNow;
  readonly #apple: Around['apple'];
  readonly #keys: ProductKeys;
  readonly #watch: ProductWatch;
  readonly #limits: RequestLimits;
  readonly #trouble: ProductTrouble;
  readonly #answers: ProductAnswers;
  readonly #breaker;
  readonly #environments: Environments;
  /** The keys with which Apple has let each worker in. */
  readonly #letIn = new WeakMap<Actor, Set<string>>();
  /** New keys that a worker has seen behind an open circuit and not tried. */
  readonly #untried = new WeakMap<Actor, ReadonlySet<string>>();

  constructor({ clock, tables, limits, apple, keys, watch, trouble, answers, history }: Around) {
    this.#clock = clock;
    this.#limits = limits;
    this.#environments = new Environments({ clock, tables }, (actor, name, command) =>
      trouble.sendToTable(actor, name, () => tables.send(command)),
    );
    this.#apple = apple;
    this.#keys = keys;
    this.#watch = watch;
    this.#trouble = trouble;
    this.#answers = answers;
    this.#breaker = createMemoryCircuitBreaker(clock, history);
  }

  environmentOf(actor: Actor): Environment {
    return this.#environments.of(actor, this.#trouble.chance);
  }

  fate(actor: Actor, call: string): Fate {
    const fate = this.#trouble.fateOf(call);
    if (fate !== 'well') this.#watch.deadKeys.sawInterruption(actor);
    return fate;
  }

  /** A worker has come to its end, other than by dying. */
  ended(actor: Actor): void {
    this.#watch.keys.sawEnd(actor, this.#untried.get(actor) ?? new Set());
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
            this.#watch.keys.sawOpenCircuit(key.versionId);
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
          this.#watch.keys.sawCircuitClosed(
            key.versionId,
            this.#letIn.get(actor)?.has(key.versionId) === true,
          );
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
      random: () => this.#trouble.chance.next(),
      clock: this.#clock,
      log: silent,
      metric: () => undefined,
    };
  }

  /** What the daily check and rotations work with: they ask Apple past the breaker, with any version of a secret. */
  keyAccess(actor: Actor) {
    const deadline = this.#clock.now() + INVOCATION_MILLIS;
    const { quota, appleClock, baseUrl, scoped, sleep, random, breaker } = this.access(actor);
    const probe: ProbeOptions = {
      ...{ quota, appleClock, baseUrl, scoped, sleep, random },
      clock: this.#clock,
      fetch: (url, init) =>
        this.#ring(actor, new URL(String(url)), init, { headers: new Headers(init?.headers), probes: true }),
      remainingMillis: () => deadline - this.#clock.now(),
    };
    const ask = createProbe(probe);
    const askBesidePrices = createProbe({ ...probe, priority: 'check' });
    const readVersion = this.#readsSecrets(actor);
    const { previous } = createMemoryKeyStore(new Map(), this.#clock, readVersion);
    return { ask, askBesidePrices, breaker, readVersion, readPrevious: previous };
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
        throw new KeySecretUnreadableError(secretName, this.#trouble.isOut('permission') ? DENIED : error);
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
      const answer = await this.#answers.answerWithinLimits(actor, { method, url, headers, body, probes });
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
}
