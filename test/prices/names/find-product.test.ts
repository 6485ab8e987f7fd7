import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type ProductDirectory,
  rememberingProducts,
  searchingApple,
} from '../../../functions/prices/names/find-product.ts';
import type { KnownProduct, ProductKind } from '../../../functions/prices/request/product.ts';
import { productName } from '../../../functions/prices/request/product.ts';
import { productRefOf } from '../../../functions/prices/request/product-ref.ts';

const known = (kind: ProductKind, id: string, productId: string): KnownProduct => ({
  product: { kind, id },
  label: { name: `Product ${id}`, productId },
});

/** A team whose key sees some products. `asked` counts requests to Apple. */
function team(...products: KnownProduct[]) {
  const stored = new Map<string, KnownProduct>();
  const at = { asked: 0 };
  const names = {
    read: async (_: string, name: string) => stored.get(name),
    write: async (_: string, name: string, found: KnownProduct) => void stored.set(name, found),
  };
  const directory: ProductDirectory = {
    named: async (name, kind) => {
      at.asked += 1;
      return products.filter(
        ({ product, label }) => label.productId === name && (kind === undefined || kind === product.kind),
      );
    },
    someNames: async () => products.map(({ label }) => label.productId),
  };
  const find = rememberingProducts(
    names,
    searchingApple(names, () => directory),
  );
  return { at, find };
}

const YEARLY = known('subscription', '1', 'com.acme.yearly');

describe('A product is found by its name', () => {
  it('at Apple the first time, and without a request afterwards', async () => {
    const { at, find } = team(YEARLY);
    for (let time = 0; time < 3; time += 1) {
      const found = await find('acme', { name: 'com.acme.yearly', plan: 'MONTHLY' });
      assert.deepEqual(found.kind === 'ok' && found.value.product, {
        kind: 'subscription',
        id: '1',
        plan: 'MONTHLY',
      });
    }
    assert.equal(at.asked, 1);
  });

  it('never as another kind than was asked for', async () => {
    const { find } = team(YEARLY);
    await find('acme', { name: 'com.acme.yearly' });
    const found = await find('acme', { name: 'com.acme.yearly', kind: 'app' });
    assert.match(
      JSON.stringify(found),
      /is the subscription Product 1 \(com\.acme\.yearly\), not of kind app/,
    );
  });

  it('not where it means two, or none', async () => {
    const { find } = team(YEARLY, known('inAppPurchase', '2', 'com.acme.yearly'));
    assert.match(JSON.stringify(await find('acme', { name: 'com.acme.yearly' })), /say which by \\"kind\\"/);
    assert.match(
      JSON.stringify(await find('acme', { name: 'com.acme.yearli' })),
      /nearest: com\.acme\.yearly/,
    );
    const one = await find('acme', { name: 'com.acme.yearly', kind: 'inAppPurchase' });
    assert.equal(one.kind === 'ok' && one.value.product.id, '2');
  });
});

describe('The product of a request', () => {
  it('is a name, or is left to the check of numbers', () => {
    assert.deepEqual(productRefOf('com.acme.pro'), { name: 'com.acme.pro' });
    assert.deepEqual(productRefOf({ id: 'com.acme.pro', plan: 'MONTHLY' }), {
      name: 'com.acme.pro',
      plan: 'MONTHLY',
    });
    for (const other of [
      '6448311069',
      { kind: 'app', id: '1' },
      { id: 'a', colour: 1 },
      7,
      null,
      '',
      'a b',
      '../x',
    ])
      assert.equal(productRefOf(other), undefined, JSON.stringify(other));
  });

  it('is called what people call it, as far as that is known', () => {
    const { product, label } = YEARLY;
    assert.equal(productName(product), 'subscription 1');
    assert.equal(productName(product, label), 'subscription Product 1 (com.acme.yearly)');
    assert.equal(
      productName({ ...product, plan: 'MONTHLY' }, { name: '', productId: 'x' }),
      'subscription x (monthly plan)',
    );
  });
});
