import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PriceState } from '../../../functions/prices/plan/price-state.ts';
import { resolveTargets } from '../../../functions/prices/plan/targets/targets.ts';
import { parsePriceRequest } from '../../../functions/prices/request/price-request.ts';
import { fakePriceList, LADDER, stateOf } from '../fake-price-list.ts';

const everywhere = stateOf({
  present: Object.fromEntries(Object.entries(LADDER).map(([name, { prices }]) => [name, prices[5] ?? ''])),
});

async function targetsOf(wish: Record<string, unknown>, state: PriceState = everywhere) {
  const parsed = parsePriceRequest({
    idempotencyKey: 'k',
    team: 'acme',
    product: { kind: 'subscription', id: '1' },
    requestedBy: 'cfo@acme.example',
    ...wish,
  });
  if (parsed.kind === 'rejected') throw new Error(JSON.stringify(parsed.problems));
  const priceList = fakePriceList(state);
  const { points, problems } = await resolveTargets(priceList, state, parsed.value);
  return {
    prices: Object.fromEntries([...points].map(([name, { customerPrice }]) => [name, customerPrice])),
    problems: problems.map(({ path, message }) => `${path}: ${message}`),
    reads: priceList.reads,
  };
}

describe('Explicit prices', () => {
  it('that are in use already need no read', async () => {
    const scheduled = stateOf({ present: { USA: '9.99' }, scheduled: { USA: { '2026-12-01': '14.99' } } });
    const { prices, reads } = await targetsOf({ prices: { USA: '14.99' } }, scheduled);
    assert.deepEqual([prices, reads], [{ USA: '14.99' }, []]);
  });

  it('are looked up in one read', async () => {
    const { prices, reads, problems } = await targetsOf({
      prices: { USA: '9.99', FRA: '11.990', IND: '1999' },
    });
    assert.deepEqual(prices, { USA: '9.99', FRA: '11.99', IND: '1999.0' });
    assert.deepEqual([reads, problems], [['points USA,FRA,IND'], []]);
  });

  it('of a new product also need the list of territories', async () => {
    const { reads } = await targetsOf({ prices: { USA: '9.99', FRA: '10.99' } }, stateOf({}));
    assert.deepEqual(reads, ['territories', 'points USA,FRA']);
  });

  it('are refused in a territory that Apple does not have, with the nearest', async () => {
    const { problems, reads } = await targetsOf({ prices: { FRX: '9.99', USA: '9.99' } });
    assert.deepEqual(reads, ['territories', 'points USA']);
    assert.match(problems[0] ?? '', /^prices\.FRX: is not one of Apple's 6 territories; nearest: FRA/);
  });

  it('are refused between two price points, which are named', async () => {
    const { problems } = await targetsOf({ prices: { USA: '12.00', FRA: '1.00', GBR: '100' } });
    assert.deepEqual(problems, [
      "prices.USA: 12.00 is not one of Apple's prices in USA: the nearest are 10.99 and 14.99",
      "prices.FRA: 1.00 is not one of Apple's prices in FRA: the nearest is 5.99",
      "prices.GBR: 100 is not one of Apple's prices in GBR: the nearest is 44.99",
    ]);
  });

  it('are refused with decimals that the currency does not have', async () => {
    const { problems } = await targetsOf({ prices: { JPN: '1500.50', USA: '9.999' } });
    assert.deepEqual(problems, [
      "prices.JPN: 1500.50 is not one of Apple's prices in JPN: prices in JPN have no decimals; the nearest are 1500 and 1600",
      "prices.USA: 9.999 is not one of Apple's prices in USA: prices in USA have 2 decimals; the nearest are 9.99 and 10.99",
    ]);
  });
});

describe('Prices equalized from a base', () => {
  const equalizeFrom = { territory: 'USA', price: '10.99' };

  it('are Apple’s own everywhere, in two reads', async () => {
    const { prices, reads } = await targetsOf({ equalizeFrom });
    assert.deepEqual(prices, {
      FRA: '11.99',
      GBR: '9.99',
      JPN: '1600',
      IND: '1099.0',
      CHN: '78.0',
      USA: '10.99',
    });
    assert.deepEqual(reads, ['points USA', 'equal USA-10.99']);
  });

  it('leave out what is excepted and take what is overridden', async () => {
    const { prices, reads } = await targetsOf({
      equalizeFrom: { ...equalizeFrom, except: ['CHN', 'GBR'], overrides: { IND: '999.00' } },
    });
    assert.deepEqual(prices, { FRA: '11.99', JPN: '1600', IND: '999.0', USA: '10.99' });
    assert.deepEqual(reads, ['points USA', 'equal USA-10.99', 'points IND']);
  });

  it('are refused whole where base, exception and override are wrong, each with its place', async () => {
    const { problems } = await targetsOf({
      equalizeFrom: { territory: 'USA', price: '11.00', except: ['CHM'], overrides: { IND: '998' } },
    });
    assert.deepEqual(problems, [
      "equalizeFrom.price: 11.00 is not one of Apple's prices in USA: the nearest are 10.99 and 14.99",
      "equalizeFrom.overrides.IND: 998 is not one of Apple's prices in IND: the nearest are 399.0 and 999.0",
      "equalizeFrom.except.0: is not one of Apple's 6 territories; nearest: CHN",
    ]);
  });

  it('are refused for a base that Apple does not have', async () => {
    const { problems } = await targetsOf({ equalizeFrom: { territory: 'USX', price: '10.99' } });
    assert.match(
      problems.join(),
      /^equalizeFrom\.territory: is not one of Apple's 6 territories; nearest: USA/,
    );
  });
});

describe('Prices by an index', () => {
  const index = { territory: 'USA', price: '10.99', factors: { IND: 0.35, JPN: 0.9 } };

  it('are the equal price times the factor, at the nearest point; all others are equal', async () => {
    const { prices, reads } = await targetsOf({ index });
    // IND: 1099 × 0.35 = 384.65; JPN: 1600 × 0.9 = 1440
    assert.deepEqual(prices, {
      FRA: '11.99',
      GBR: '9.99',
      JPN: '1500',
      IND: '399.0',
      CHN: '78.0',
      USA: '10.99',
    });
    assert.deepEqual(reads, ['points USA', 'equal USA-10.99', 'points IND,JPN']);
  });

  it('are rounded down or up, and refused where no point lies', async () => {
    const down = await targetsOf({ index: { ...index, rounding: 'down' } });
    assert.equal(down.prices['JPN'], '800');
    assert.deepEqual(down.problems, ['index.factors.IND: no price point of IND lies below 384.65']);
    const up = await targetsOf({ index: { ...index, rounding: 'up' } });
    assert.deepEqual([up.prices['JPN'], up.prices['IND']], ['1500', '399.0']);
  });

  it('take a pretty ending close by', async () => {
    const ideal = { ...index, factors: { FRA: 0.95 } };
    // 11.99 × 0.95 = 11.3905: 10.99 and 11.99 are within a tenth, 10.99 is the closer.
    assert.equal((await targetsOf({ index: { ...ideal, endings: ['.99'] } })).prices['FRA'], '10.99');
    const rupees = { ...index, factors: { IND: 1.1 }, endings: ['299'] };
    assert.equal((await targetsOf({ index: rupees })).prices['IND'], '1299.0');
  });

  it('are refused for an unknown territory, also beside a base that is wrong', async () => {
    const factors = { INX: 0.3 };
    assert.match(
      (await targetsOf({ index: { ...index, factors } })).problems.join(),
      /^index\.factors\.INX: is not one of Apple's 6 territories; nearest: IND/,
    );
    const both = await targetsOf({ index: { ...index, price: '11', factors } });
    assert.deepEqual(
      both.problems.map((problem) => problem.slice(0, problem.indexOf(':'))),
      ['index.price', 'index.factors.INX'],
    );
  });
});
