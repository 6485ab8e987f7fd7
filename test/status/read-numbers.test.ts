import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { NumbersLake } from '../../functions/numbers/answer.ts';
import type { StatusNumbers } from '../../functions/status/model/numbers.ts';
import { readNumbers } from '../../functions/status/read/read-numbers.ts';
import { smallLake } from '../numbers/numbers-lake.ts';

const EFFECT = {
  team: 'acme',
  change_id: 'autumn',
  product_kind: 'subscription',
  product_id: '202',
  change_day: '2026-10-01',
  look_days: 28,
  measured_on: '2026-11-02',
  measure: 'units',
  outcome: 'fell',
  words: 'Fewer were sold.',
};

/** The small lake, with one look at a price change. */
async function lakeWithEffect(): Promise<NumbersLake> {
  const lake = await smallLake();
  return {
    ...lake,
    ask: (sql) => (sql.includes('FROM price_effects') ? Promise.resolve([EFFECT]) : lake.ask(sql)),
  };
}

describe('The numbers of the status page', () => {
  let numbers: StatusNumbers;
  before(async () => {
    numbers = await readNumbers(await lakeWithEffect(), []);
  });

  it('are of the newest day, of the same weekday before, of its month and of eight weeks', () => {
    const { day, weekday, month, trend } = numbers;
    assert.deepEqual(
      [day, weekday, month, trend].map((answer) => answer?.period),
      [
        { from: '2026-11-20', to: '2026-11-20' },
        { from: '2026-11-13', to: '2026-11-13' },
        { from: '2026-11-01', to: '2026-11-20' },
        { from: '2026-09-26', to: '2026-11-20' },
      ],
    );
    // 3·7 + 2·7.5
    assert.equal(day?.rows.find(({ currency }) => currency === 'USD')?.value, '36.00');
  });

  it('are subscriptions and what they bring, and what sells where', () => {
    const { subscriptions, mrr, apps, products, countries } = numbers;
    assert.ok(subscriptions?.rows.some(({ name }) => name === 'Pro, monthly'));
    assert.ok(mrr?.rows.some(({ currency }) => currency === 'EUR'));
    assert.ok(apps?.rows.some(({ name }) => name === 'Tide'));
    assert.ok(products?.rows.some(({ name }) => name === 'Coins'));
    assert.ok(countries?.rows.some(({ name }) => name === 'Germany'));
  });

  it('are the latest effects of price changes', () =>
    assert.deepEqual(
      numbers.effects?.map(({ changeId, lookDays, measures }) => [changeId, lookDays, measures[0]?.outcome]),
      [['autumn', 28, 'fell']],
    ));
});
