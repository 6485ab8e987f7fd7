import { outgoingEvent } from '../../events/event-types.ts';
import type { Problem } from '../../platform/errors.ts';
import { MetricName } from '../../platform/logging/metrics.ts';
import { unreachable } from '../../platform/validation/outcome.ts';
import { boundedProblems } from '../../platform/validation/problems.ts';
import { fingerprintOf, type PriceRequest } from '../request/price-request.ts';
import { type ProductLabel, productKey } from '../request/product.ts';
import type { ChangeRecord } from '../store/change-record.ts';
import {
  type EarlierRefusal,
  earlierRefusalOf,
  NOT_DELIVERED_AGAIN,
  refusalEventId,
} from '../store/kept/earlier-refusal.ts';
import type {
  AcceptAnswer,
  AcceptDependencies,
  PlanDependencies,
  RequestDependencies,
} from './accept-dependencies.ts';
import { checkRequest, teamNamed, textNamed } from './check-request.ts';
import { answerKnown, duplicateAnswer, keyInUse, refused, repeated, takenBack } from './known-change.ts';
import { type NumberedRequest, resolveProduct } from './resolve-product.ts';

/**
 * Validates and registers a price change from any source (API, event, file): checks what needs no call to Apple,
 * claims the idempotency key by one conditional write, and queues the change. A dry run claims nothing and
 * answers with the plan.
 *
 * @param json the request as it came
 * @param announce whether nobody waits for the answer, so that a refusal is told by an event
 * @param isOwn whether the request was made by this product itself
 */
export async function acceptChange(
  deps: AcceptDependencies,
  json: unknown,
  announce: boolean,
  isOwn = false,
): Promise<AcceptAnswer> {
  const earlier = announce ? earlierRefusalOf(deps, json) : NOT_DELIVERED_AGAIN;
  const numbered = await resolveProduct(deps, json);
  const answer =
    numbered.kind === 'ok'
      ? await decide(deps, { ...numbered.value, isOwn }, earlier, (request) => dryRun(deps, request))
      : await refused(deps, json, earlier, refusedProduct(json, numbered.problems));
  return announced(deps, json, announce, answer);
}

/** Answers with the plan of a request, whatever its `dryRun` says. Registers nothing. */
export async function planChange(deps: PlanDependencies, json: unknown): Promise<AcceptAnswer> {
  const wish = typeof json === 'object' && json !== null ? { ...json, dryRun: true } : json;
  const numbered = await resolveProduct(deps, wish);
  if (numbered.kind === 'rejected') return refusedProduct(json, numbered.problems);
  const checked = await checkRequest(deps, numbered.value.json);
  switch (checked.kind) {
    case 'refused':
      return checked.answer;
    case 'repeat':
      return (await keyInUse(deps, checked.request, checked.record)) ?? duplicateAnswer(deps, checked.record);
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
  label?: ProductLabel,
): Promise<AcceptAnswer> {
  const numbered = { json: request, isOwn: true, ...(label && { label }) };
  const answer = await decide(deps, numbered, NOT_DELIVERED_AGAIN, (same) =>
    claim(deps, same, label, NOT_DELIVERED_AGAIN),
  );
  return announced(deps, request, announce, answer);
}

function refusedProduct(json: unknown, problems: readonly Problem[]): AcceptAnswer {
  const changeId = textNamed(json, 'idempotencyKey');
  return { status: 'rejected', ...(changeId && { changeId }), problems: boundedProblems([...problems]) };
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
  { json, label, isOwn = false }: NumberedRequest & { isOwn?: boolean },
  earlier: EarlierRefusal,
  plan: (request: PriceRequest) => Promise<AcceptAnswer>,
): Promise<AcceptAnswer> {
  const checked = await checkRequest(deps, json, isOwn);
  switch (checked.kind) {
    case 'refused':
      return refused(deps, json, earlier, checked.answer);
    case 'repeat':
      return (
        (await keyInUse(deps, checked.request, checked.record)) ??
        (await takenBack(deps, checked.record, earlier)) ??
        answerKnown(deps, checked.record, checked.request.dryRun)
      );
    case 'new': {
      const problems = await earlier.read();
      if (problems !== undefined)
        return { status: 'rejected', changeId: checked.request.idempotencyKey, problems };
      return checked.request.dryRun ? plan(checked.request) : claim(deps, checked.request, label, earlier);
    }
    default:
      return unreachable(checked);
  }
}

async function claim(
  deps: RequestDependencies,
  request: PriceRequest,
  label: ProductLabel | undefined,
  earlier: EarlierRefusal,
): Promise<AcceptAnswer> {
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
    acknowledgments: [],
    vainSends: {},
    settledBefore: [],
    everSent: false,
    removesScheduled: false,
    replans: 0,
    planKeys: [],
    problems: [],
    owed: [],
    ...(label && { label }),
    ...(deps.origin && { origin: deps.origin }),
  };
  const result = await deps.ledger.claim(record);
  if (result.kind === 'exists') return repeated(deps, request, result.record);
  const back = await takenBack(deps, record, earlier);
  if (back !== undefined) return back;
  await deps.queueChange(record);
  deps.log.info('A price change was accepted', { team: request.team, changeId, product: request.product });
  return { status: 'accepted', changeId };
}

async function dryRun(
  deps: Pick<AcceptDependencies, 'planOnly'>,
  request: PriceRequest,
): Promise<AcceptAnswer> {
  const changeId = request.idempotencyKey;
  const planned = await deps.planOnly(request);
  switch (planned.kind) {
    case 'ok':
      return { status: 'planned', changeId, ...planned.value };
    case 'retry':
      return { status: 'planning', changeId, afterMillis: planned.afterMillis, reason: planned.reason };
    case 'rejected':
      return { status: 'rejected', changeId, problems: planned.problems };
    default:
      return unreachable(planned);
  }
}

/** Its id is made of the request and its event, so that what a second delivery tells is the same. */
async function announceRejection(
  deps: RequestDependencies,
  json: unknown,
  answer: AcceptAnswer,
): Promise<void> {
  const id = refusalEventId('Price Change Rejected', deps.origin, json);
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
