import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ProductCatalogue } from '../../../functions/prices/names/list-products.ts';
import { productsOf } from '../../../functions/prices/names/products-of.ts';
import type { KnownProduct } from '../../../functions/prices/request/product.ts';

const yearly: KnownProduct & { group: string } = {
  product: { kind: 'subscription', id: '21' },
  label: { name: 'Pro Yearly', productId: 'com.acme.pro.yearly' },
  group: 'Pro',
};
const coins: KnownProduct = {
  product: { kind: 'inAppPurchase', id: '31' },
  label: { name: 'Coins', productId: 'com.acme.coins' },
};

/** A team's apps; the first one has the products above. */
const team = (...apps: string[]): ProductCatalogue => ({
  apps: async () => apps.map((productId, index) => ({ id: `${index + 1}`, name: productId, productId })),
  productsOf: async ({ id }) => (id === '1' ? [yearly, coins] : []),
});

async function found(
  catalogue: ProductCatalogue,
  selection: { app?: string; group?: string },
): Promise<string[]> {
  const answer = await productsOf(catalogue, { team: 'acme', ...selection });
  if (answer.kind === 'ok') return answer.value.map(({ product }) => product.id);
  assert.equal(answer.kind, 'rejected');
  return answer.kind === 'rejected' ? answer.problems.map(({ path, message }) => `${path}: ${message}`) : [];
}

describe('The products of an app or a group', () => {
  it('are those of one app, by its bundle ID or its number', async () => {
    const catalogue = team('com.acme', 'com.acme.other');
    assert.deepEqual(await found(catalogue, { app: 'com.acme' }), ['21', '31']);
    assert.deepEqual(await found(catalogue, { app: '1' }), ['21', '31']);
  });

  it('are the subscriptions of a group in any app, however its name is written', async () => {
    assert.deepEqual(await found(team('com.acme', 'com.acme.other'), { group: ' pro ' }), ['21']);
  });

  it('name the apps there are where the app is none of them', async () => {
    const [problem = ''] = await found(team('com.acme'), { app: 'com.acne' });
    assert.equal(problem, `app: "com.acne" is none of the team's apps; there are com.acme`);
  });

  it('name the group that is missing, also where the team has no app', async () => {
    const missing = `group: Apple has no subscription group "Max" that this team's key can see; there are`;
    assert.deepEqual(await found(team('com.acme'), { group: 'Max' }), [`${missing} Pro`]);
    assert.deepEqual(await found(team(), { group: 'Max' }), [`${missing} none`]);
  });
});
