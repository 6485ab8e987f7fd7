import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DAY, openShop } from './price-shop.ts';

const UNTIL = '2026-12-10';

/** A subscription's temporary price in two territories that has started. */
async function started() {
  const shop = await openShop();
  const prices = { FRA: '7.99', USA: '7.99' };
  const record = await shop.change('sale', { prices, until: UNTIL, preserveCurrentPrice: true });
  assert.equal(record.state, 'applied', JSON.stringify(record.problems));
  shop.clock.advance(2 * DAY);
  const attempt = (number: number) => `until-${UNTIL}.${number}/sale`;
  return { ...shop, attempt };
}

describe('The way back of a temporary price where Apple has withdrawn the price of before in a territory', () => {
  it('is refused with what Apple offers; then all other territories go back, and that one is left', async (t) => {
    const { apple, attempt, sweep, workToEnd, record, priceOn } = await started();
    t.after(apple.prices.withdrawPrice('FRA', '9.99'));
    await sweep();
    const refused = await workToEnd(attempt(1));
    assert.equal(refused.state, 'rejected');
    assert.deepEqual(
      refused.problems.map(({ path }) => path),
      ['prices.FRA'],
    );
    await sweep();
    const back = await workToEnd(attempt(2));
    assert.equal(back.state, 'applied', JSON.stringify(back.problems));
    assert.deepEqual(Object.keys(back.request.prices ?? {}), ['USA']);
    await sweep();
    assert.match(
      record('sale').wayBack?.outcome ?? '',
      /has set the prices of before from 2026-12-10 on; FRA keeps the temporary price/,
    );
    assert.deepEqual([priceOn(UNTIL, 'USA'), priceOn(UNTIL, 'FRA')], ['9.99', '7.99']);
  });
});
