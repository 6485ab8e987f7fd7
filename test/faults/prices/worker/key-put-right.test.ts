import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WriteFate } from '../life/life-apple.ts';
import { openShop } from './price-shop.ts';

const MINUTE = 60_000;
/** How long a change may take that waits for a person, from the moment on which the key is right. */
const LONGEST_MILLIS = 6 * MINUTE;
const HOUR = 60 * MINUTE;

const refused = (): Response =>
  Response.json(
    { errors: [{ status: '401', code: 'NOT_AUTHORIZED', title: 'no', detail: 'no' }] },
    { status: 401 },
  );

describe('A change that waits for its price key', () => {
  for (const [state, fates, writesInAll] of [
    ['accepted', [], 2],
    ['sending', [{ kind: 'well' }, { kind: 'ill before' }], 3],
    ['verifying', [{ kind: 'late', millis: 2 * MINUTE }], 2],
  ] as const satisfies [string, WriteFate[], number][]) {
    it(`goes on within minutes after the key is put right (${state})`, async () => {
      const { clock, fates: toCome, hooks, accept, record, take, writes, priceOn } = await openShop();
      toCome.push(...fates);
      accept('sale', { prices: { FRA: '7.99', USA: '7.99' } });
      if (state !== 'accepted') await take('sale');
      assert.equal(record('sale').state, state);
      hooks.instead = refused;
      // Messages come again when they are due, for two hours.
      const until = clock.now() + 2 * HOUR;
      while (clock.now() < until) {
        const result = await take('sale');
        assert.ok(result.kind === 'retry', 'it is never given up');
        clock.advance(result.afterMillis);
      }
      assert.equal(record('sale').state, state);
      assert.match(record('sale').waiting?.reason ?? '', /key/);
      // At the worst the last look was just before.
      const last = await take('sale');
      assert.ok(last.kind === 'retry');
      hooks.instead = () => undefined;
      const right = clock.now();
      clock.advance(last.afterMillis);
      for (let result = await take('sale'); result.kind === 'retry'; result = await take('sale'))
        clock.advance(result.afterMillis);
      assert.equal(record('sale').state, 'applied', JSON.stringify(record('sale').problems));
      assert.ok(clock.now() - right <= LONGEST_MILLIS, `${(clock.now() - right) / MINUTE} minutes`);
      assert.equal(writes.length, writesInAll, writes.join());
      assert.deepEqual(
        ['FRA', 'USA'].map((territory) => priceOn('2026-11-30', territory)),
        ['7.99', '7.99'],
      );
    });
  }
});
