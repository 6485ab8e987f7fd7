import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rejected } from '../../../functions/platform/validation/checked.ts';
import { expandCampaign } from '../../../functions/prices/campaign/accept/expand-campaign.ts';
import {
  campaignFingerprint,
  isCampaign,
  memberRequest,
  parseCampaign,
} from '../../../functions/prices/campaign/model/campaign-request.ts';

const json = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  campaign: 'sale',
  team: 'acme',
  products: ['com.acme.pro'],
  change: { percent: -20 },
  requestedBy: 'cfo@acme.example',
  ...changes,
});
const parsed = (changes: Record<string, unknown> = {}) => {
  const result = parseCampaign(json(changes));
  if (result.kind === 'rejected') throw new Error(JSON.stringify(result.problems));
  return result.value;
};
const problems = (changes: Record<string, unknown>): string[] => {
  const result = parseCampaign(json(changes));
  return result.kind === 'ok' ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
};

describe('A request for a campaign', () => {
  it('is told from the change of a product', () => {
    assert.ok(isCampaign(json()));
    assert.ok(!isCampaign({ campaign: 'sale', product: 'com.acme.pro' }));
    assert.ok(!isCampaign({ idempotencyKey: 'sale' }));
  });

  const wrong: readonly [string, Record<string, unknown>, RegExp][] = [
    ['no products', { products: undefined }, /^products: exactly one of .* none of them is given/],
    ['two lists of products', { app: 'com.acme.pro' }, /^products: exactly one of .* several are given/],
    ['no change', { change: undefined }, /^change: is missing/],
    [
      'fields of the whole in the change',
      { change: { percent: -20, team: 'acme' } },
      /^change\.team: is said once/,
    ],
    [
      'a product in the change',
      { change: { percent: -20, product: 'x' } },
      /^change\.product: the products are named/,
    ],
    ['exceptions from a list', { except: ['com.acme.pro'] }, /^except: is for a group or an app/],
    ['a misspelt field', { product_s: [] }, /product_s/],
    ['a name that is too long', { campaign: 'x'.repeat(81) }, /^campaign: must be 1 to 80 printable/],
    [
      'more products than a campaign holds',
      { products: Array.from({ length: 101 }, (_, index) => `com.acme.p${index}`) },
      /^products: 101 products are more than the 100 of one campaign; it is not cut in two/,
    ],
  ];
  for (const [name, changes, message] of wrong)
    it(`is refused with ${name}`, () => {
      const found = problems(changes);
      assert.match(found[0] ?? '', message);
      assert.equal(found.length, 1, found.join('\n'));
    });

  it('is the same campaign whether or not it was a dry run', () => {
    assert.equal(campaignFingerprint(parsed()), campaignFingerprint(parsed({ dryRun: true })));
    assert.notEqual(campaignFingerprint(parsed()), campaignFingerprint(parsed({ reason: 'another' })));
  });
});

describe('The products of a campaign', () => {
  const known = (id: string, kind: 'subscription' | 'inAppPurchase' = 'subscription') => ({
    product: { kind, id },
    label: { name: id, productId: `com.acme.${id}` },
  });
  const deps = {
    findProduct: async (_: string, { name }: { name: string }) =>
      name === 'com.acme.none'
        ? rejected('product', `there is no ${name}`)
        : { kind: 'ok' as const, value: known('11') },
    findProducts: async () => ({ kind: 'ok' as const, value: [known('11'), known('12', 'inAppPurchase')] }),
  };

  it('each get a change with a name of its own that is always the same', async () => {
    const members = await expandCampaign(deps, parsed({ products: undefined, app: '1' }));
    assert.ok(members.kind === 'ok');
    assert.deepEqual(
      members.value.map(({ changeId }) => changeId),
      ['sale/subscription-11', 'sale/inAppPurchase-12'],
    );
  });

  it('of another kind do not get the fields that are not for them', async () => {
    const request = parsed({ change: { percent: -20, preserveCurrentPrice: true, follow: ['FRA'] } });
    const of = (kind: 'subscription' | 'inAppPurchase') =>
      memberRequest(request, { changeId: 'x', product: { kind, id: '1' } }, 0);
    const [subscription, purchase] = [of('subscription'), of('inAppPurchase')];
    assert.ok(subscription.kind === 'ok' && purchase.kind === 'ok');
    assert.deepEqual([subscription.value.preserveCurrentPrice, subscription.value.follow], [true, undefined]);
    assert.deepEqual([purchase.value.preserveCurrentPrice, purchase.value.follow], [undefined, ['FRA']]);
    assert.equal(subscription.value.campaign, 'sale');
  });

  it('that are unknown, or named twice, are told all at once', async () => {
    const unknown = await expandCampaign(deps, parsed({ products: ['com.acme.none', 'com.acme.none'] }));
    assert.deepEqual(unknown.kind === 'rejected' && unknown.problems.map(({ path }) => path), [
      'products.0',
      'products.1',
    ]);
    const twice = await expandCampaign(deps, parsed({ products: ['com.acme.11', 'com.acme.pro'] }));
    assert.match(JSON.stringify(twice), /sale\/subscription-11 is named twice/);
    const number = await expandCampaign(deps, parsed({ products: ['6448311069'] }));
    assert.match(JSON.stringify(number), /is a number: say its kind as well/);
  });
});
