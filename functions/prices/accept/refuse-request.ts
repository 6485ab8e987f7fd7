import { teamNameSchema } from '../../platform/config/settings.ts';
import { publishPendingEvents } from '../apply/publish-pending-events.ts';
import type { ChangeRecord } from '../store/change-record.ts';
import { rejectedEvent } from '../store/price-events.ts';
import type { AcceptAnswer, RequestDependencies } from './accept-dependencies.ts';
import { teamNamed, textNamed } from './check-request.ts';
import { type EarlierRefusal, NOT_DELIVERED_AGAIN } from './earlier-refusal.ts';
import { duplicateAnswer } from './known-change.ts';

/**
 * The answer to a request that is refused before it is registered: what it was answered before, if it comes again.
 * Its twin may have been registered at this very moment; then that is the answer.
 */
export async function refused(
  deps: RequestDependencies,
  json: unknown,
  earlier: EarlierRefusal,
  answer: AcceptAnswer,
): Promise<AcceptAnswer> {
  const known = await earlier.read();
  if (known !== undefined) return { ...answer, problems: known };
  await earlier.keep(answer.problems ?? []);
  const [team, changeId] = [teamNamed(json), textNamed(json, 'idempotencyKey')];
  if (changeId === undefined || !teamNameSchema.safeParse(team).success || team === undefined) return answer;
  const twin = earlier === NOT_DELIVERED_AGAIN ? undefined : await deps.ledger.change(team, changeId);
  return twin === undefined ? answer : duplicateAnswer(deps, twin);
}

/** Ends a change that was registered while its twin was refused and told so. `undefined`: there is no such refusal. */
export async function takenBack(
  deps: RequestDependencies,
  record: ChangeRecord,
  earlier: EarlierRefusal,
): Promise<AcceptAnswer | undefined> {
  const { changeId, state, everSent, fence } = record;
  // mutation: refusal-twin
  const problems = state === 'accepted' && !everSent ? await earlier.read() : undefined;
  if (problems === undefined) return undefined;
  const outcome = `rejected: ${problems.length} problem${problems.length === 1 ? '' : 's'}`;
  const event = rejectedEvent(record, problems);
  const ended = await deps.ledger.transition(record, { kind: 'reject', fence, problems, outcome, event });
  await publishPendingEvents(deps, ended);
  return { status: 'duplicate', changeId, state: ended.state, outcome, problems };
}
