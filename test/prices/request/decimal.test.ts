import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  canonicalDecimal,
  compareDecimals,
  decimalsNeeded,
  distanceOf,
  fallsByMoreThan,
  isAmount,
  multiplyDecimals,
  percentChange,
  risesByMoreThan,
} from '../../../functions/prices/request/decimal.ts';

/** A number as whole units of 10^-6, and some text of it. */
const amounts = fc.record({ units: fc.bigInt(0n, 10n ** 18n), scale: fc.nat(6) }).map(({ units, scale }) => {
  const digits = units.toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const text = scale === 0 ? whole : `${whole}.${digits.slice(digits.length - scale)}`;
  return { text, millionths: units * 10n ** BigInt(6 - scale) };
});

const sign = (value: bigint): number => (value < 0n ? -1 : value > 0n ? 1 : 0);
/** Text of whole units of 10^-scale. */
const textOf = (units: bigint, scale: number): string => {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
};

describe('Decimal text, against whole numbers', () => {
  it('is compared as numbers', () => {
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        assert.equal(compareDecimals(a.text, b.text), sign(a.millionths - b.millionths));
      }),
    );
  });

  it('has one shortest text, equal in value, without trailing zeros', () => {
    fc.assert(
      fc.property(amounts, ({ text }) => {
        const short = canonicalDecimal(text);
        assert.equal(compareDecimals(short, text), 0);
        assert.doesNotMatch(short, /\.\d*0$|\.$|^0\d/);
        assert.equal(canonicalDecimal(short), short);
        assert.equal(decimalsNeeded(text), short.split('.')[1]?.length ?? 0);
      }),
    );
  });

  it('is multiplied and subtracted exactly', () => {
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        const product = textOf(a.millionths * b.millionths, 12);
        assert.equal(compareDecimals(multiplyDecimals(a.text, b.text), product), 0);
        const gap = a.millionths - b.millionths;
        assert.equal(compareDecimals(distanceOf(a.text, b.text), textOf(gap < 0n ? -gap : gap, 6)), 0);
      }),
    );
  });

  it('changes by a percentage that is off by less than a twentieth', () => {
    fc.assert(
      fc.property(amounts, amounts, (from, to) => {
        fc.pre(from.millionths > 0n);
        const tenths = BigInt(
          (percentChange(from.text, to.text) ?? '').replace(
            /^(-?\d+)(?:\.(\d))?$/,
            (_, whole, part) => `${whole}${part ?? 0}`,
          ),
        );
        const exact = (to.millionths - from.millionths) * 1000n;
        const error = tenths * from.millionths - exact;
        assert.ok((error < 0n ? -error : error) * 2n <= from.millionths);
      }),
    );
  });

  it('is held against a limit exactly, however small the excess', () => {
    fc.assert(
      fc.property(amounts, amounts, fc.integer({ min: 0, max: 100_000 }), (from, to, hundredths) => {
        const rise = (to.millionths - from.millionths) * 10_000n;
        const limit = from.millionths * BigInt(hundredths);
        assert.equal(risesByMoreThan(from.text, to.text, hundredths / 100), rise > limit);
        assert.equal(fallsByMoreThan(from.text, to.text, hundredths / 100), -rise > limit);
      }),
    );
  });
});

describe('Decimal text, by example', () => {
  it('rounds a percentage half away from zero, to one decimal', () => {
    assert.equal(percentChange('49.99', '44.99'), '-10');
    assert.equal(percentChange('8', '8.01'), '0.1');
    assert.equal(percentChange('1000', '1000.5'), '0.1');
    assert.equal(percentChange('1000', '999.5'), '-0.1');
    assert.equal(percentChange('9.99', '9.990'), '0');
  });

  it('has no percentage from zero, and every rise from zero is more than any limit', () => {
    assert.equal(percentChange('0', '0.99'), undefined);
    assert.equal(risesByMoreThan('0', '0.99', 1000), true);
    assert.equal(risesByMoreThan('0', '0', 0), false);
  });

  it('takes exactly the limit', () => {
    assert.equal(risesByMoreThan('100', '130', 30), false);
    assert.equal(risesByMoreThan('100', '130.000001', 30), true);
    assert.equal(fallsByMoreThan('100', '40', 60), false);
    assert.equal(risesByMoreThan('100', '100.1', 1e-7), true);
  });

  it('is refused where it is no plain decimal number', () => {
    for (const text of [
      '',
      '-1',
      '+1',
      '1,99',
      '1.',
      '.99',
      '1e3',
      ' 1',
      '١',
      '1.1234567',
      '1234567890123456',
    ])
      assert.equal(isAmount(text), false, text);
    for (const text of ['0', '0.99', '49.990', '999999999999999.999999'])
      assert.equal(isAmount(text), true, text);
    assert.throws(() => compareDecimals('1', 'one'), RangeError);
  });
});
