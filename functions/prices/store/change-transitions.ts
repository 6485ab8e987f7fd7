import { JobError, type Problem } from '../../platform/errors.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import type { Origin } from '../request/origin.ts';
import type { ProductLabel } from '../request/product.ts';
import {
  CHANGE_STATES,
  type ChangeRecord,
  type ChangeState,
  type PendingPriceEvent,
  type Refusal,
  waitsSince,
} from './change-record.ts';

type Ending = { problems: readonly Problem[]; outcome: string; event: PendingPriceEvent };
/** Somebody ends a change that waits for an approval, or that has sent nothing yet. */
type Closing = Ending & { by: string; reason?: string | undefined; origin?: Origin };

/** What can happen to a change. Those with a fence may only be done under the product's lease. */
export type Transition =
  | { kind: 'take'; fence: number }
  | { kind: 'approve'; by: string; planSha256: string; seq: number; origin?: Origin }
  /** A plan waits for its approval. `settled`: the steps of the plan before it that are settled. */
  | {
      kind: 'plan';
      fence: number;
      planSha256: string;
      planKey: string;
      label?: ProductLabel | undefined;
      settled: readonly string[];
      /** What Apple has refused before: the plan that is approved must be the one that is made again. */
      postponedTo: string | undefined;
      removesScheduled: boolean;
      /** Settled territories of which Apple shows the new price now. */
      shown: readonly string[];
      /** Absent for a member of a campaign: the campaign tells of its plan. */
      event?: PendingPriceEvent | undefined;
    }
  | {
      kind: 'begin';
      fence: number;
      planSha256: string;
      planKey: string;
      label?: ProductLabel | undefined;
      stepCount: number;
      settled: readonly string[];
      /** Whether it counts towards the bound of new plans. */
      replan: boolean;
      postponedTo: string | undefined;
      removesScheduled: boolean;
    }
  /** Up to a wave of steps goes out. */
  | { kind: 'mark'; fence: number; steps: readonly string[]; until: EpochMillis }
  /**
   * What is known of the present wave. The record that is handed in holds the settled steps already, and they are written
   * with it. `uncertain` steps stay marked; of the rest, what had no effect goes out again. `everSent` is false where it is certain that nothing has had an effect so far.
   */
  | {
      kind: 'answer';
      fence: number;
      uncertain: readonly string[];
      vain: readonly string[];
      everSent: boolean;
      refusal: Refusal | undefined;
    }
  /** The change does not go on for the time being. Settled steps of the record that is handed in are written with it. */
  | { kind: 'wait'; fence: number; reason: string }
  /** Apple does not show everything yet, `reason` says what: the prices are read again at `nextAt`. */
  | { kind: 'verify'; fence: number; nextAt: EpochMillis; reason: string }
  | { kind: 'apply'; fence: number; outcome: string; event: PendingPriceEvent }
  | ({ kind: 'reject' | 'fail' | 'giveUp'; fence: number } & Ending)
  /** Nobody approved in time: before anything was sent, or a remainder. */
  | ({ kind: 'expire' | 'lapse' } & Ending)
  | ({ kind: 'decline' | 'withdraw' } & Closing)
  /** The way back of a temporary price was asked for, but for the territories in `left`; or it has come to its end. */
  | { kind: 'goBack'; changeId: string; left: readonly string[] }
  | { kind: 'wentBack'; outcome: string }
  /** The pending events were published. */
  | { kind: 'published' };

type Rule = { from: readonly ChangeState[]; to: ChangeState | 'same' };

/**
 * The states in which a temporary price may be in effect. A remainder that is declined or withdrawn leaves what was sent
 * before.
 */
const ENDED_AFTER_SENDING = ['applied', 'failed', 'unsettled', 'declined', 'withdrawn'] as const;

/**
 * Which transitions are possible in which state, and where they lead. The only place that says so: the ledger refuses
 * every other one, and the explorer in the tests walks through exactly these.
 */
export const TRANSITIONS: Record<Transition['kind'], Rule> = {
  take: { from: ['accepted', 'sending', 'verifying'], to: 'same' },
  approve: { from: ['planned'], to: 'accepted' },
  plan: { from: ['accepted', 'sending'], to: 'planned' },
  begin: { from: ['accepted', 'sending'], to: 'sending' },
  mark: { from: ['sending'], to: 'same' },
  answer: { from: ['sending'], to: 'same' },
  wait: { from: ['accepted', 'sending', 'verifying'], to: 'same' },
  verify: { from: ['sending', 'verifying'], to: 'verifying' },
  apply: { from: ['accepted', 'sending', 'verifying'], to: 'applied' },
  reject: { from: ['accepted'], to: 'rejected' },
  fail: { from: ['accepted', 'sending'], to: 'failed' },
  giveUp: { from: ['accepted', 'sending', 'verifying'], to: 'unsettled' },
  expire: { from: ['planned'], to: 'rejected' },
  lapse: { from: ['planned'], to: 'failed' },
  decline: { from: ['planned'], to: 'declined' },
  withdraw: { from: ['accepted', 'planned'], to: 'withdrawn' },
  goBack: { from: ENDED_AFTER_SENDING, to: 'same' },
  wentBack: { from: ENDED_AFTER_SENDING, to: 'same' },
  published: { from: CHANGE_STATES, to: 'same' },
};

/**
 * What leaves a change where it was. An event may be sent late: what waits for an approval has waited since its plan. A way
 * back is a change of its own, weeks later: the temporary price took effect when its change ended.
 */
const MOVES_NOTHING: ReadonlySet<Transition['kind']> = new Set<Transition['kind']>([
  'published',
  'goBack',
  'wentBack',
]);

/** A transition that is not possible: this worker was overtaken, or two of them met. Nothing was written. */
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
 * The record after a transition. Pure.
 *
 * @throws TransitionConflictError when the state does not allow it or the fence is not the record's
 */
export function applyTransition(
  record: ChangeRecord,
  transition: Transition,
  now: EpochMillis,
): ChangeRecord {
  const { kind } = transition;
  const rule = TRANSITIONS[kind];
  if (!rule.from.includes(record.state)) throw new TransitionConflictError(record, `cannot ${kind}`);
  const fence = 'fence' in transition ? transition.fence : undefined;
  // mutation: price-fence
  if (fence !== undefined && (kind === 'take' ? fence <= record.fence : fence !== record.fence)) {
    throw new TransitionConflictError(record, `was overtaken: a ${kind} came under fence ${fence}`);
  }
  const state = rule.to === 'same' ? record.state : rule.to;
  const movedAt = MOVES_NOTHING.has(kind) ? record.movedAt : now;
  return { ...record, ...changesOf(record, transition, now), state, rev: record.rev + 1, movedAt };
}

function changesOf(record: ChangeRecord, transition: Transition, now: EpochMillis): Partial<ChangeRecord> {
  switch (transition.kind) {
    case 'take':
      return { fence: transition.fence };
    case 'approve': {
      const { by, planSha256, seq, origin } = transition;
      return { seq, approval: { by, at: now, planSha256, ...(origin && { origin }) } };
    }
    case 'plan':
      return {
        ...newPlan(record, transition),
        postponedTo: transition.postponedTo,
        removesScheduled: transition.removesScheduled,
        ...(transition.shown.length > 0 && {
          shownBefore: [...new Set([...(record.shownBefore ?? []), ...transition.shown])],
        }),
        ...(transition.event !== undefined && withEvent(record, transition.event)),
      };
    case 'begin':
      return {
        ...newPlan(record, transition),
        stepCount: transition.stepCount,
        replans: record.replans + (transition.replan ? 1 : 0),
        postponedTo: transition.postponedTo,
        removesScheduled: transition.removesScheduled,
        planKeys: [...new Set([...record.planKeys, transition.planKey])],
      };
    case 'mark': {
      const { steps, until } = transition;
      return { sending: { steps: [...steps], until }, everSent: true, waiting: undefined };
    }
    case 'answer':
      return answered(record, transition);
    case 'wait': {
      const { reason } = transition;
      return { waiting: { reason, since: waitsSince(record, reason) ?? now } };
    }
    case 'verify': {
      const { since = now, looks = 0 } = record.verification ?? {};
      const verification = { since, looks: looks + 1, nextAt: transition.nextAt };
      return { sending: undefined, waiting: { reason: transition.reason, since }, verification };
    }
    case 'apply':
      return {
        ...OVER,
        outcome: transition.outcome,
        ...withEvent(record, transition.event),
        ...owedWayBack(record),
      };
    case 'goBack': {
      const { on = '', attempts = 0 } = record.wayBack ?? {};
      const { changeId, left } = transition;
      const kept = left.length > 0 && { left: [...left] };
      return { wayBack: { on, attempts: attempts + 1, changeId, at: now, ...kept } };
    }
    case 'wentBack':
      return record.wayBack === undefined
        ? {}
        : { wayBack: { ...record.wayBack, outcome: transition.outcome } };
    case 'reject':
    case 'fail':
    case 'giveUp':
    case 'expire':
    case 'lapse':
      return endedBy(record, transition);
    case 'decline':
    case 'withdraw': {
      const { by, reason, origin } = transition;
      const closing = { by, at: now, ...(reason && { reason }), ...(origin && { origin }) };
      return { ...endedBy(record, transition), closing };
    }
    case 'published':
      return { owed: [] };
  }
}

const OVER = { sending: undefined, waiting: undefined, refusal: undefined } satisfies Partial<ChangeRecord>;

const endedBy = (record: ChangeRecord, { outcome, problems, event }: Ending): Partial<ChangeRecord> => ({
  ...OVER,
  outcome,
  problems: [...problems],
  ...withEvent(record, event),
  ...owedWayBack(record),
});

/** Written together with the end, so that no crash can lose it. What has sent nothing needs no way back. */
function owedWayBack({ request, everSent }: ChangeRecord): Partial<ChangeRecord> {
  const { until, product } = request;
  return until === undefined || product.kind !== 'subscription' || !everSent
    ? {}
    : { wayBack: { on: until, attempts: 0 } };
}

const withEvent = (record: ChangeRecord, event: PendingPriceEvent): Partial<ChangeRecord> => ({
  owed: [...record.owed, event],
});

/** Another plan takes the place of the present one, whose settled steps are kept. */
function newPlan(
  record: ChangeRecord,
  {
    planSha256,
    planKey,
    label,
    settled,
  }: {
    planSha256: string;
    planKey: string;
    label?: ProductLabel | undefined;
    settled: readonly string[];
  },
): Partial<ChangeRecord> {
  const keeps = record.planKey !== undefined && settled.length > 0;
  return {
    planSha256,
    planKey,
    ...(label && { label }),
    cursor: 0,
    settledAhead: [],
    settledBefore: keeps
      ? [...record.settledBefore, { planKey: record.planKey ?? '', steps: [...settled] }]
      : record.settledBefore,
    sending: undefined,
    vainSends: {},
    refusal: undefined,
    waiting: undefined,
  };
}

function answered(
  record: ChangeRecord,
  { uncertain, vain, everSent, refusal }: Extract<Transition, { kind: 'answer' }>,
): Partial<ChangeRecord> {
  const counted = vain.map((step) => [step, (record.vainSends[step] ?? 0) + 1]);
  return {
    // The deadline of a wave stands in its mark; without one nothing can be uncertain.
    sending:
      uncertain.length > 0 && record.sending !== undefined
        ? { ...record.sending, steps: [...uncertain] }
        : undefined,
    vainSends: { ...record.vainSends, ...Object.fromEntries(counted) },
    everSent,
    refusal: refusal ?? record.refusal,
  };
}
