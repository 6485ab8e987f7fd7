import { outgoingEvent } from '../../events/contract.ts';
import type { PublishEvents } from '../../events/event-publisher.ts';
import { type Settings, teamNameSchema } from '../../platform/config/settings.ts';
import type { Problem } from '../../platform/errors.ts';
import type { Log } from '../../platform/logging/log.ts';
import { MetricName, type RecordMetric } from '../../platform/logging/metrics.ts';
import type { Clock } from '../../platform/util/clock.ts';
import { closestMatches } from '../../platform/util/closest-matches.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import { unreachable } from '../../platform/validation/outcome.ts';
import { boundedProblems, isTooDeep } from '../../platform/validation/problems.ts';
import { looseLimits } from '../plan/limits.ts';
import type { Plan } from '../plan/plan.ts';
import type { Origin } from '../request/origin.ts';
import { pacificToday } from '../request/pacific-day.ts';
import {
  canonicalJson,
  fingerprintOf,
  type PriceRequest,
  parsePriceRequest,
} from '../request/price-request.ts';
import { productKey } from '../request/product.ts';
import type { QueueChange } from '../store/change-queue.ts';
import type { ChangeRecord, ChangeState } from '../store/change-record.ts';
import type { PriceLedger } from '../store/price-ledger.ts';
import { rollbackOf } from './later-changes.ts';

/** What registering a change needs. */
export type RequestDependencies = {
  settings: Settings;
  ledger: PriceLedger;
  queueChange: QueueChange;
  sendEvents: PublishEvents;
  clock: Clock;
  log: Log;
  metric: RecordMetric;
  /** How the request arrived; recorded beside the names that it claims. */
  origin?: Origin;
};

export type AcceptDependencies = RequestDependencies & {
  /** Plans without sending: the only function that may read the price key does it. */
  planOnly: PlanOnly;
};

/** What planning needs: nothing that could register or send a change. */
export type PlanDependencies = Pick<AcceptDependencies, 'settings' | 'clock' | 'planOnly'> & {
  ledger: Pick<PriceLedger, 'change' | 'changesSince'>;
};

export type PlanOnly = (
  request: PriceRequest,
) => Promise<
  | { plan: Plan; planKey: string }
  | { problems: Problem[] }
  | { pending: { afterMillis: number; reason: string } }
>;

/** The answer to a request. `changeId` is the idempotency key; the change is followed by it. */
export type AcceptAnswer = {
  /** `planning`: the plan of a dry run takes longer; ask again after `afterMillis`. */
  status: 'accepted' | 'duplicate' | 'rejected' | 'planned' | 'planning';
  changeId?: string;
  /** Of a duplicate: where the first one stands. */
  state?: ChangeState;
  outcome?: string;
  /** Of a duplicate: the change that has taken the first one back. */
  rolledBackBy?: string;
  afterMillis?: number;
  reason?: string;
  plan?: Plan;
  planKey?: string;
  /** What a person should know before the change goes on. */
  warnings?: readonly string[];
  problems?: readonly Problem[];
};

/**
 * Validates and registers a price change from any source (API, event, file): checks what needs no call to Apple,
 * claims the idempotency key by one conditional write, and queues the change. A dry run claims nothing and
 * answers with the plan.
 *
 * @param json the request as it came
 * @param announce whether nobody waits for the answer, so that a refusal is told by an event
 */
export async function acceptChange(
  deps: AcceptDependencies,
  json: unknown,
  announce: boolean,
): Promise<AcceptAnswer> {
  return announced(deps, json, announce, await decide(deps, json, (request) => dryRun(deps, request)));
}

/** Answers with the plan of a request, whatever its `dryRun` says. Registers nothing. */
export async function planChange(deps: PlanDependencies, json: unknown): Promise<AcceptAnswer> {
  const wish = typeof json === 'object' && json !== null ? { ...json, dryRun: true } : json;
  const checked = await checkRequest(deps, wish);
  switch (checked.kind) {
    case 'refused':
      return checked.answer;
    case 'repeat':
      return keyInUse(checked.request, checked.record) ?? duplicateAnswer(deps, checked.record);
    case 'new':
      return dryRun(deps, checked.request);
    default:
      return unreachable(checked);
  }
}

/** The same for a use case that never asks for a dry run, so that it needs nobody who plans. */
export async function requestChange(
  deps: RequestDependencies,
  request: PriceRequest,
  announce: boolean,
): Promise<AcceptAnswer> {
  return announced(deps, request, announce, await decide(deps, request, (same) => claim(deps, same)));
}

async function announced(
  deps: RequestDependencies,
  json: unknown,
  announce: boolean,
  answer: AcceptAnswer,
): Promise<AcceptAnswer> {
  if (answer.status === 'rejected') {
    deps.log.warn('Price change rejected on acceptance', {
      changeId: answer.changeId,
      problems: answer.problems,
    });
    if (announce) await announceRejection(deps, json, answer);
  }
  return answer;
}

async function decide(
  deps: RequestDependencies,
  json: unknown,
  plan: (request: PriceRequest) => Promise<AcceptAnswer>,
): Promise<AcceptAnswer> {
  const checked = await checkRequest(deps, json);
  switch (checked.kind) {
    case 'refused':
      return checked.answer;
    case 'repeat':
      return repeated(deps, checked.request, checked.record);
    case 'new':
      return checked.request.dryRun ? plan(checked.request) : claim(deps, checked.request);
    default:
      return unreachable(checked);
  }
}

type CheckedRequest =
  | { kind: 'refused'; answer: AcceptAnswer }
  /** The idempotency key is in use. */
  | { kind: 'repeat'; request: PriceRequest; record: ChangeRecord }
  | { kind: 'new'; request: PriceRequest };

/** What settings, clock and ledger say of a request. Only reads. */
async function checkRequest(
  deps: Pick<RequestDependencies, 'settings' | 'clock'> & { ledger: Pick<PriceLedger, 'change'> },
  json: unknown,
): Promise<CheckedRequest> {
  const parsed = parsePriceRequest(json);
  if (parsed.kind === 'rejected') {
    const name = teamNamed(json);
    const team = name === undefined ? undefined : teamProblem(deps.settings, name);
    const problems = [...parsed.problems, ...boundedProblems(team === undefined ? [] : [team])];
    return { kind: 'refused', answer: { status: 'rejected', problems } };
  }
  const request = parsed.value;
  const changeId = request.idempotencyKey;
  const problems = problemsOf(deps, request);
  // Team and key are joined to a key of the table: what is no team's name could be read as another team's change.
  const isTeamName = teamNameSchema.safeParse(request.team).success;
  const claimed = isTeamName ? await deps.ledger.change(request.team, changeId) : undefined;
  // A repeat is answered as such even when the settings or the clock have moved on since. So is a dry run under a key
  // that is used up: nothing would come of its plan.
  if (claimed !== undefined) return { kind: 'repeat', request, record: claimed };
  if (problems.length > 0)
    return {
      kind: 'refused',
      answer: { status: 'rejected', changeId, problems: boundedProblems(problems) },
    };
  return { kind: 'new', request };
}

async function claim(deps: RequestDependencies, request: PriceRequest): Promise<AcceptAnswer> {
  const changeId = request.idempotencyKey;
  const now = deps.clock.now();
  const record: ChangeRecord = {
    team: request.team,
    changeId,
    rev: 1,
    state: 'accepted',
    fingerprint: fingerprintOf(request),
    request,
    seq: await deps.ledger.nextSeq(productKey(request.team, request.product)),
    acceptedAt: now,
    movedAt: now,
    fence: 0,
    stepCount: 0,
    cursor: 0,
    settledAhead: [],
    vainSends: {},
    settledBefore: [],
    everSent: false,
    removesScheduled: false,
    replans: 0,
    planKeys: [],
    problems: [],
    owed: [],
    ...(deps.origin && { origin: deps.origin }),
  };
  const result = await deps.ledger.claim(record);
  if (result.kind === 'exists') return repeated(deps, request, result.record);
  await deps.queueChange(record);
  deps.log.info('A price change was accepted', { team: request.team, changeId, product: request.product });
  return { status: 'accepted', changeId };
}

/** The key is in use: by the same request, whose status is the answer, or by another, which is refused. */
const repeated = async (
  deps: RequestDependencies,
  request: PriceRequest,
  record: ChangeRecord,
): Promise<AcceptAnswer> => keyInUse(request, record) ?? answerKnown(deps, record, request.dryRun);

/** The refusal of a request whose key another request has used. */
function keyInUse(request: PriceRequest, record: ChangeRecord): AcceptAnswer | undefined {
  const { changeId, state, acceptedAt } = record;
  if (record.fingerprint === fingerprintOf(request)) return undefined;
  const message = `is in use by another request of ${new Date(acceptedAt).toISOString()} (${state}); a changed request needs a key of its own`;
  return { status: 'rejected', changeId, problems: [{ path: 'idempotencyKey', message }] };
}

/** The answer to a request that is known: where it stands, and whether it was taken back since. */
export async function answerKnown(
  deps: RequestDependencies,
  record: ChangeRecord,
  isDryRun: boolean,
): Promise<AcceptAnswer> {
  // The first one may have died between its claim and the queue. Once more does no harm.
  if (record.state === 'accepted' && !isDryRun) await deps.queueChange(record);
  return duplicateAnswer(deps, record);
}

async function duplicateAnswer(
  deps: { ledger: Pick<PriceLedger, 'changesSince'> },
  record: ChangeRecord,
): Promise<AcceptAnswer> {
  const { changeId, state, outcome } = record;
  const rolledBackBy = record.everSent ? await rollbackOf(deps, record) : undefined;
  return {
    status: 'duplicate',
    changeId,
    state,
    ...(rolledBackBy !== undefined && { rolledBackBy }),
    ...(outcome !== undefined && { outcome }),
    ...(record.problems.length > 0 && { problems: record.problems }),
  };
}

async function dryRun(
  deps: Pick<AcceptDependencies, 'planOnly'>,
  request: PriceRequest,
): Promise<AcceptAnswer> {
  const changeId = request.idempotencyKey;
  const planned = await deps.planOnly(request);
  if ('pending' in planned) {
    const { afterMillis, reason } = planned.pending;
    return { status: 'planning', changeId, afterMillis, reason };
  }
  return 'problems' in planned
    ? { status: 'rejected', changeId, problems: planned.problems }
    : { status: 'planned', changeId, ...planned };
}

/** What the settings and the clock say. Apple's part is checked with the plan. */
function problemsOf(
  { settings, clock }: Pick<RequestDependencies, 'settings' | 'clock'>,
  request: PriceRequest,
): Problem[] {
  const refused = teamProblem(settings, request.team);
  const rules = settings.teams.find(({ name }) => name === request.team)?.prices;
  if (refused !== undefined || rules === undefined) return refused === undefined ? [] : [refused];
  const now = clock.now();
  const problems = looseLimits(rules, request);
  if (request.notAfter !== undefined && Date.parse(request.notAfter) < now) {
    problems.push({ path: 'notAfter', message: `${request.notAfter} has passed` });
  }
  const { startDate } = request;
  const today = pacificToday(now);
  if (startDate !== undefined && startDate !== 'now' && startDate < today) {
    problems.push({
      path: 'startDate',
      message: `${startDate} lies in the past; today is ${today} at Apple`,
    });
  }
  return problems;
}

function teamProblem(settings: Settings, name: string): Problem | undefined {
  const team = settings.teams.find((each) => each.name === name);
  if (team === undefined) {
    const names = settings.teams.map((each) => each.name);
    const close = closestMatches(name, names);
    const hint = close.length > 0 ? `nearest: ${close.join(', ')}` : `there are ${names.join(', ')}`;
    return { path: 'team', message: `"${name}" is not a team of the settings; ${hint}` };
  }
  if (team.keys.prices === undefined || team.prices === undefined) {
    const message = `team ${name} may not change prices: set keys.prices (a key with the role App Manager or Admin) and prices in the settings, and deploy`;
    return { path: 'team', message };
  }
  return undefined;
}

/** The team that even a broken request names. */
const teamNamed = (json: unknown): string | undefined => textNamed(json, 'team');

function textNamed(json: unknown, name: string): string | undefined {
  const named: [string, unknown][] = typeof json === 'object' && json !== null ? Object.entries(json) : [];
  const value = named.find(([key]) => key === name)?.[1];
  return typeof value === 'string' ? value : undefined;
}

/** Its id is made of the request, so that the same refusal told twice is one. */
async function announceRejection(
  deps: RequestDependencies,
  json: unknown,
  answer: AcceptAnswer,
): Promise<void> {
  const id = sha256Hex(`Price Change Rejected\n${isTooDeep(json) ? '' : canonicalJson(json)}`);
  const { problems } = answer;
  const changeId = answer.changeId ?? textNamed(json, 'idempotencyKey')?.slice(0, 128);
  const team = teamNamed(json)?.slice(0, 64);
  // Each value of a dimension is a metric of its own that costs: only teams that exist become one.
  const isKnown = deps.settings.teams.some(({ name }) => name === team);
  deps.metric(MetricName.priceChangeRejected, 1, team === undefined || !isKnown ? {} : { team });
  await deps.sendEvents([
    outgoingEvent('Price Change Rejected', { id, team, changeId, problems: [...(problems ?? [])] }),
  ]);
}
