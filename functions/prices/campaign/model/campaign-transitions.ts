import { JobError, type Problem } from '../../../platform/errors.ts';
import type { EpochMillis } from '../../../platform/util/clock.ts';
import type { Origin } from '../../request/origin.ts';
import type { CampaignEvent, CampaignRecord, CampaignState } from './campaign-record.ts';

/** What the campaign's plan says of its members; in the order of the record's members. */
export type PlannedMembers = {
  planSha256: string;
  planKey: string;
  plan: string;
  members: readonly (string | undefined)[];
};

type Ending = { outcome: string; problems: readonly Problem[]; event: CampaignEvent };

export type CampaignTransition =
  /** The plan over all members waits for its approval: before anything was sent, or what is left of it. */
  | ({ kind: 'plan'; event: CampaignEvent } & PlannedMembers)
  /** No approval is needed: members begin, or go on by a new plan. */
  | ({ kind: 'begin' } & PlannedMembers)
  | { kind: 'approve'; by: string; planSha256: string; origin?: Origin }
  | ({ kind: 'reject' | 'expire' } & Ending)
  | ({ kind: 'decline' | 'withdraw'; by: string; reason?: string | undefined; origin?: Origin } & Ending)
  | ({
      kind: 'finish';
      state: 'applied' | 'partlyApplied' | 'failed';
      returnsOn?: string | undefined;
    } & Ending)
  /** Every member is over as well. */
  | { kind: 'close'; returnsOn?: string | undefined }
  /** Every temporary price was taken back, or stays for good. */
  | { kind: 'return'; outcome: string; event: CampaignEvent }
  | { kind: 'published' };

const OVER = ['applied', 'partlyApplied', 'failed', 'rejected', 'declined', 'withdrawn', 'expired'] as const;

type Rule = { from: readonly CampaignState[]; to: CampaignState | 'same' };

/** Which transitions are possible in which state, and where they lead. */
export const CAMPAIGN_TRANSITIONS: Record<CampaignTransition['kind'], Rule> = {
  plan: { from: ['planning', 'underWay'], to: 'awaitingApproval' },
  begin: { from: ['planning', 'underWay'], to: 'underWay' },
  approve: { from: ['awaitingApproval'], to: 'underWay' },
  reject: { from: ['planning'], to: 'rejected' },
  expire: { from: ['awaitingApproval'], to: 'expired' },
  decline: { from: ['awaitingApproval'], to: 'declined' },
  withdraw: { from: ['planning', 'awaitingApproval'], to: 'withdrawn' },
  finish: { from: ['planning', 'underWay'], to: 'same' },
  close: { from: OVER, to: 'same' },
  return: { from: OVER, to: 'same' },
  published: { from: ['planning', 'awaitingApproval', 'underWay', ...OVER], to: 'same' },
};

/** A transition that is not possible. Nothing was written; another worker goes on with the campaign. */
export class CampaignConflictError extends JobError<'MOVE_REFUSED'> {
  constructor({ campaign, state }: Pick<CampaignRecord, 'campaign' | 'state'>, why: string) {
    super({
      code: 'MOVE_REFUSED',
      message: `Campaign ${campaign} (${state}) ${why}; another worker goes on with it.`,
      retryable: true,
    });
  }
}

/**
 * The record after a transition. Pure.
 *
 * @throws CampaignConflictError when the state does not allow it
 */
export function applyCampaignTransition(
  record: CampaignRecord,
  transition: CampaignTransition,
  now: EpochMillis,
): CampaignRecord {
  const { kind } = transition;
  const { from, to } = CAMPAIGN_TRANSITIONS[kind];
  if (!from.includes(record.state)) throw new CampaignConflictError(record, `cannot ${kind}`);
  const state = kind === 'finish' ? transition.state : to === 'same' ? record.state : to;
  // An event that is sent late moves nothing: what waits for an approval has waited since its plan.
  const movedAt = kind === 'published' ? record.movedAt : now;
  return { ...record, ...changesOf(record, transition, now), state, rev: record.rev + 1, movedAt };
}

function changesOf(
  record: CampaignRecord,
  transition: CampaignTransition,
  now: EpochMillis,
): Partial<CampaignRecord> {
  switch (transition.kind) {
    case 'plan':
      return { ...planned(record, transition), owed: [...record.owed, transition.event] };
    case 'begin':
      return { ...planned(record, transition), beganAt: record.beganAt ?? now };
    case 'approve': {
      const { by, planSha256, origin } = transition;
      return {
        approval: { by, at: now, planSha256, ...(origin && { origin }) },
        beganAt: record.beganAt ?? now,
      };
    }
    case 'reject':
    case 'expire':
      return ended(record, transition);
    case 'decline':
    case 'withdraw': {
      const { by, reason, origin } = transition;
      const closing = { by, at: now, ...(reason && { reason }), ...(origin && { origin }) };
      return { ...ended(record, transition), closing };
    }
    case 'finish': {
      const { returnsOn } = transition;
      return { ...ended(record, transition), closed: true, ...(returnsOn && { wayBack: { on: returnsOn } }) };
    }
    case 'close':
      return { closed: true, ...(transition.returnsOn && { wayBack: { on: transition.returnsOn } }) };
    case 'return':
      return {
        ...(record.wayBack && { wayBack: { ...record.wayBack, outcome: transition.outcome } }),
        owed: [...record.owed, transition.event],
      };
    case 'published':
      return { owed: [] };
  }
}

const planned = (
  record: CampaignRecord,
  { planSha256, planKey, plan, members }: PlannedMembers,
): Partial<CampaignRecord> => ({
  planSha256,
  planKey,
  plan,
  members: record.members.map(({ planSha256: _, ...member }, index) => {
    const sha256 = members[index];
    return { ...member, ...(sha256 !== undefined && { planSha256: sha256 }) };
  }),
});

const ended = (record: CampaignRecord, { outcome, problems, event }: Ending): Partial<CampaignRecord> => ({
  outcome,
  problems: [...problems],
  owed: [...record.owed, event],
});
