import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stateOf, TOMORROW } from '../fake-price-list.ts';
import { entry, planFor, problemsFor } from './make-plan.ts';

const live = () => stateOf({ present: { USA: '9.99', FRA: '10.99' }, earliest: TOMORROW });

describe('The currency of a price', () => {
  it('that a request names must be the one in which Apple sells', async () => {
    assert.deepEqual(await problemsFor(live(), { prices: { FRA: '5.99' }, currencies: { FRA: 'FRF' } }), [
      'currencies.FRA: the price is in FRF, but Apple sells in FRA in EUR now; the amount is not applied. Ask for a price in EUR',
    ]);
    const plan = await planFor(live(), { prices: { FRA: '5.99' }, currencies: { FRA: 'EUR' } });
    assert.equal(entry(plan, 'FRA').currency, 'EUR');
  });

  it('is in the plan of first prices too', async () => {
    const plan = await planFor(stateOf({}), { prices: { JPN: '1500' }, currencies: { JPN: 'JPY' } });
    assert.equal(entry(plan, 'JPN').currency, 'JPY');
  });
});

describe('First prices', () => {
  it('in a few territories are planned with the warning that Apple keeps the subscription incomplete', async () => {
    const plan = await planFor(stateOf({}), { prices: { USA: '9.99', FRA: '10.99' } });
    assert.deepEqual(plan.warnings, [
      '4 of 6 territories stay without a price (GBR, JPN, IND, CHN): Apple keeps the subscription incomplete ("Missing Metadata") until every territory where it is sold has one; equalizeFrom prices all of them at once',
    ]);
  });

  it('everywhere carry none', async () => {
    const plan = await planFor(stateOf({}), { equalizeFrom: { territory: 'USA', price: '9.99' } });
    assert.equal(plan.warnings, undefined);
  });
});
