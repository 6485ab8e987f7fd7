import { JobError, type Problem } from '../../platform/errors.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import type { Origin } from '../request/origin.ts';
import {
  CHANGE_STATES,
  type ChangeRecord,
  type ChangeState,
  type PendingPriceEvent,
} from './change-record.ts';

/** What can happen to a change. Those with a fence may only be done under the product's lease. */
export type Transition =
  | { kind: 'take'; fence: number }
  | { kind: 'approve'; by: string; planSha256: string; seq: number; origin?: Origin }
  | { kind: 'plan'; fence: number; planSha256: string; planKey: string; told: PendingPriceEvent }
  | {
      kind: 'begin';
      fence: number;
      planSha256: string;
      planKey: string;
      stepCount: number;
      replan: boolean;
      postponedTo: string | undefined;
    }
  | { kind: 'mark'; fence: number; step: string; until: EpochMillis }
  /** The step goes out again. `everSent` is false where it is certain that nothing has had an effect so far. */
  | { kind: 'unmark'; fence: number; sends: number; everSent: boolean }
  | { kind: 'apply'; fence: number; outcome: string; told: PendingPriceEvent }
  | { kind: 'reject'; fence: number; problems: readonly Problem[]; outcome: string; told: PendingPriceEvent }
  | { kind: 'fail'; fence: number; problems: readonly Problem[]; outcome: string; told: PendingPriceEvent }
  | { kind: 'giveUp'; fence: number; problems: readonly Problem[]; outcome: string; told: PendingPriceEvent }
  /** Nobody approved in time. */
  | { kind: 'expire'; problems: readonly Problem[]; outcome: string; told: PendingPriceEvent }
  | { kind: 'lapse'; problems: readonly Problem[]; outcome: string; told: PendingPriceEvent }
  | { kind: 'told' };

type Rule = { from: readonly ChangeState[]; to: ChangeState | 'same' };

/**
 * Which moves are possible in which state, and where they lead. The only place that says so: the ledger refuses
 * every other move, and the explorer in the tests walks through exactly these.
 */
export const TRANSITIONS: Record<Transition['kind'], Rule> = {
  take: { from: ['accepted', 'sending'], to: 'same' },
  approve: { from: ['planned'], to: 'accepted' },
  plan: { from: ['accepted', 'sending'], to: 'planned' },
  begin: { from: ['accepted', 'sending'], to: 'sending' },
  mark: { from: ['sending'], to: 'same' },
  unmark: { from: ['sending'], to: 'same' },
  apply: { from: ['accepted', 'sending'], to: 'applied' },
  reject: { from: ['accepted'], to: 'rejected' },
  fail: { from: ['sending'], to: 'failed' },
  giveUp: { from: ['sending'], to: 'unsettled' },
  expire: { from: ['planned'], to: 'rejected' },
  lapse: { from: ['planned'], to: 'failed' },
  told: { from: CHANGE_STATES, to: 'same' },
};

/** A move that is not possible: this worker was overtaken, or two of them met. Nothing was written. */
export class TransitionConflictError extends JobError<'MOVE_REFUSED'> {
  constructor(record: Pick<ChangeRecord, 'changeId' | 'state' | 'fence'>, why: string) {
    super({
      code: 'MOVE_REFUSED',
      message: `Change ${record.changeId} (${record.state}, fence ${record.fence}) ${why}; another worker goes on with it.`,
      retryable: true,
    });
  }
}

/**
 * The record after a move. Pure.
 *
 * @throws MoveRefused when the state does not allow it or the fence is not the record's
 */
export function applyTransition(record: ChangeRecord, move: Transition, now: EpochMillis): ChangeRecord {
  const rule = TRANSITIONS[move.kind];
  if (!rule.from.includes(record.state)) throw new TransitionConflictError(record, `cannot ${move.kind}`);
  // mutation: price-fence
  if (move.kind === 'take' ? move.fence <= record.fence : 'fence' in move && move.fence !== record.fence) {
    throw new TransitionConflictError(
      record,
      `was overtaken: a ${move.kind} came under fence ${'fence' in move ? move.fence : ''}`,
    );
  }
  const state = rule.to === 'same' ? record.state : rule.to;
  return { ...record, ...changesOf(record, move, now), state, rev: record.rev + 1, movedAt: now };
}

function changesOf(record: ChangeRecord, move: Transition, now: EpochMillis): Partial<ChangeRecord> {
  switch (move.kind) {
    case 'take':
      return { fence: move.fence };
    case 'approve':
      return {
        seq: move.seq,
        approval: {
          by: move.by,
          at: now,
          planSha256: move.planSha256,
          ...(move.origin && { origin: move.origin }),
        },
      };
    case 'plan':
      return {
        planSha256: move.planSha256,
        planKey: move.planKey,
        sending: undefined,
        ...telling(record, move.told),
      };
    case 'begin':
      return {
        planSha256: move.planSha256,
        planKey: move.planKey,
        stepCount: move.stepCount,
        cursor: 0,
        sending: undefined,
        sends: 0,
        replans: record.replans + (move.replan ? 1 : 0),
        postponedTo: move.postponedTo,
        planKeys: [...new Set([...record.planKeys, move.planKey])],
      };
    case 'mark':
      return {
        sending: { step: move.step, until: move.until },
        sends: record.sends + 1,
        everSent: true,
      };
    case 'unmark':
      return { sending: undefined, sends: move.sends, everSent: move.everSent };
    case 'apply':
      return { sending: undefined, outcome: move.outcome, ...telling(record, move.told) };
    case 'reject':
    case 'fail':
    case 'giveUp':
    case 'expire':
    case 'lapse':
      return {
        sending: undefined,
        outcome: move.outcome,
        problems: [...move.problems],
        ...telling(record, move.told),
      };
    case 'told':
      return { owed: [] };
  }
}

const telling = (record: ChangeRecord, told: PendingPriceEvent): Partial<ChangeRecord> => ({
  owed: [...record.owed, told],
});

/** The present step has taken effect: what the next write of the record will say. */
export const confirmed = (record: ChangeRecord): ChangeRecord => ({
  ...record,
  cursor: record.cursor + 1,
  sending: undefined,
  sends: 0,
});
