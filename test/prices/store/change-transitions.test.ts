import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CHANGE_STATES,
  type ChangeRecord,
  type ChangeState,
  changeRecordSchema,
  isOver,
  owesWayBack,
} from '../../../functions/prices/store/change-record.ts';
import {
  applyTransition,
  TRANSITIONS,
  type Transition,
  TransitionConflictError,
} from '../../../functions/prices/store/change-transitions.ts';
import { acceptedChange } from '../memory.ts';
import { requestOf } from '../request/requests.ts';

const event = { id: 'e', detailType: 'Price Change Applied', detail: {} } as const;
const FENCE = 5;
const ending = { problems: [{ path: 'p', message: 'm' }], outcome: 'o', event };
const plan = { fence: FENCE, planSha256: 's', planKey: 'k', settled: [] };
const begin = {
  ...plan,
  kind: 'begin',
  stepCount: 2,
  replan: false,
  postponedTo: undefined,
  removesScheduled: false,
} as const;
const answer = {
  kind: 'answer',
  fence: FENCE,
  uncertain: [],
  vain: [],
  everSent: true,
  refusal: undefined,
} as const;

const VERIFY = { kind: 'verify', fence: FENCE, nextAt: 99, reason: 'FRA is not shown' } as const;

/** Every transition there is. */
const transitions: Record<Transition['kind'], Transition> = {
  take: { kind: 'take', fence: FENCE + 1 },
  approve: { kind: 'approve', by: 'ceo', planSha256: 's', seq: 9 },
  plan: { ...plan, kind: 'plan', postponedTo: undefined, removesScheduled: false, shown: [], event },
  begin,
  mark: { kind: 'mark', fence: FENCE, steps: ['001-USA', '002-FRA'], until: 99 },
  answer,
  wait: { kind: 'wait', fence: FENCE, reason: 'the key is refused' },
  verify: VERIFY,
  apply: { kind: 'apply', fence: FENCE, outcome: 'o', event },
  reject: { kind: 'reject', fence: FENCE, ...ending },
  fail: { kind: 'fail', fence: FENCE, ...ending },
  giveUp: { kind: 'giveUp', fence: FENCE, ...ending },
  expire: { kind: 'expire', ...ending },
  lapse: { kind: 'lapse', ...ending },
  decline: { kind: 'decline', by: 'ceo', reason: 'too dear', ...ending },
  withdraw: { kind: 'withdraw', by: 'cfo', ...ending },
  goBack: { kind: 'goBack', changeId: 'back', left: [] },
  wentBack: { kind: 'wentBack', outcome: 'o' },
  published: { kind: 'published' },
};

const inState = (state: ChangeState, more: Partial<ChangeRecord> = {}): ChangeRecord => ({
  ...acceptedChange(requestOf(), 1, 0),
  state,
  fence: FENCE,
  ...more,
});

/** What is allowed, said once more and independently of the code. */
const ALLOWED: Record<ChangeState, readonly Transition['kind'][]> = {
  accepted: ['take', 'plan', 'begin', 'wait', 'apply', 'reject', 'fail', 'giveUp', 'withdraw', 'published'],
  planned: ['approve', 'expire', 'lapse', 'decline', 'withdraw', 'published'],
  sending: [
    'take',
    'plan',
    'begin',
    'mark',
    'answer',
    'wait',
    'verify',
    'apply',
    'fail',
    'giveUp',
    'published',
  ],
  verifying: ['take', 'wait', 'verify', 'apply', 'giveUp', 'published'],
  applied: ['goBack', 'wentBack', 'published'],
  rejected: ['published'],
  failed: ['goBack', 'wentBack', 'published'],
  unsettled: ['goBack', 'wentBack', 'published'],
  declined: ['goBack', 'wentBack', 'published'],
  withdrawn: ['goBack', 'wentBack', 'published'],
};

describe('A change makes a transition', () => {
  for (const state of CHANGE_STATES) {
    for (const transition of Object.values(transitions)) {
      const allowed = ALLOWED[state].includes(transition.kind);
      it(`${state}: ${transition.kind} is ${allowed ? 'possible' : 'refused'}`, () => {
        if (!allowed) {
          assert.throws(() => applyTransition(inState(state), transition, 7), TransitionConflictError);
          return;
        }
        const before = inState(state);
        const after = applyTransition(before, transition, 7);
        assert.equal(after.rev, 2);
        const isTold = ['published', 'goBack', 'wentBack'].includes(transition.kind);
        assert.equal(after.movedAt, isTold ? before.movedAt : 7);
        const { to } = TRANSITIONS[transition.kind];
        assert.equal(after.state, to === 'same' ? state : to);
      });
    }
  }

  it('under the fence of its lease only', () => {
    for (const transition of Object.values(transitions)) {
      if (!('fence' in transition) || transition.kind === 'take') continue;
      const state = CHANGE_STATES.find((each) => ALLOWED[each].includes(transition.kind)) ?? 'accepted';
      for (const fence of [FENCE - 1, FENCE + 1]) {
        assert.throws(
          () => applyTransition(inState(state), { ...transition, fence }, 7),
          /was overtaken/,
          transition.kind,
        );
      }
    }
  });

  it('into newer hands only', () => {
    const take = (fence: number) => applyTransition(inState('accepted'), { kind: 'take', fence }, 7);
    for (const fence of [FENCE, FENCE - 1]) assert.throws(() => take(fence), TransitionConflictError);
    assert.equal(take(FENCE + 2).fence, FENCE + 2);
  });

  it('and never after its end', () => {
    const over = CHANGE_STATES.filter((state) => isOver({ state }));
    assert.deepEqual(over, ['applied', 'rejected', 'failed', 'unsettled', 'declined', 'withdrawn']);
  });
});

describe('A transition stores', () => {
  it('before a wave: its steps, its deadline, and that something may have had an effect', () => {
    const { sending, everSent } = applyTransition(inState('sending'), transitions.mark, 7);
    assert.deepEqual([sending, everSent], [{ steps: ['001-USA', '002-FRA'], until: 99 }, true]);
  });

  it('after definite refusals of the first wave: that nothing had an effect', () => {
    const marked = applyTransition(inState('sending'), transitions.mark, 7);
    const { sending, everSent } = applyTransition(marked, { ...answer, everSent: false }, 8);
    assert.deepEqual([sending, everSent], [undefined, false]);
  });

  it('of a wave with one answer lost: that step alone, under the same deadline', () => {
    const marked = applyTransition(inState('sending'), transitions.mark, 7);
    const { sending } = applyTransition(marked, { ...answer, uncertain: ['002-FRA'] }, 8);
    assert.deepEqual(sending, { steps: ['002-FRA'], until: 99 });
  });

  it('how often each step was sent in vain', () => {
    const once = applyTransition(inState('sending'), { ...answer, vain: ['001-USA'] }, 7);
    const twice = applyTransition(once, { ...answer, vain: ['001-USA', '002-FRA'] }, 8);
    assert.deepEqual(twice.vainSends, { '001-USA': 2, '002-FRA': 1 });
  });

  it('with each plan: its key, what is settled of the one before, and a fresh count', () => {
    const first = applyTransition(inState('accepted'), begin, 7);
    const second = applyTransition(
      { ...first, cursor: 1, vainSends: { '002-FRA': 2 } },
      {
        ...begin,
        planSha256: 't',
        planKey: 'l',
        settled: ['001-USA'],
        replan: true,
        postponedTo: '2026-11-27',
      },
      8,
    );
    assert.deepEqual(second.planKeys, ['k', 'l']);
    assert.deepEqual(second.settledBefore, [{ planKey: 'k', steps: ['001-USA'] }]);
    assert.deepEqual(
      [second.cursor, second.vainSends, second.replans, second.postponedTo],
      [0, {}, 1, '2026-11-27'],
    );
  });

  it('with a plan that waits for its approval: what Apple has refused before, so that the approved plan is made again', () => {
    const waits = applyTransition(
      inState('sending'),
      { ...plan, kind: 'plan', postponedTo: '2026-12-03', removesScheduled: true, shown: ['FRA'], event },
      10,
    );
    assert.equal(waits.state, 'planned');
    assert.equal(waits.postponedTo, '2026-12-03');
    assert.equal(waits.removesScheduled, true);
    assert.deepEqual(waits.shownBefore, ['FRA']);
  });

  it('while Apple does not show what it acknowledged: how often that was looked at, and when next', () => {
    const first = applyTransition(inState('sending'), transitions.verify, 7);
    const second = applyTransition(first, { ...VERIFY, nextAt: 200 }, 150);
    assert.deepEqual(first.verification, { since: 7, looks: 1, nextAt: 99 });
    assert.deepEqual(second.verification, { since: 7, looks: 2, nextAt: 200 });
    assert.deepEqual(second.waiting, { reason: 'FRA is not shown', since: 7 });
  });

  it('of a subscription’s temporary price: its way back, from the end of the change until it is over', () => {
    const request = requestOf({ until: '2026-12-31', product: { kind: 'subscription', id: '1' } });
    const more = { request, everSent: true };
    const applied = applyTransition(inState('sending', more), transitions.apply, 7);
    assert.deepEqual([applied.wayBack, owesWayBack(applied)], [{ on: '2026-12-31', attempts: 0 }, true]);
    const asked = applyTransition(applied, transitions.goBack, 8);
    assert.deepEqual(asked.wayBack, { on: '2026-12-31', attempts: 1, changeId: 'back', at: 8 });
    const narrower = applyTransition(asked, { kind: 'goBack', changeId: 'again', left: ['HUN'] }, 9);
    assert.deepEqual(
      [narrower.wayBack?.attempts, narrower.wayBack?.left],
      [2, ['HUN']],
      'what keeps the temporary price is kept with it',
    );
    assert.equal(owesWayBack(applyTransition(asked, transitions.wentBack, 9)), false);
    for (const kind of ['fail', 'giveUp'] as const)
      assert.ok(owesWayBack(applyTransition(inState('sending', more), transitions[kind], 7)), kind);
    const vain = applyTransition(inState('accepted', { request }), transitions.apply, 7);
    assert.equal(vain.wayBack, undefined, 'nothing was sent');
  });

  it('why a change waits, and since when for the same reason', () => {
    const first = applyTransition(inState('accepted'), transitions.wait, 7);
    const again = applyTransition(first, transitions.wait, 9);
    assert.deepEqual(again.waiting, { reason: 'the key is refused', since: 7 });
    assert.equal(applyTransition(again, begin, 10).waiting, undefined);
  });

  it('with each ending: the event that tells it, until it is published', () => {
    const ended = applyTransition(inState('sending', { owed: [{ ...event, id: 'd' }] }), transitions.fail, 7);
    assert.deepEqual(
      ended.owed.map(({ id }) => id),
      ['d', 'e'],
    );
    assert.deepEqual(applyTransition(ended, transitions.published, 8).owed, []);
  });

  it('since when it waits for an approval, also where its event is sent a day later', () => {
    const planned = inState('planned', { movedAt: 7, owed: [event] });
    assert.equal(applyTransition(planned, transitions.published, 24 * 3_600_000).movedAt, 7);
  });

  it('when it ended, also where its temporary price is taken back weeks later', () => {
    const wayBack = { on: '2026-12-10', attempts: 0 };
    const ended = inState('applied', { movedAt: 7, wayBack });
    const later = 21 * 24 * 3_600_000;
    const asked = applyTransition(ended, { kind: 'goBack', changeId: 'back', left: [] }, later);
    const back = applyTransition(asked, { kind: 'wentBack', outcome: 'is back' }, later + 1);
    assert.deepEqual([asked.movedAt, asked.wayBack?.at, back.movedAt], [7, later, 7]);
  });

  it('since when it waits for the same trouble, under whatever id Apple answers', () => {
    const answered = (id: string) =>
      `GET /v1/apps was answered 503 with SERVER_ERROR: busy (Apple's request id ${id})`;
    const wait = (record: ChangeRecord, reason: string, now: number) =>
      applyTransition(record, { kind: 'wait', fence: record.fence, reason }, now);
    const first = wait(inState('accepted'), answered('A-1'), 7);
    const again = wait(first, answered('B-2'), 8);
    assert.deepEqual(again.waiting, { reason: answered('B-2'), since: 7 });
    assert.deepEqual(wait(again, 'Too little time is left to send.', 9).waiting?.since, 9);
  });

  it('with an approval, and with its refusal: who, when, and why', () => {
    const { approval, seq } = applyTransition(inState('planned'), transitions.approve, 7);
    assert.deepEqual([approval, seq], [{ by: 'ceo', at: 7, planSha256: 's' }, 9]);
    const { closing } = applyTransition(inState('planned'), transitions.decline, 7);
    assert.deepEqual(closing, { by: 'ceo', at: 7, reason: 'too dear' });
  });
});

describe('A record of the version before', () => {
  const stored = { ...acceptedChange(requestOf(), 1, 0), state: 'sending', fence: 3, cursor: 4, sends: 1 };

  it('with a single step under way is read as a wave of one', () => {
    const read = changeRecordSchema.parse({ ...stored, sending: { step: '005-FRA', until: 99 } });
    assert.deepEqual(read.sending, { steps: ['005-FRA'], until: 99 });
    assert.deepEqual([read.cursor, read.settledAhead, read.vainSends], [4, [], {}]);
  });

  it('without one is read as it is', () => {
    assert.equal(changeRecordSchema.parse(stored).sending, undefined);
  });
});
