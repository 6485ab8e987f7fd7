import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { applyChange } from '../../../functions/prices/apply/apply-change.ts';
import type { ApplyDependencies } from '../../../functions/prices/apply/context/apply-dependencies.ts';
import type { PriceList } from '../../../functions/prices/plan/price-list.ts';
import type { PriceState } from '../../../functions/prices/plan/price-state.ts';
import { acceptedChange, emptyLedger, memoryAudit, memoryLedger, point, stateShowing } from '../memory.ts';
import { OPEN_RULES } from '../request/requests.ts';

const NOW = Date.parse('2026-11-24T18:00:00Z');
const PRODUCT = 'acme#subscription#1';
const sentSchema = z.object({ price: z.string() });

/** One subscription with one price, and the ledger's changes of it. */
function world() {
  const shown = { price: '9.99' };
  const sent: string[] = [];
  const data = emptyLedger();
  const clock = { now: () => NOW };
  const read = async (): Promise<PriceState> => stateShowing([['USA', shown.price]]);
  const list: PriceList = {
    read,
    readBack: read,
    label: async () => undefined,
    pricePoints: async () => ['4.99', '7.99', '9.99'].map((price) => point('USA', price)),
    equalizations: async () => [],
    territories: async () => new Map([['USA', 'USD']]),
    steps: (_, entries) =>
      entries
        .filter(({ kind }) => kind === 'change')
        .map(({ territory, target, before, after }) => ({
          name: territory,
          write: { method: 'POST', path: '/', body: { price: target.price } },
          effects: { [territory]: { before, after } },
          replacesAll: false,
        })),
    turnToSend: async (writes) => writes,
    send: async ({ body }) => {
      const { price } = sentSchema.parse(body);
      sent.push(price);
      shown.price = price;
      return undefined;
    },
  };
  const deps: ApplyDependencies = {
    ledger: memoryLedger(data, clock),
    audit: memoryAudit(new Map()),
    priceList: () => list,
    rules: () => OPEN_RULES,
    sendEvents: async () => undefined,
    sleep: async () => undefined,
    remainingMillis: () => 300_000,
    clock,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    metric: () => undefined,
  };
  const put = (changeId: string, price: string, seq: number): void => {
    const request = {
      idempotencyKey: changeId,
      team: 'acme',
      product: { kind: 'subscription', id: '1' },
      prices: { USA: price },
      requestedBy: 'cfo@acme.example',
    };
    data.changes[`acme#${changeId}`] = acceptedChange(request, seq, NOW);
  };
  return { deps, data, sent, put };
}

describe('The order of the changes of a product', () => {
  /** A worker died behind a plan, with the product in hand; the approval then gave the change the newest place. */
  function approvedWhileHolding() {
    const { deps, data, sent, put } = world();
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
    const { deps, data, put } = world();
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
