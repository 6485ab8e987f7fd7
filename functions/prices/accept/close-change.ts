import * as z from 'zod';
import { teamNameSchema } from '../../platform/config/team-name.ts';
import type { Problem } from '../../platform/errors.ts';
import { problemsOf } from '../../platform/validation/problems.ts';
import { isSamePerson } from '../request/person/same-person.ts';
import { changeIdSchema } from '../request/price-request.ts';
import type { ChangeRecord } from '../store/change-record.ts';
import { TransitionConflictError } from '../store/change-transitions.ts';
import { closedEvent } from '../store/price-events.ts';
import type { PriceLedger } from '../store/price-ledger.ts';
import type { AcceptDependencies } from './accept-dependencies.ts';

/** `{ decline: … }` or `{ withdraw: … }` as a direct invoke. */
export const closingSchema = z.strictObject({
  team: teamNameSchema,
  changeId: changeIdSchema,
  by: z.string('is missing; say who it is').min(1).max(200),
  reason: z.string().max(1000).optional(),
});

export type ClosingAnswer =
  | { status: 'declined' | 'withdrawn' | 'duplicate'; changeId: string }
  | { status: 'rejected'; changeId?: string; problems: readonly Problem[] };

export type CloseDependencies = Pick<AcceptDependencies, 'log' | 'origin'> & {
  ledger: Pick<PriceLedger, 'change' | 'transition'>;
};

type Closing = 'decline' | 'withdraw';
const ENDS = { decline: 'declined', withdraw: 'withdrawn' } as const;

/**
 * Ends a change for good: an approver declines a plan that waits, the requester withdraws a change that waits or has
 * not sent anything. What an earlier plan of it has sent stays, and the outcome says so. The sweep publishes the event.
 */
export async function closeChange(
  deps: CloseDependencies,
  json: unknown,
  kind: Closing,
): Promise<ClosingAnswer> {
  const parsed = closingSchema.safeParse(json);
  if (!parsed.success) return { status: 'rejected', problems: problemsOf(parsed.error.issues, `(${kind})`) };
  const { team, changeId, by, reason } = parsed.data;
  const record = await deps.ledger.change(team, changeId);
  const problem =
    record === undefined
      ? { path: 'changeId', message: `team ${team} has no price change of this name` }
      : problemOf(record, kind, by);
  if (record?.state === ENDS[kind]) return { status: 'duplicate', changeId };
  if (record === undefined || problem !== undefined) {
    return { status: 'rejected', changeId, problems: problem === undefined ? [] : [problem] };
  }
  const outcome = `${ENDS[kind]} by ${by}${record.everSent ? '; what was sent before stays' : '; nothing was sent'}`;
  const event = closedEvent(record, kind, { by, ...(reason !== undefined && { note: reason }) });
  const { origin } = deps;
  try {
    await deps.ledger.transition(record, {
      ...{ kind, by, reason, outcome, event, problems: [] },
      ...(origin && { origin }),
    });
  } catch (error) {
    if (!(error instanceof TransitionConflictError)) throw error;
    const message = 'it has moved at this very moment; look again and repeat';
    return { status: 'rejected', changeId, problems: [{ path: 'changeId', message }] };
  }
  deps.log.info('A price change was closed', { team, changeId, by, kind, origin });
  return { status: ENDS[kind], changeId };
}

function problemOf(record: ChangeRecord, kind: Closing, by: string): Problem | undefined {
  const { state, everSent, request } = record;
  if (state === ENDS[kind]) return undefined;
  if (request.campaign !== undefined && request.returnOf === undefined)
    return {
      path: 'changeId',
      message: `it is part of the campaign ${request.campaign}; ${kind} that`,
    };
  const isRequester = isSamePerson(by, request.requestedBy);
  if (kind === 'decline' && isRequester) {
    return { path: 'by', message: `${by} has asked for the change; withdraw it instead` };
  }
  // mutation: withdraw-by-requester
  if (kind === 'withdraw' && !isRequester) {
    return { path: 'by', message: `only ${request.requestedBy}, who has asked for it, can withdraw it` };
  }
  // mutation: close-only-open
  const isOpen = state === 'planned' || (kind === 'withdraw' && state === 'accepted' && !everSent);
  if (isOpen) return undefined;
  return {
    path: 'changeId',
    message: `it is ${state}; only a change that waits for its approval${kind === 'withdraw' ? ' or has sent nothing' : ''} can be closed. To take back what took effect, roll it back`,
  };
}
