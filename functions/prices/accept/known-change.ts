import { teamNameSchema } from '../../platform/config/team-name.ts';
import { publishPendingEvents } from '../apply/publish-pending-events.ts';
import { fingerprintOf, type PriceRequest, parsePriceRequest } from '../request/price-request.ts';
import type { ChangeRecord } from '../store/change-record.ts';
import { type EarlierRefusal, NOT_DELIVERED_AGAIN } from '../store/kept/earlier-refusal.ts';
import { rollbackOf } from '../store/later-changes.ts';
import { rejectedEvent } from '../store/price-events.ts';
import type { PriceLedger } from '../store/price-ledger.ts';
import type { AcceptAnswer, RequestDependencies } from './accept-dependencies.ts';

type LaterChanges = { ledger: Pick<PriceLedger, 'changesSince'> };

/** The key is in use: by the same request, whose status is the answer, or by another, which is refused. */
export const repeated = async (
  deps: RequestDependencies,
  request: PriceRequest,
  record: ChangeRecord,
): Promise<AcceptAnswer> =>
  (await keyInUse(deps, request, record)) ?? answerKnown(deps, record, request.dryRun);

/** The refusal of a request whose key another request has used. */
export async function keyInUse(
  deps: LaterChanges,
  request: PriceRequest,
  record: ChangeRecord,
): Promise<AcceptAnswer | undefined> {
  const { changeId, state, acceptedAt } = record;
  if (record.fingerprint === fingerprintOf(request)) return undefined;
  const rolledBackBy = await rolledBack(deps, record);
  const now = rolledBackBy === undefined ? state : `${state}, then rolled back by ${rolledBackBy}`;
  const message = `is in use by another request of ${new Date(acceptedAt).toISOString()} (${now}); a changed request needs a key of its own`;
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

export async function duplicateAnswer(deps: LaterChanges, record: ChangeRecord): Promise<AcceptAnswer> {
  const { changeId, state, outcome } = record;
  const rolledBackBy = await rolledBack(deps, record);
  return {
    status: 'duplicate',
    changeId,
    state,
    ...(rolledBackBy !== undefined && { rolledBackBy }),
    ...(outcome !== undefined && { outcome }),
    ...(record.problems.length > 0 && { problems: record.problems }),
  };
}

/** The change that has taken a change back; one that has sent nothing leaves nothing to take back. */
const rolledBack = async (deps: LaterChanges, record: ChangeRecord): Promise<string | undefined> =>
  record.everSent ? rollbackOf(deps, record) : undefined;

/**
 * The answer to a request that is refused before it is registered; kept for later deliveries of the same event. Its twin
 * may have been registered at this very moment; then that is the answer.
 */
export async function refused(
  deps: RequestDependencies,
  json: unknown,
  earlier: EarlierRefusal,
  answer: AcceptAnswer,
): Promise<AcceptAnswer> {
  // The reason of now is told, under the id of before.
  if ((await earlier.read()) !== undefined) return answer;
  await earlier.keep(answer.problems ?? []);
  const parsed = earlier === NOT_DELIVERED_AGAIN ? undefined : parsePriceRequest(json);
  if (parsed?.kind !== 'ok' || !teamNameSchema.safeParse(parsed.value.team).success) return answer;
  const { team, idempotencyKey } = parsed.value;
  const twin = await deps.ledger.change(team, idempotencyKey);
  return twin?.fingerprint === fingerprintOf(parsed.value) ? duplicateAnswer(deps, twin) : answer;
}

/** Ends a change that was registered while its twin was refused and told so. `undefined`: there is no such refusal. */
export async function takenBack(
  deps: RequestDependencies,
  record: ChangeRecord,
  earlier: EarlierRefusal,
): Promise<AcceptAnswer | undefined> {
  const { changeId, state, everSent, fence } = record;
  // What another event or a person has asked anew since stands.
  const isTwin = record.origin?.eventId === deps.origin?.eventId && state === 'accepted' && !everSent;
  // mutation: refusal-twin
  const problems = isTwin ? await earlier.read() : undefined;
  if (problems === undefined) return undefined;
  const outcome = `rejected: ${problems.length} problem${problems.length === 1 ? '' : 's'}`;
  const event = rejectedEvent(record, problems);
  const ended = await deps.ledger.transition(record, { kind: 'reject', fence, problems, outcome, event });
  await publishPendingEvents(deps, ended);
  return { status: 'duplicate', changeId, state: ended.state, outcome, problems };
}
