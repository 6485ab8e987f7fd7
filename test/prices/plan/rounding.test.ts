import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { roundToPoint } from '../../../functions/prices/plan/targets/rounding.ts';
import { compareDecimals, distanceOf } from '../../../functions/prices/request/decimal.ts';
import { point } from '../memory.ts';

const offered = ['0.99', '1.49', '1.99', '2.0', '2.49', '5.0'].map((price) => point('USA', price));
const round = (ideal: string, rounding: 'nearest' | 'down' | 'up', endings: string[] = []) =>
  roundToPoint(ideal, offered, rounding, endings)?.customerPrice;

describe('An ideal amount is brought to a price point', () => {
  it('to the nearest, of two as near the cheaper', () => {
    assert.equal(round('1.70', 'nearest'), '1.49');
    assert.equal(round('1.74', 'nearest'), '1.49');
    assert.equal(round('1.75', 'nearest'), '1.99');
    assert.equal(round('1.995', 'nearest'), '1.99');
  });

  it('down or up, and nowhere where no point lies', () => {
    assert.equal(round('1.98', 'down'), '1.49');
    assert.equal(round('1.50', 'up'), '1.99');
    assert.equal(round('1.99', 'down'), '1.99');
    assert.equal(round('1.99', 'up'), '1.99');
    assert.equal(round('0.98', 'down'), undefined);
    assert.equal(round('5.01', 'up'), undefined);
  });

  it('to a pretty one that lies within a tenth, else to the closest', () => {
    assert.equal(round('2.10', 'nearest', ['.99']), '1.99');
    assert.equal(round('2.30', 'nearest', ['.99']), '2.49');
    assert.equal(round('4.80', 'nearest', ['.99', '.49']), '5.0');
  });

  it('knows an ending by the amount, not by how Apple writes it', () => {
    const rounds = ['95.0', '99.0', '100.0', '105.5'].map((price) => point('IND', price));
    assert.equal(roundToPoint('97', rounds, 'nearest', ['9'])?.customerPrice, '99.0');
    assert.equal(roundToPoint('99.9', rounds, 'nearest', ['.50'])?.customerPrice, '105.5');
    assert.equal(
      roundToPoint('97', [point('USA', '96.5'), point('USA', '98.0')], 'nearest', ['.00'])?.customerPrice,
      '98.0',
    );
  });

  it('never to a point on the wrong side, and without endings always to the closest', () => {
    const cents = fc.integer({ min: 1, max: 600 }).map((units) => (units / 100).toFixed(2));
    fc.assert(
      fc.property(cents, fc.constantFrom('nearest', 'down', 'up'), (ideal, rounding) => {
        const found = roundToPoint(ideal, offered, rounding, []);
        if (found === undefined) return;
        const order = compareDecimals(found.customerPrice, ideal);
        assert.ok(rounding !== 'down' || order <= 0);
        assert.ok(rounding !== 'up' || order >= 0);
        for (const other of offered) {
          const side = compareDecimals(other.customerPrice, ideal);
          if ((rounding === 'down' && side > 0) || (rounding === 'up' && side < 0)) continue;
          assert.ok(
            compareDecimals(distanceOf(ideal, found.customerPrice), distanceOf(ideal, other.customerPrice)) <=
              0,
          );
        }
      }),
    );
  });
});
