import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openShop } from './price-shop.ts';

const BROKEN = ['{"data":[{"type":"subscr', '', '<html><body>busy</body></html>', '{}', '[]', 'null'];
const json = { 'content-type': 'application/json' };
const PRODUCTS = [
  { kind: 'subscription', id: '1' },
  { kind: 'inAppPurchase', id: '2' },
] as const;
const PRICES = { USA: '7.99', FRA: '4.99' };

/** How many reads a change takes. */
async function readsOf(product: (typeof PRODUCTS)[number]): Promise<number> {
  const { hooks, change } = await openShop();
  let reads = 0;
  hooks.onRead = () => {
    reads += 1;
    return undefined;
  };
  await change('sale', { product, prices: PRICES });
  return reads;
}

describe('A read that Apple answers with 200 and a body that cannot be read', () => {
  for (const product of PRODUCTS) {
    it(`is read again, whichever read of a change it is, and never ends the change (${product.kind})`, async () => {
      const count = await readsOf(product);
      assert.ok(count >= 3, `${count} reads`);
      for (let broken = 0; broken < count; broken += 1) {
        for (const body of BROKEN) {
          const { clock, hooks, accept, work, workToEnd, writes, events, priceOn } = await openShop();
          const place = `read ${broken + 1} of ${count} is ${body}`;
          let reads = 0;
          hooks.onRead = () => {
            reads += 1;
            return reads > broken ? new Response(body, { status: 200, headers: json }) : undefined;
          };
          accept('sale', { product, prices: PRICES });
          // An hour of it.
          for (let round = 0; round < 6; round += 1) {
            const { state, waiting } = await work('sale');
            assert.ok(['accepted', 'sending', 'verifying'].includes(state), `${place}: ${state}`);
            assert.ok(waiting !== undefined, `${place}: nobody knows why it waits`);
            clock.advance(10 * 60_000);
          }
          assert.deepEqual(events, [], place);
          hooks.onRead = () => undefined;
          const record = await workToEnd('sale');
          assert.equal(record.state, 'applied', `${place}: ${JSON.stringify(record.problems)}`);
          assert.equal(priceOn('2026-11-30', 'FRA', product), '4.99');
          assert.equal(writes.length, product.kind === 'subscription' ? 2 : 1, `${place}: ${writes.join()}`);
        }
      }
    });
  }
});
