import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../functions/platform/util/clock.ts';
import { TransitionConflictError } from '../../functions/prices/store/change-transitions.ts';
import type { PriceLedger } from '../../functions/prices/store/price-ledger.ts';
import { acceptedChange } from '../prices/memory.ts';
import { atOnce } from './tables.ts';

/** By name, as a table keeps no order; `undefined` is left out where it becomes text. */
const ordered = (record: object = {}) =>
  Object.fromEntries(Object.entries(record).toSorted(([one], [other]) => (one < other ? -1 : 1)));

/** What the price jobs rely on, of DynamoDB and of the memory that other tests put in its place. */
export function priceLedgerContract(open: (clock: Clock) => PriceLedger): void {
  describe('The price ledger', () => {
    let now = Date.parse('2026-11-24T18:00:00Z');
    let ledger: PriceLedger;
    before(() => {
      ledger = open({ now: () => now });
    });

    const changeOf = (idempotencyKey: string, price = '9.99') =>
      acceptedChange(
        {
          idempotencyKey,
          team: 'acme',
          product: { kind: 'subscription', id: '1' },
          prices: { USA: price },
          requestedBy: 'cfo@acme.example',
        },
        1,
        now,
      );
    const claimed = async (key: string) => {
      const record = changeOf(key);
      assert.deepEqual(await ledger.claim(record), { kind: 'claimed' });
      return record;
    };

    it('gives an idempotency key to one of twenty, and the others see its record', async () => {
      const results = await atOnce(20, (index) => ledger.claim(changeOf('one', `${index}.99`)));
      assert.equal(results.filter(({ kind }) => kind === 'claimed').length, 1);
      const stored = await ledger.change('acme', 'one');
      for (const result of results) if (result.kind === 'exists') assert.deepEqual(result.record, stored);
    });

    it('knows nothing of another team’s change of the same name', async () => {
      await claimed('mine');
      assert.equal(await ledger.change('umbra', 'mine'), undefined);
    });

    it('makes one of ten moves that follow the same record; the others write nothing', async () => {
      const record = await claimed('moves');
      const moves = await Promise.allSettled(
        Array.from({ length: 10 }, (_, index) =>
          ledger.transition(record, { kind: 'take', fence: index + 1 }),
        ),
      );
      const [won, ...others] = moves.filter((move) => move.status === 'fulfilled');
      assert.ok(won !== undefined && others.length === 0);
      for (const move of moves)
        if (move.status === 'rejected')
          assert.ok(move.reason instanceof TransitionConflictError, String(move.reason));
      assert.deepEqual(await ledger.change('acme', 'moves'), won.value);
    });

    it('gives back all that was written, nested and empty values too', async () => {
      const record = await claimed('whole');
      const taken = await ledger.transition(record, { kind: 'take', fence: 1 });
      const begun = await ledger.transition(taken, {
        kind: 'begin',
        fence: 1,
        planSha256: 'sha',
        planKey: 'plans/whole.json',
        stepCount: 3,
        settled: [],
        replan: false,
        postponedTo: undefined,
        removesScheduled: false,
      });
      const marked = await ledger.transition(begun, {
        kind: 'mark',
        fence: 1,
        steps: ['001-USA', '002-FRA'],
        until: now + 1,
      });
      assert.equal(
        JSON.stringify(ordered(await ledger.change('acme', 'whole'))),
        JSON.stringify(ordered(marked)),
      );
    });

    it('lets one of ten workers write a product’s record after the one it follows', async () => {
      const first = { rev: 1, fence: 1, leaseUntil: now, startedSeq: 0, unshown: [] };
      const begun = await atOnce(10, () => ledger.writeProduct('race', undefined, first));
      assert.equal(begun.filter(Boolean).length, 1);
      const moved = await atOnce(10, (index) =>
        ledger.writeProduct('race', first, { ...first, rev: 2, fence: 2, holder: `worker-${index}` }),
      );
      assert.equal(moved.filter(Boolean).length, 1);
      assert.equal((await ledger.product('race'))?.holder, `worker-${moved.indexOf(true)}`);
      assert.equal(await ledger.writeProduct('race', first, { ...first, rev: 2 }), false);
    });

    it('gives each of twenty changes a place of its own', async () => {
      const places = await atOnce(20, () => ledger.nextSeq('queue'));
      assert.deepEqual(
        places.toSorted((one, other) => one - other),
        Array.from({ length: 20 }, (_, index) => index + 1),
      );
    });

    it('counts at most so many changes a day, each once', async () => {
      const count = (id: string) => ledger.countToday('acme', '2026-11-24', id, 3);
      const counted = await atOnce(10, (index) => count(`change-${index}`));
      assert.equal(counted.filter(Boolean).length, 3);
      const again = `change-${counted.indexOf(true)}`;
      assert.deepEqual([await count(again), await count('another')], [true, false]);
      assert.equal(await ledger.countToday('acme', '2026-11-25', 'another', 3), true);
    });

    it('finds what needs attention, until it is over and told', async () => {
      const opened = async () => {
        // An index lags behind its table.
        await wait(20);
        const ids: string[] = [];
        for await (const { changeId } of ledger.open()) ids.push(changeId);
        return ids.includes('attention');
      };
      const record = await claimed('attention');
      assert.equal(await opened(), true);
      const taken = await ledger.transition(record, { kind: 'take', fence: 1 });
      const event = { id: 'event', detailType: 'Price Change Rejected' as const, detail: {} };
      const rejected = await ledger.transition(taken, {
        kind: 'reject',
        fence: 1,
        problems: [],
        outcome: 'no',
        event,
      });
      assert.equal(await opened(), true);
      now += 1000;
      await ledger.transition(rejected, { kind: 'published' });
      assert.equal(await opened(), false);
    });
  });
}
