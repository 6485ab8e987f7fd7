import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SAMPLE_PRODUCTS } from '../../local/simulator/samples/sample-stock.ts';
import { type Account, openAccount } from './account.ts';

const { subscription: SUBSCRIPTION, inAppPurchase: PURCHASE } = SAMPLE_PRODUCTS;

describe('asc-jobs try, with a campaign', () => {
  let account: Account;
  let file = '';
  before(async () => {
    account = await openAccount();
    await account.try(['--json', '--no-open', '--days', '2']);
    file = join(account.folder, 'sale.json');
    writeFileSync(
      file,
      JSON.stringify({
        campaign: 'winter-sale',
        team: 'mine',
        products: [
          { kind: 'subscription', id: SUBSCRIPTION },
          { kind: 'inAppPurchase', id: PURCHASE },
        ],
        change: { percent: { by: -20, territories: ['USA'] }, preserveCurrentPrice: true },
        requestedBy: 'me@acme.example',
        reason: 'winter sale',
      }),
    );
    account.simulator.clearRequests();
  });
  after(() => account.close());

  const writes = (): number => account.simulator.requests().filter(({ method }) => method !== 'GET').length;
  const prices = (): (string | undefined)[] => {
    const day = '2026-11-26';
    return [
      account.simulator.prices.effective('subscription', SUBSCRIPTION, day).get('USA'),
      account.simulator.prices.effective('inAppPurchase', PURCHASE, day).get('USA'),
    ];
  };
  let original: (string | undefined)[] = [];

  it('plans all products with totals, and sends nothing', async () => {
    original = prices();
    const { exit, out, err } = await account.try(['prices', 'plan', file]);
    assert.equal(exit, 0, out + err);
    assert.match(out, /2 products: 176 territory prices change, 2 requests to Apple/);
    assert.equal(writes(), 0);
  });

  it('brings all of them to Apple with --apply, exactly once, and says how they ended', async () => {
    const applied = await account.try(['prices', 'plan', file, '--apply', '--yes']);
    assert.equal(applied.exit, 0, applied.out + applied.err);
    assert.match(applied.out, /winter-sale is applied: 2 of 2 products applied/);
    for (const [index, price] of prices().entries()) assert.notEqual(price, original[index]);
    const sent = writes();
    const again = await account.try(['prices', 'plan', file, '--apply', '--yes']);
    assert.match(again.out, /winter-sale is applied: 2 of 2 products applied/);
    assert.equal(writes(), sent);
    const status = await account.try(['prices', 'status', 'winter-sale']);
    assert.match(status.out, /winter-sale is applied/);
  });

  it('takes the whole back', async () => {
    const { exit, out, err } = await account.try([
      ...['prices', 'rollback', '--team', 'mine', 'winter-sale', '--by', 'me'],
      ...['--preserve-current-price', '--yes'],
    ]);
    assert.equal(exit, 0, out + err);
    assert.match(out, /rollback-of\/winter-sale is applied: 2 of 2 products applied/);
    assert.deepEqual(prices(), original);
  });
});
