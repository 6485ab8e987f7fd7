import * as z from 'zod';
import { teamNameSchema } from '../../platform/config/team-name.ts';
import type { Problem } from '../../platform/errors.ts';
import { problemsOf } from '../../platform/validation/problems.ts';
import { isSamePerson, showsName } from '../request/person/same-person.ts';
import { changeIdSchema } from '../request/price-request.ts';
import { productKey } from '../request/product.ts';
import { isOver } from '../store/change-record.ts';
import { TransitionConflictError } from '../store/change-transitions.ts';
import type { PriceLedger } from '../store/price-ledger.ts';
import type { AcceptDependencies } from './accept-dependencies.ts';
import { type ClosingAnswer, closeChange } from './close-change.ts';

/** The detail of `Price Change Approved`, or the same as a direct invoke. */
export const approvalSchema = z.strictObject({
  team: teamNameSchema,
  changeId: changeIdSchema,
  planSha256: z
    .string('is missing; it names the plan that was looked at')
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits'),
  by: z.string('is missing; say who approves').max(200).refine(showsName, 'shows no name; say who approves'),
});

export type ApprovalAnswer =
  | { status: 'approved' | 'duplicate'; changeId: string }
  | { status: 'rejected'; changeId?: string; problems: readonly Problem[] };

export type ApproveDependencies = Pick<AcceptDependencies, 'queueChange' | 'log' | 'origin'> & {
  ledger: Pick<PriceLedger, 'change' | 'nextSeq' | 'transition'>;
};

const approvedEvent = z.object({ 'detail-type': z.literal('Price Change Approved'), detail: z.unknown() });

const declineEvent = z.object({ decline: z.unknown() });

/** Takes an approval as an event of the bus or a direct invoke, `{ decline }` as a direct invoke. Nobody reads the answer to an event. */
export async function routeApproval(
  deps: ApproveDependencies,
  event: unknown,
): Promise<ApprovalAnswer | ClosingAnswer> {
  const declined = declineEvent.safeParse(event);
  if (declined.success) return closeChange(deps, declined.data.decline, 'decline');
  const fromBus = approvedEvent.safeParse(event);
  if (!fromBus.success) return approveChange(deps, event);
  const answer = await approveChange(deps, fromBus.data.detail);
  if (answer.status === 'rejected') deps.log.warn('An approval was refused', { answer });
  return answer;
}

/**
 * Lets a change that waits go on. The approval is bound to the plan it names; the approver is not the requester.
 * An approved change takes its place as the newest of its product: somebody has just confirmed it.
 */
export async function approveChange(deps: ApproveDependencies, json: unknown): Promise<ApprovalAnswer> {
  const parsed = approvalSchema.safeParse(json);
  if (!parsed.success) return { status: 'rejected', problems: problemsOf(parsed.error.issues, '(approval)') };
  const { team, changeId, planSha256, by } = parsed.data;
  const refuse = (path: string, message: string): ApprovalAnswer => ({
    status: 'rejected',
    changeId,
    problems: [{ path, message }],
  });
  const record = await deps.ledger.change(team, changeId);
  if (record === undefined) return refuse('changeId', `team ${team} has no price change of this name`);
  if (record.request.campaign !== undefined && record.request.returnOf === undefined)
    return refuse('changeId', `it is part of the campaign ${record.request.campaign}; approve that`);
  if (record.approval?.planSha256 === planSha256 && record.state !== 'planned') {
    if (record.state === 'accepted') await deps.queueChange(record);
    return { status: 'duplicate', changeId };
  }
  if (record.state !== 'planned') {
    return refuse(
      'changeId',
      `it does not wait for an approval: it is ${record.state}${isOver(record) ? '' : ', and needs none'}`,
    );
  }
  // mutation: approval-of-plan
  if (record.planSha256 !== planSha256) {
    return refuse(
      'planSha256',
      `the plan is another one now: look at ${record.planKey} and approve ${record.planSha256}`,
    );
  }
  // mutation: approval-by-other
  if (isSamePerson(by, record.request.requestedBy)) {
    return refuse('by', `${by} has asked for the change; somebody else must approve it`);
  }
  const seq = await deps.ledger.nextSeq(productKey(team, record.request.product));
  try {
    const approved = await deps.ledger.transition(record, {
      kind: 'approve',
      by,
      planSha256,
      seq,
      ...(deps.origin && { origin: deps.origin }),
    });
    await deps.queueChange(approved);
  } catch (error) {
    if (!(error instanceof TransitionConflictError)) throw error;
    return refuse('changeId', 'it has moved at this very moment; look again and repeat the approval');
  }
  deps.log.info('A price change was approved', { team, changeId, by, planSha256, origin: deps.origin });
  return { status: 'approved', changeId };
}
