import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { closeChange } from '../../../functions/prices/accept/close-change.ts';
import { sweepChanges } from '../../../functions/prices/accept/sweep-changes.ts';
import { productKey } from '../../../functions/prices/request/product.ts';
import type { ChangeRecord } from '../../../functions/prices/store/change-record.ts';
import { acceptedChange } from '../memory.ts';
import { acceptance, NOW, wish } from './acceptance.ts';

const DAY = 24 * 3_600_000;

function waiting(changes: Partial<ChangeRecord> = {}) {
  const at = acceptance();
  const record: ChangeRecord = { ...acceptedChange(wish(), 1, NOW), state: 'planned', ...changes };
  at.data.changes['acme#sale'] = record;
  return at;
}
const closing = (by: string) => ({ team: 'acme', changeId: 'sale', by, reason: 'too dear' });
const REQUESTER = 'cfo@acme.example';

describe('A change that waits for its approval', () => {
  it('is declined by the approver, for good, and people are told', async () => {
    const at = waiting();
    assert.deepEqual(await closeChange(at, closing('ceo'), 'decline'), {
      status: 'declined',
      changeId: 'sale',
    });
    assert.equal(at.data.changes['acme#sale']?.state, 'declined');
    assert.equal((await closeChange(at, closing('ceo'), 'decline')).status, 'duplicate');
    at.clock.at += 2 * 60_000;
    await sweepChanges(at);
    assert.deepEqual(
      at.events.map(({ detailType }) => detailType),
      ['Price Change Declined'],
    );
    assert.ok(at.metrics.includes('PriceChangeWaitingMinutes 0'), 'the alarm ends');
  });

  it('is withdrawn by the requester, nobody else', async () => {
    const at = waiting();
    assert.equal((await closeChange(at, closing('ceo'), 'withdraw')).status, 'rejected');
    assert.equal((await closeChange(at, closing(REQUESTER), 'decline')).status, 'rejected');
    assert.equal((await closeChange(at, closing(REQUESTER), 'withdraw')).status, 'withdrawn');
    assert.deepEqual(at.data.changes['acme#sale']?.closing, { by: REQUESTER, at: NOW, reason: 'too dear' });
  });

  it('can be withdrawn before anything was sent, not once it is being sent', async () => {
    const accepted = waiting({ state: 'accepted' });
    assert.equal((await closeChange(accepted, closing(REQUESTER), 'withdraw')).status, 'withdrawn');
    for (const state of ['sending', 'verifying', 'applied'] as const) {
      const at = waiting({ state, everSent: true });
      const answer = await closeChange(at, closing(REQUESTER), 'withdraw');
      assert.equal(answer.status, 'rejected', state);
      assert.match(
        JSON.stringify(answer),
        new RegExp(`it is ${state}; .* roll it back`),
        'what to do instead',
      );
    }
  });

  it('expires after two weeks', async () => {
    const at = waiting();
    at.clock.at = NOW + 14 * DAY;
    assert.equal((await sweepChanges(at)).expired, 0);
    at.clock.at += 1;
    assert.equal((await sweepChanges(at)).expired, 1);
    assert.equal(at.data.changes['acme#sale']?.state, 'rejected');
  });

  it('ends when its product has moved on, or its team may not change prices any more', async () => {
    const moved = waiting();
    moved.data.products[productKey('acme', { kind: 'subscription', id: '1' })] = {
      ...{ rev: 1, fence: 1, leaseUntil: 0, startedSeq: 2, unshown: [] },
    };
    assert.equal((await sweepChanges(moved)).expired, 1);
    const gone = waiting();
    delete gone.data.changes['acme#sale'];
    gone.data.changes['readers#sale'] = {
      ...acceptedChange(wish(), 1, NOW),
      team: 'readers',
      state: 'planned',
    };
    assert.equal((await sweepChanges(gone)).expired, 1);
  });
});

describe('A change whose prices are read back later', () => {
  it('is neither queued again nor counted as stuck before that is due', async () => {
    const at = waiting({
      state: 'verifying',
      verification: { since: NOW, looks: 7, nextAt: NOW + 60 * 60_000 },
    });
    at.clock.at = NOW + 59 * 60_000;
    assert.equal((await sweepChanges(at)).queuedAgain, 0);
    assert.ok(
      at.metrics.some((metric) => /StuckMinutes -?0$|StuckMinutes 0$/.test(metric)),
      at.metrics.join(),
    );
    at.clock.at = NOW + 68 * 60_000;
    assert.equal((await sweepChanges(at)).queuedAgain, 1);
  });
});
