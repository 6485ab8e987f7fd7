import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRequestQuota } from '../../functions/app-store-connect/rate-limit/request-quota.ts';
import { conditionalUpdate } from '../../functions/platform/aws/conditional-update.ts';
import { acquireLease, releaseLease } from '../../functions/platform/aws/lease.ts';
import { atOnce, type OpenDocuments } from './tables.ts';

const NOW = Date.parse('2026-11-24T17:07:00Z');

/** What every ledger is built of. */
export function conditionalWriteContract(documents: OpenDocuments): void {
  const write = (pk: string, update: Omit<Parameters<typeof conditionalUpdate>[1], 'table' | 'key'>) =>
    conditionalUpdate(documents(), { table: 'RateBudget', key: { pk }, ...update });
  const always = 'attribute_exists(#pk) OR attribute_not_exists(#pk)';

  describe('A conditional write', () => {
    it('is won by one of twenty; the losers get the item as the winner left it', async () => {
      const results = await atOnce(20, (index) =>
        write('race', { set: { holder: index }, condition: 'attribute_not_exists(#pk)' }),
      );
      const [won, ...others] = results.filter((result) => result.won);
      assert.ok(won !== undefined && others.length === 0);
      for (const { item } of results) assert.deepEqual(item, won.item);
    });

    it('shows the loser that there is no item', async () => {
      const result = await write('absent', { set: { holder: 1 }, condition: 'attribute_exists(#pk)' });
      assert.deepEqual(result, { won: false, item: undefined });
    });

    it('sets, removes and adds at once; an absent number counts from 0, an absent attribute may be removed', async () => {
      await write('clauses', { set: { old: 'x', kept: true }, condition: always });
      const { item } = await write('clauses', {
        set: { old: undefined, missing: undefined, list: [{ a: [] }, null], text: '' },
        add: { count: 2 },
        condition: always,
      });
      assert.deepEqual(item, { pk: 'clauses', kept: true, list: [{ a: [] }, null], text: '', count: 2 });
    });

    it('fails a comparison with an attribute that is absent, and equality with one of another type', async () => {
      await write('types', { set: { text: '5' }, condition: always });
      for (const condition of ['#missing <= :n', '#text = :n', '#missing BETWEEN :n AND :n'])
        assert.equal((await write('types', { set: { hit: 1 }, condition, values: { n: 5 } })).won, false);
    });

    it('keeps whole numbers of milliseconds and decimal text as they are', async () => {
      const set = { at: 1_795_541_220_123, most: Number.MAX_SAFE_INTEGER, price: '0.10' };
      const { item } = await write('numbers', { set, condition: always });
      assert.deepEqual(item, { pk: 'numbers', ...set });
    });
  });

  describe('A lease', () => {
    const take = (now: number) => write('lease', acquireLease(now, 1000));

    it('is taken by one of twenty, again only when it has lapsed, and its fence grows', async () => {
      const first = await atOnce(20, () => take(NOW));
      assert.equal(first.filter(({ won }) => won).length, 1);
      assert.equal((await take(NOW + 999)).won, false);
      const second = await take(NOW + 1000);
      assert.deepEqual([second.won, second.item?.['fence']], [true, 2]);
    });

    it('is given back only under its own fence', async () => {
      const end = (fence: number) => write('lease', releaseLease({ fence, until: 0 }));
      assert.equal((await end(1)).won, false);
      assert.equal((await end(2)).won, true);
      assert.equal((await take(NOW + 1001)).item?.['fence'], 3);
    });
  });

  describe('The request budget', () => {
    const quota = (now = NOW) =>
      createRequestQuota({ documents: documents(), table: 'RateBudget', clock: { now: () => now } });

    it('lets workers who come at once go ahead only as far as the key’s pace allows', async () => {
      const passes = await atOnce(60, () => quota().retryAt('PACE', 'today'));
      const ahead = passes.filter((retryAt) => retryAt === undefined).length;
      // A tenth of 300 may run ahead; those who lost a race four times ask again later.
      assert.ok(ahead >= 1 && ahead <= 31, `${ahead} went ahead`);
      for (const retryAt of passes) if (retryAt !== undefined) assert.ok(retryAt > NOW);
    });

    it('shows every worker what one was told by Apple, and an older word never replaces it', async () => {
      await quota().observe('TOLD', { hour: { limit: 3500, remaining: 0 } });
      await quota(NOW - 60_000).observe('TOLD', { hour: { limit: 3500, remaining: 3400 } });
      assert.equal(await quota().retryAt('TOLD', 'today'), NOW + 600_000);
      assert.equal(await quota().retryAt('TOLD', 'price'), NOW + 300_000);
    });
  });
}
