import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startWorld, type World } from '../../local/world/world.ts';
import { priceSettings, TEN } from '../end-to-end/prices/prices.ts';
import { type Operator, operatorOf } from './operator/operator.ts';

describe('asc-jobs prices, with a campaign', () => {
  let world: World;
  let operator: Operator;
  let sale = '';
  const file = (name: string, json: unknown): string => {
    const path = join(operator.directory, name);
    writeFileSync(path, JSON.stringify(json));
    return path;
  };
  const campaign = {
    campaign: 'winter-sale',
    team: 'acme',
    products: [
      { kind: 'subscription', id: '7101' },
      { kind: 'subscription', id: '7102' },
    ],
    change: { percent: -25, preserveCurrentPrice: true },
    requestedBy: 'cfo@acme.example',
  };
  const priceOf = (id: string): string | undefined =>
    world.simulator.prices.effective('subscription', id, '2026-11-25').get('USA');

  before(async () => {
    world = await startWorld({
      now: TEN,
      settings: priceSettings({ approvalAbovePercent: 20, maxIncreasePercent: 50 }),
    });
    for (const id of ['7101', '7102'])
      world.simulator.prices.addSubscription({ team: 'acme', id, prices: { USA: '9.99', FRA: '9.99' } });
    operator = operatorOf(world);
    sale = file('sale.json', campaign);
  });
  after(() => world.close());

  it('plan shows totals, a line per product, and which product needs the approval', async () => {
    const { exit, out } = await operator.run(['prices', 'plan', '--campaign', sale]);
    assert.equal(exit, 0, out);
    assert.match(out, /2 products: 4 territory prices change, 4 requests to Apple, about 1 minute/);
    assert.match(
      out,
      /One approval is needed for the whole campaign: product\.7101: FRA 9\.99 → 7\.49 and 1 more/,
    );
    assert.match(out, /product\.7101 +│ +2 +│ +2 +│ 2026-11-25/);
    const { out: markdown } = await operator.run(['prices', 'plan', sale, '--markdown']);
    assert.match(markdown, /^### campaign winter-sale\n\n2 products:[\s\S]*\| product\.7102 \| 2 \| 2 \|/);
    assert.deepEqual([priceOf('7101'), priceOf('7102')], ['9.99', '9.99']);
  });

  it('plan lists what stands against each product: exit code 2', async () => {
    const wrong = file('wrong.json', { ...campaign, campaign: 'wrong', change: { prices: { USA: '7.48' } } });
    const { exit, out } = await operator.run(['prices', 'plan', wrong]);
    assert.equal(exit, 2);
    assert.match(
      out,
      /campaign wrong is refused as a whole[\s\S]*7101: prices\.USA: 7\.48[\s\S]*7102: prices\.USA/,
    );
  });

  it('apply waits for the approval, approve lets all begin, status shows the whole and its products', async () => {
    const applied = await operator.run(['prices', 'apply', sale, '--yes']);
    assert.equal(applied.exit, 1, applied.out);
    assert.match(applied.out, /winter-sale waits for one approval: 0 of 2 products applied/);
    const shown = await operator.run(['prices', 'status', 'winter-sale', '--json']);
    const [{ planSha256 }] = JSON.parse(shown.out);
    const name = ['--team', 'acme', 'winter-sale'];
    const approved = await operator.run([
      'prices',
      'approve',
      ...name,
      '--plan',
      planSha256,
      '--by',
      'ceo',
      '--yes',
    ]);
    assert.equal(approved.exit, 0, approved.out);
    assert.match(approved.out, /winter-sale is applied: 2 of 2 products applied/);
    assert.deepEqual([priceOf('7101'), priceOf('7102')], ['7.49', '7.49']);
    const { exit, out } = await operator.run(['prices', 'status', 'winter-sale']);
    assert.equal(exit, 0);
    assert.match(out, /winter-sale is applied[\s\S]*Subscription/);
    const [whole] = JSON.parse((await operator.run(['prices', 'status', 'winter-sale', '--json'])).out);
    assert.deepEqual(
      whole.changes.map(({ changeId, state }: { changeId: string; state: string }) => `${changeId} ${state}`),
      ['winter-sale/subscription-7101 applied', 'winter-sale/subscription-7102 applied'],
    );
    assert.match((await operator.run(['prices', 'status'])).out, /winter-sale[\s\S]*2 of 2 products applied/);
    const again = await operator.run(['prices', 'apply', sale, '--yes', '--no-wait']);
    assert.match(again.out, /duplicate of campaign winter-sale, which is applied/);
  });

  it('rollback takes the whole back by a new campaign, which is withdrawn by name', async () => {
    const { out } = await operator.run([
      ...['prices', 'rollback', '--team', 'acme', 'winter-sale', '--by', 'cfo'],
      ...['--preserve-current-price', '--yes'],
    ]);
    assert.match(out, /rollback-of\/winter-sale waits for one approval/);
    const withdrawn = await operator.run([
      ...['prices', 'withdraw', '--team', 'acme', 'rollback-of/winter-sale', '--by', 'cfo', '--yes'],
    ]);
    assert.match(withdrawn.out, /campaign rollback-of\/winter-sale is withdrawn/);
  });
});
