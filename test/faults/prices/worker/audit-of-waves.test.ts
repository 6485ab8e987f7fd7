import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { openShop } from './price-shop.ts';

const FOUR = { prices: { FRA: '7.99', HUN: '3000', JPN: '1000', USA: '7.99' }, preserveCurrentPrice: true };
const prices = z.record(z.string(), z.array(z.object({ price: z.string() })));
const announcement = z.object({
  after: prices.default({}),
  steps: z.record(z.string(), z.object({ after: prices })).default({}),
});

/** Territories whose new price the audit announces. */
const announcedIn = (objects: ReadonlyMap<string, string>): string[] =>
  [...objects]
    .filter(([key]) => /\/\d{3}-[A-Z]{3}/.test(key))
    .flatMap(([, text]) => {
      const { after, steps } = announcement.parse(JSON.parse(text));
      return [after, ...Object.values(steps).map((step) => step.after)].flatMap(Object.keys);
    });

describe('The audit of a change that goes out in waves', () => {
  it('has an object per wave, stored before the first request of the wave goes out', async () => {
    const { hooks, objects, change, writes } = await openShop();
    const announced: number[] = [];
    hooks.onWrite = () => announced.push(announcedIn(objects).length);
    const record = await change('sale', FOUR);
    assert.equal(record.state, 'applied', JSON.stringify(record.problems));
    assert.equal(writes.length, 4);
    // The first request goes alone, the other three in one wave.
    assert.deepEqual(announced, [1, 4, 4, 4]);
    const names = [...objects.keys()].map((key) => key.split('/').at(-1));
    assert.equal(names.filter((name) => name?.includes('-and-2-more-')).length, 1, names.join());
    assert.deepEqual(announcedIn(objects).toSorted(), ['FRA', 'HUN', 'JPN', 'USA']);
  });

  it('that cannot be written lets nothing go out, and the wave is sent once when it can', async () => {
    const { clock, hooks, accept, work, workToEnd, record, writes, priceOn } = await openShop();
    hooks.onAudit = (name) => {
      if (name.includes('-and-2-more-')) throw new Error('S3 is ill');
    };
    accept('sale', FOUR);
    for (let round = 0; round < 3; round += 1) {
      await assert.rejects(work('sale'), /S3 is ill/);
      assert.deepEqual(
        [writes.length, record('sale').sending],
        [1, undefined],
        'only the first one has gone',
      );
      clock.advance(10 * 60_000);
    }
    hooks.onAudit = () => undefined;
    assert.equal((await workToEnd('sale')).state, 'applied');
    assert.equal(writes.length, 4);
    assert.equal(priceOn('2026-11-30', 'HUN'), '3000.00');
  });
});
