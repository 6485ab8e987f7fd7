import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { percentTargets } from '../../../functions/prices/plan/targets/percent-targets.ts';
import { type Percent, percentSchema } from '../../../functions/prices/request/percent.ts';
import { fakePriceList, stateOf } from '../fake-price-list.ts';

const percent = (json: unknown): Percent => percentSchema.parse(json);
const targets = async (state: ReturnType<typeof stateOf>, json: unknown) => {
  const { points, problems } = await percentTargets(fakePriceList(state), state, percent(json));
  return {
    prices: Object.fromEntries([...points].map(([name, { customerPrice }]) => [name, customerPrice])),
    problems: problems.map(({ message }) => message),
  };
};

describe('Prices by a percentage', () => {
  const state = stateOf({ present: { USA: '19.99', FRA: '21.99', JPN: '3000' } });

  it('count from the present price of each territory, to the nearest price point', async () => {
    assert.deepEqual(await targets(state, -50), {
      prices: { USA: '9.99', FRA: '10.99', JPN: '1500' },
      problems: [],
    });
  });

  it('may be rounded down or up, and leave territories out', async () => {
    assert.deepEqual((await targets(state, { by: -40, rounding: 'down', except: ['JPN'] })).prices, {
      USA: '10.99',
      FRA: '11.99',
    });
    assert.deepEqual((await targets(state, { by: -40, rounding: 'up', territories: ['USA'] })).prices, {
      USA: '14.99',
    });
  });

  it('leave to the base territory what follows it, unless it is named', async () => {
    const purchase = stateOf({
      present: { USA: '9.99', FRA: '10.99' },
      automatic: ['FRA'],
      baseTerritory: 'USA',
    });
    assert.deepEqual((await targets(purchase, -50)).prices, { USA: '4.99' });
    assert.deepEqual((await targets(purchase, { by: -50, territories: ['FRA'] })).prices, { FRA: '5.99' });
  });

  it('are refused where there is no price that they could move', async () => {
    assert.deepEqual((await targets(stateOf({}), -20)).problems, [
      'the product has no price that a percentage could move',
    ]);
    assert.match(
      (await targets(state, { by: -20, territories: ['GBR'] })).problems[0] ?? '',
      /GBR has no price/,
    );
    assert.match((await targets(state, { by: 900, rounding: 'up' })).problems[0] ?? '', /lies above/);
  });

  it('must be a number that says something', () => {
    for (const by of [0, -100, 1000, 1.234, '-20'])
      assert.ok(!percentSchema.safeParse(by).success, String(by));
  });
});
