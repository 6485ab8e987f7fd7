import { daysAfter } from '../../../../functions/prices/request/pacific-day.ts';
import type { ApiKey as AppleKey } from '../../../../local/simulator/auth/accounts.ts';
import { refusal } from '../../../histories/surroundings.ts';
import type { Actor } from '../../../histories/turns.ts';
import type { createProductApple } from '../apple/product-apple.ts';
import type { ProductKeys } from '../apple/product-keys.ts';
import type { ReportsOfAHistory } from '../apple/reports-of-a-history.ts';
import type { RequestLimits } from '../apple/request-limits.ts';
import type { LateWrite } from '../watch/price-watch.ts';
import type { ProductWatch } from '../watch/product-watch.ts';
import { type KeyHistory, LATELY_MILLIS } from './memory-access.ts';
import { INVOCATION_MILLIS, type SimulatedNow } from './product-clock.ts';
import type { ProductTrouble } from './product-trouble.ts';

const REPORT_DATE = 'filter[reportDate]';

/** How long after its acknowledgement a write takes effect at the latest: less than a change is read back. */
const LATEST_EFFECT_MILLIS = 100 * 60_000;

export type Outgoing = { method: string; url: URL; headers: Headers; body: string; probes: boolean };

type Around = {
  clock: SimulatedNow;
  limits: RequestLimits;
  reports: ReportsOfAHistory;
  apple: ReturnType<typeof createProductApple>;
  keys: ProductKeys;
  watch: ProductWatch;
  trouble: ProductTrouble;
  history: KeyHistory;
};

/** What Apple answers, and when it carries out what it has acknowledged: by its rules, by chance and by outages. */
export class ProductAnswers {
  readonly #clock: SimulatedNow;
  readonly #apple: Around['apple'];
  readonly #keys: ProductKeys;
  readonly #watch: ProductWatch;
  readonly #limits: RequestLimits;
  readonly #reports: ReportsOfAHistory;
  readonly #trouble: ProductTrouble;
  readonly #history: KeyHistory;
  /** Writes that Apple has acknowledged and not carried out yet. */
  #late: (LateWrite & { at: number; request: Outgoing & { key: AppleKey } })[] = [];
  /** Keys that Apple has refused for no reason at the last call, and the same of each worker's requests. */
  readonly #strayed = new Set<string>();
  readonly #strayedRequests = new WeakMap<Actor, Set<string>>();
  readonly happened = { requests: 0, refused: 0, strays: 0, wrongPeriods: 0, limited: 0, refusedWrites: 0 };

  constructor({ clock, apple, keys, watch, limits, reports, trouble, history }: Around) {
    this.#clock = clock;
    this.#apple = apple;
    this.#keys = keys;
    this.#watch = watch;
    this.#limits = limits;
    this.#reports = reports;
    this.#trouble = trouble;
    this.#history = history;
  }

  /** Apple counts a key's requests before it looks at them, and tells its count where it tells it. */
  async answerWithinLimits(actor: Actor, request: Outgoing): Promise<Response> {
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
    const ill = this.#trouble.isOut('apple');
    const kind = this.#trouble.chance.pick(['ill before', 'ill after', 'limited'] as const);
    const meets = ill || this.#trouble.strikes(2);
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
    if (key !== undefined && this.#isStray(actor, request, key)) {
      this.#watch.deadKeys.sawInterruption(actor);
      return refusal(401, 'NOT_AUTHORIZED');
    }
    if (key !== undefined && this.#refusesWrite(request, key))
      return refusal(409, 'STATE_ERROR.ENTITY_STATE_INVALID');
    return this.#forgets(request, key) ? Response.json({}, { status: 201 }) : undefined;
  }

  /**
   * Apple refuses a key once for no reason; the next answer is honest, also to the same request where a worker has several
   * under way. Only a key that every worker knows to have been accepted lately: of others one refusal is believed.
   */
  #isStray(actor: Actor, { method, url }: Outgoing, { keyId }: AppleKey): boolean {
    const requests = this.#strayedRequests.get(actor) ?? new Set();
    const request = `${keyId} ${method} ${url.href}`;
    const wasStray = this.#strayed.delete(keyId);
    if (requests.delete(request) || wasStray || !this.#trouble.strikes()) return false;
    const known = this.#history.get(this.#keys.secretOf(keyId));
    const now = this.#clock.now();
    const isKnown = known?.accepted.keyId === keyId && now - known.since > INVOCATION_MILLIS;
    if (!isKnown || now - known.accepted.acceptedAt > LATELY_MILLIS || this.#apple.revoked.has(keyId))
      return false;
    this.happened.strays += 1;
    this.#strayed.add(keyId);
    this.#strayedRequests.set(actor, requests.add(request));
    return true;
  }

  /** Apple's answer, and the address that it answers: now and then it serves the period before. */
  async #serve(request: Outgoing & { key: AppleKey | undefined }): Promise<[URL, Response]> {
    this.#reports.beforeRequest(this.#trouble.chance);
    const date = request.url.searchParams.get(REPORT_DATE);
    if (date !== null && this.#trouble.strikes()) {
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
    if (method === 'GET' || this.#apple.revoked.has(keyId) || !this.#trouble.strikes(3)) return false;
    this.happened.refusedWrites += 1;
    return true;
  }

  /** Apple says that it has taken a price, and nothing comes of it, or only later. */
  #forgets(request: Outgoing, key: AppleKey | undefined): boolean {
    const { method, url, body } = request;
    if (method !== 'POST' || key === undefined || this.#apple.revoked.has(key.keyId)) return false;
    if (!this.#trouble.strikes()) return false;
    const sent = { path: url.pathname, body };
    const late = this.#watch.prices.sawLateWrite(key.team.name, sent);
    if (!this.#watch.prices.sawForgottenWrite(key.team.name, sent)) return false;
    if (this.#trouble.chance.happens(0.7)) {
      const at = this.#clock.now() + this.#trouble.chance.below(LATEST_EFFECT_MILLIS);
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
}
