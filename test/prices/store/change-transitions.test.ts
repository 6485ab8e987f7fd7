import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  CHANGE_STATES,
  type ChangeRecord,
  type ChangeState,
} from '../../../functions/prices/store/change-record.ts';
import {
  applyTransition,
  confirmed,
  TRANSITIONS,
  type Transition,
  TransitionConflictError,
} from '../../../functions/prices/store/change-transitions.ts';
import { acceptedChange } from '../memory.ts';
import { requestOf } from '../request/requests.ts';

const told = { id: 'e', detailType: 'Price Change Applied', detail: {} } as const;
const FENCE = 5;
const ending = { problems: [{ path: 'p', message: 'm' }], outcome: 'o', told };

/** Every move there is. */
const moves: Record<Transition['kind'], Transition> = {
  take: { kind: 'take', fence: FENCE + 1 },
  approve: { kind: 'approve', by: 'ceo', planSha256: 's', seq: 9 },
  plan: { kind: 'plan', fence: FENCE, planSha256: 's', planKey: 'k', told },
  begin: {
    kind: 'begin',
    fence: FENCE,
    planSha256: 's',
    planKey: 'k',
    stepCount: 2,
    replan: false,
    postponedTo: undefined,
  },
  mark: { kind: 'mark', fence: FENCE, step: '001-USA', until: 99 },
  unmark: { kind: 'unmark', fence: FENCE, sends: 0, everSent: true },
  apply: { kind: 'apply', fence: FENCE, outcome: 'o', told },
  reject: { kind: 'reject', fence: FENCE, ...ending },
  fail: { kind: 'fail', fence: FENCE, ...ending },
  giveUp: { kind: 'giveUp', fence: FENCE, ...ending },
  expire: { kind: 'expire', ...ending },
  lapse: { kind: 'lapse', ...ending },
  told: { kind: 'told' },
};

const inState = (state: ChangeState, more: Partial<ChangeRecord> = {}): ChangeRecord => ({
  ...acceptedChange(requestOf(), 1, 0),
  state,
  fence: FENCE,
  ...more,
});

/** What is allowed, said once more and independently of the code. */
const ALLOWED: Record<ChangeState, readonly Transition['kind'][]> = {
  accepted: ['take', 'plan', 'begin', 'apply', 'reject', 'told'],
  planned: ['approve', 'expire', 'lapse', 'told'],
  sending: ['take', 'plan', 'begin', 'mark', 'unmark', 'apply', 'fail', 'giveUp', 'told'],
  applied: ['told'],
  rejected: ['told'],
  failed: ['told'],
  unsettled: ['told'],
};

describe('A change moves', () => {
  for (const state of CHANGE_STATES) {
    for (const move of Object.values(moves)) {
      const allowed = ALLOWED[state].includes(move.kind);
      it(`${state}: ${move.kind} is ${allowed ? 'possible' : 'refused'}`, () => {
        if (!allowed)
          return assert.throws(() => applyTransition(inState(state), move, 7), TransitionConflictError);
        const after = applyTransition(inState(state), move, 7);
        assert.equal(after.rev, 2);
        assert.equal(after.movedAt, 7);
        const { to } = TRANSITIONS[move.kind];
        assert.equal(after.state, to === 'same' ? state : to);
      });
    }
  }

  it('under the fence of its lease only', () => {
    for (const move of Object.values(moves)) {
      if (!('fence' in move) || move.kind === 'take') continue;
      const state = ALLOWED.sending.includes(move.kind) ? 'sending' : 'accepted';
      for (const fence of [FENCE - 1, FENCE + 1])
        assert.throws(
          () => applyTransition(inState(state), { ...move, fence }, 7),
          /was overtaken/,
          move.kind,
        );
    }
  });

  it('into newer hands only', () => {
    for (const fence of [FENCE, FENCE - 1])
      assert.throws(
        () => applyTransition(inState('accepted'), { kind: 'take', fence }, 7),
        TransitionConflictError,
      );
    assert.equal(
      applyTransition(inState('accepted'), { kind: 'take', fence: FENCE + 2 }, 7).fence,
      FENCE + 2,
    );
  });
});

describe('What a move writes down', () => {
  it('before a request: its step, its deadline, and that something may have had an effect', () => {
    const { sending, sends, everSent } = applyTransition(inState('sending'), moves.mark, 7);
    assert.deepEqual([sending, sends, everSent], [{ step: '001-USA', until: 99 }, 1, true]);
  });

  it('after a definite refusal of the first request: that nothing had an effect', () => {
    const marked = applyTransition(inState('sending'), moves.mark, 7);
    const { sending, sends, everSent } = applyTransition(
      marked,
      { kind: 'unmark', fence: FENCE, sends: 0, everSent: false },
      8,
    );
    assert.deepEqual([sending, sends, everSent], [undefined, 0, false]);
  });

  it('with each plan: its key, kept for good, and a fresh count', () => {
    const first = applyTransition(inState('accepted'), moves.begin, 7);
    const second = applyTransition(
      { ...first, cursor: 1, sends: 2 },
      {
        kind: 'begin',
        fence: FENCE,
        planSha256: 't',
        planKey: 'l',
        stepCount: 1,
        replan: true,
        postponedTo: '2026-11-27',
      },
      8,
    );
    assert.deepEqual(second.planKeys, ['k', 'l']);
    assert.deepEqual(
      [second.cursor, second.sends, second.replans, second.postponedTo],
      [0, 0, 1, '2026-11-27'],
    );
  });

  it('with each ending: the event that tells it, until it is told', () => {
    const ended = applyTransition(inState('sending', { owed: [{ ...told, id: 'd' }] }), moves.fail, 7);
    assert.deepEqual(
      ended.owed.map(({ id }) => id),
      ['d', 'e'],
    );
    assert.deepEqual(applyTransition(ended, moves.told, 8).owed, []);
  });

  it('with an approval: who, when, and of what', () => {
    const { approval, seq } = applyTransition(inState('planned'), moves.approve, 7);
    assert.deepEqual([approval, seq], [{ by: 'ceo', at: 7, planSha256: 's' }, 9]);
  });

  it('once a step has taken effect: the next one', () => {
    const { cursor, sending, sends } = confirmed(applyTransition(inState('sending'), moves.mark, 7));
    assert.deepEqual([cursor, sending, sends], [1, undefined, 0]);
  });
});
