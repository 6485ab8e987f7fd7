import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { approveChange } from '../../../functions/prices/accept/approve-change.ts';
import { sweepChanges } from '../../../functions/prices/accept/sweep-changes.ts';
import type { ChangeRecord } from '../../../functions/prices/store/change-record.ts';
import { LOOK_ALIKES } from '../look-alikes.ts';
import { acceptedChange } from '../memory.ts';
import { type Acceptance, acceptance, wish } from './acceptance.ts';

const SHA = 'a'.repeat(64);

/** Acceptance with one change that waits for an approval. */
function waiting(more: Partial<ChangeRecord> = {}, request: Record<string, unknown> = {}): Acceptance {
  const at = acceptance();
  at.data.changes['acme#sale'] = {
    ...acceptedChange(wish(request), 1, at.clock.at),
    state: 'planned',
    planSha256: SHA,
    planKey: 'audit/plan.json',
    ...more,
  };
  at.data.sequences['acme#subscription#1'] = 4;
  return at;
}

const approve = (at: Acceptance, changes: Record<string, unknown> = {}) =>
  approveChange(at, { team: 'acme', changeId: 'sale', planSha256: SHA, by: 'ceo@acme.example', ...changes });
const refusal = async (at: Acceptance, changes: Record<string, unknown>): Promise<string> => {
  const answer = await approve(at, changes);
  return answer.status === 'rejected'
    ? answer.problems.map(({ path, message }) => `${path}: ${message}`).join()
    : answer.status;
};

describe('An approval', () => {
  it('lets the change go on, as the newest of its product', async () => {
    const at = waiting();
    assert.deepEqual(await approve(at), { status: 'approved', changeId: 'sale' });
    const record = at.data.changes['acme#sale'];
    assert.deepEqual([record?.state, record?.seq, record?.approval?.by], ['accepted', 5, 'ceo@acme.example']);
    assert.deepEqual(at.queued, ['sale']);
  });

  it('that comes again is a duplicate, and queues what may not have been queued', async () => {
    const at = waiting();
    await approve(at);
    assert.deepEqual(await approve(at), { status: 'duplicate', changeId: 'sale' });
    assert.deepEqual(at.queued, ['sale', 'sale']);
  });

  it('of another plan is refused, and told which one to look at', async () => {
    assert.equal(
      await refusal(waiting(), { planSha256: 'b'.repeat(64) }),
      `planSha256: the plan is another one now: look at audit/plan.json and approve ${SHA}`,
    );
  });

  it('by the requester is refused, however the name is written', async () => {
    assert.match(
      await refusal(waiting(), { by: ' CFO@acme.example ' }),
      /^by: .*somebody else must approve it/,
    );
  });

  it('by the requester is refused under every name that looks like theirs', async () => {
    for (const by of LOOK_ALIKES)
      assert.match(await refusal(waiting(), { by }), /somebody else must approve it/, JSON.stringify(by));
  });

  it('by somebody else is taken, in whatever script the name is', async () => {
    for (const by of [
      'cto@acme.example',
      'Анна Петрова',
      '山田太郎',
      'José',
      'कमला',
      '김지수',
      'cfo2@acme.example',
    ])
      assert.equal(await refusal(waiting(), { by }), 'approved', by);
    const requested = { requestedBy: 'कमल' };
    assert.equal(await refusal(waiting({}, requested), { by: 'कमला' }), 'approved');
  });

  it('by nobody that is seen is refused', async () => {
    for (const by of ['', ' ', '\u200b\u200d', '\u3164', '\u2800', '...'])
      assert.match(await refusal(waiting(), { by }), /^by: shows no name/, JSON.stringify(by));
  });

  it('of another change, team or campaign does not count, though the plan is named right', async () => {
    const at = waiting();
    const other = { ...acceptedChange(wish({ idempotencyKey: 'other' }), 2, at.clock.at) };
    at.data.changes['acme#other'] = { ...other, state: 'planned', planSha256: 'c'.repeat(64) };
    assert.match(await refusal(at, { changeId: 'other' }), /^planSha256: the plan is another one now/);
    assert.match(await refusal(at, { team: 'umbra' }), /^changeId: team umbra has no price change/);
    const member = waiting({}, { campaign: 'winter' });
    assert.match(await refusal(member, {}), /^changeId: it is part of the campaign winter; approve that$/);
    assert.equal(at.data.changes['acme#other']?.state, 'planned');
    assert.equal(member.data.changes['acme#sale']?.state, 'planned');
  });

  it('of an earlier plan does not count for the plan that waits now', async () => {
    const approval = { by: 'ceo@acme.example', at: 1, planSha256: SHA };
    const at = waiting({ approval, planSha256: 'b'.repeat(64) });
    assert.match(await refusal(at, {}), /^planSha256: the plan is another one now/);
    assert.deepEqual([at.data.changes['acme#sale']?.state, at.queued], ['planned', []]);
  });

  it('of a change that does not wait, or that nobody knows, is refused', async () => {
    assert.match(await refusal(waiting({ state: 'applied' }), {}), /it is applied$/);
    assert.match(await refusal(waiting({ state: 'sending' }), {}), /it is sending, and needs none/);
    assert.match(await refusal(waiting(), { changeId: 'sail' }), /^changeId: team acme has no price change/);
    assert.match(await refusal(waiting(), { team: 'acne' }), /^changeId: team acne has no price change/);
  });

  it('must be whole: every fault is told', async () => {
    assert.deepEqual(
      (await refusal(waiting(), { team: '', planSha256: 'x', by: undefined, at: 1 }))
        .match(/(?:^|,)[\w()]+(?=:)/g)
        ?.map((path) => path.replace(',', '')),
      ['team', 'planSha256', 'by', '(approval)'],
    );
  });

  it('of a change that was rejected meanwhile changes nothing', async () => {
    const at = waiting({}, { notAfter: '2026-11-24T18:30:00Z' });
    at.clock.at += 3_600_000;
    await sweepChanges(at);
    assert.match(await refusal(at, {}), /it is rejected$/);
  });
});

describe('The sweep', () => {
  it('ends what nobody approved in time, and tells it', async () => {
    const at = waiting({}, { notAfter: '2026-11-24T18:30:00Z' });
    assert.equal((await sweepChanges(at)).expired, 0);
    at.clock.at += 3_600_000;
    assert.equal((await sweepChanges(at)).expired, 1);
    const record = at.data.changes['acme#sale'];
    assert.deepEqual(
      [record?.state, record?.outcome, record?.owed],
      ['rejected', 'rejected: not approved in time', []],
    );
    assert.deepEqual(
      at.events.map(({ detailType }) => detailType),
      ['Price Change Rejected'],
    );
  });

  it('calls a change failed whose remainder nobody approved', async () => {
    const at = waiting({ everSent: true }, { notAfter: '2026-11-24T18:30:00Z' });
    at.clock.at += 3_600_000;
    await sweepChanges(at);
    assert.equal(at.data.changes['acme#sale']?.state, 'failed');
    assert.deepEqual(
      at.events.map(({ detailType }) => detailType),
      ['Price Change Failed'],
    );
  });

  it('leaves alone what waits, what moved just now, and what is over', async () => {
    for (const state of ['planned', 'accepted', 'sending', 'applied'] as const)
      assert.deepEqual((await sweepChanges(waiting({ state }))).queuedAgain, 0, state);
    assert.equal((await sweepChanges(waiting({ state: 'applied' }))).open, 0);
  });

  it('queues again what stands still, and tells for how long', async () => {
    const at = waiting({ state: 'sending' });
    at.clock.at += 7 * 60_000 + 1;
    assert.equal((await sweepChanges(at)).queuedAgain, 1);
    assert.ok(at.metrics.includes('PriceChangeStuckMinutes 7'));
    const held = waiting();
    held.clock.at += 60 * 60_000;
    await sweepChanges(held);
    assert.ok(held.metrics.includes('PriceChangeWaitingMinutes 60'));
  });

  it('counts a change that was approved after days as open since then', async () => {
    const at = waiting();
    at.clock.at += 10 * 24 * 3_600_000;
    await approve(at);
    at.clock.at += 5 * 60_000;
    await sweepChanges(at);
    assert.ok(at.metrics.includes('PriceChangeStuckMinutes 5'), at.metrics.join());
  });

  it('tells what is still owed once the bus takes it', async () => {
    const owed = [{ id: 'e', detailType: 'Price Change Applied' as const, detail: { changeId: 'sale' } }];
    const at = waiting({ state: 'applied', owed });
    at.clock.at += 61_000;
    const refusing = { ...at, sendEvents: () => Promise.reject(new Error('throttled')) };
    await sweepChanges(refusing);
    assert.deepEqual([at.data.changes['acme#sale']?.owed.length, at.events], [1, []]);
    await sweepChanges(at);
    assert.deepEqual([at.data.changes['acme#sale']?.owed, at.events.length], [[], 1]);
    assert.equal((await sweepChanges(at)).open, 0);
  });
});
