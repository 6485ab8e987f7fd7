import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyChange } from '../../../functions/prices/apply/apply-change.ts';
import { NOW, oneProduct, PRODUCT } from './one-product.ts';

describe('The order of the changes of a product', () => {
  /** A worker died behind a plan, with the product in hand; the approval then gave the change the newest place. */
  function approvedWhileHolding() {
    const { deps, data, sent, put } = oneProduct();
    put('accepted-before', '4.99', 2);
    put('approved-since', '7.99', 3);
    data.products[PRODUCT] = {
      rev: 1,
      fence: 1,
      leaseUntil: 0,
      startedSeq: 1,
      holder: 'approved-since',
      unshown: [],
    };
    return { deps, data, sent };
  }

  it('is that of approvals where the approved change is settled for another one', async () => {
    const { deps, data, sent } = approvedWhileHolding();
    await applyChange(deps, 'acme', 'accepted-before');
    assert.deepEqual(sent, ['7.99']);
    assert.equal(data.changes['acme#approved-since']?.state, 'applied');
    assert.equal(data.changes['acme#accepted-before']?.state, 'rejected');
  });

  it('is that of approvals where the approved change goes on by itself', async () => {
    const { deps, data, sent } = approvedWhileHolding();
    await applyChange(deps, 'acme', 'approved-since');
    await applyChange(deps, 'acme', 'accepted-before');
    assert.deepEqual(sent, ['7.99']);
    assert.equal(data.changes['acme#accepted-before']?.state, 'rejected');
  });
});

describe('A change that ended as unsettled while it held its product', () => {
  it('counts from its end for the changes after it, also where the next one comes weeks later', async () => {
    const { deps, data, put } = oneProduct();
    put('ended', '4.99', 1);
    put('weeks-later', '7.99', 2);
    const ended = data.changes['acme#ended'];
    assert.ok(ended);
    const endedAt = NOW - 21 * 24 * 3_600_000;
    data.changes['acme#ended'] = { ...ended, state: 'unsettled', everSent: true, movedAt: endedAt };
    // Its worker died between the end of the change and the release of the product.
    data.products[PRODUCT] = {
      ...{ rev: 1, fence: 1, leaseUntil: 0, startedSeq: 1, unshown: [] },
      holder: 'ended',
    };
    await applyChange(deps, 'acme', 'weeks-later');
    assert.equal(data.changes['acme#weeks-later']?.state, 'applied');
    assert.deepEqual(data.products[PRODUCT]?.unshown, [{ changeId: 'ended', at: endedAt }]);
  });
});
