import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Consent, consentOf, type Increase } from '../../../functions/prices/consent/consent.ts';
import { consentSentence } from '../../../functions/prices/consent/consent-words.ts';

const increase = (change: Partial<Increase> = {}): Consent =>
  consentOf({
    territory: 'USA',
    currency: 'USD',
    from: '9.99',
    to: '10.99',
    period: 'ONE_MONTH',
    startDate: '2026-12-01',
    preserve: false,
    lastIncrease: undefined,
    ...change,
  });

describe('Present subscribers, where a price goes up', () => {
  it('keep their price where the request says so', () => {
    assert.deepEqual(increase({ preserve: true, to: '99.99', territory: 'DEU' }), {
      outcome: 'kept',
      reasons: ['present subscribers keep their price'],
      firstNotice: null,
    });
  });

  it('are informed of an increase of up to 50 %, so many days before their renewal', () => {
    const notices = ['ONE_WEEK', 'ONE_MONTH', 'SIX_MONTHS', 'ONE_YEAR', undefined].map(
      (period) => increase({ period }).firstNotice,
    );
    assert.equal(increase({ from: '10', to: '15' }).outcome, 'informed');
    assert.deepEqual(notices, ['2026-11-24', '2026-11-04', '2026-10-02', '2026-10-02', '2026-10-02']);
  });

  it('must agree to every increase in storefronts that ask for it, by the start date', () => {
    const germany = { territory: 'DEU', currency: 'EUR' };
    assert.equal(increase(germany).outcome, 'mustAgree');
    assert.equal(increase({ ...germany, startDate: '2025-08-04' }).outcome, 'mustAgree');
    assert.equal(increase({ ...germany, startDate: '2025-08-03' }).outcome, 'informed');
  });

  it('may have to where only a report says that the storefront asks', () => {
    const chile = increase({ territory: 'CHL', currency: 'CLP' });
    assert.deepEqual(
      [chile.outcome, chile.reasons[0]],
      ['mayHaveToAgree', 'CHL may ask for consent to every increase (a press report of May 2022)'],
    );
  });

  it('must agree above 50 % and above the storefront’s amount, both', () => {
    const australia = { territory: 'AUS', currency: 'AUD' };
    assert.equal(increase({ ...australia, from: '9.99', to: '18.00' }).outcome, 'mustAgree');
    assert.equal(increase({ ...australia, from: '9.99', to: '17.99' }).outcome, 'informed');
    const annual = { ...australia, period: 'ONE_YEAR', from: '99' };
    assert.equal(increase({ ...annual, to: '179' }).outcome, 'informed');
    assert.equal(increase({ ...annual, to: '179.01' }).outcome, 'mustAgree');
    assert.equal(increase({ ...annual, to: '148' }).outcome, 'informed');
  });

  it('may have to above 50 % where Apple’s amount is not known, or is in a currency of the past', () => {
    assert.equal(increase({ to: '19.99' }).outcome, 'mayHaveToAgree');
    assert.equal(increase({ territory: 'BRA', currency: 'USD', to: '19.99' }).outcome, 'mayHaveToAgree');
  });

  it('must agree to a second increase within twelve months', () => {
    const second = increase({ lastIncrease: '2025-12-02' });
    assert.deepEqual([second.outcome, second.reasons.length], ['mustAgree', 1]);
    assert.match(second.reasons[0] ?? '', /raised here on 2025-12-02 already.*the next from 2026-12-02 on/);
    assert.equal(increase({ lastIncrease: '2025-12-01' }).outcome, 'informed');
  });

  it('hear the decisive reason first', () => {
    const both = increase({ to: '19.99', lastIncrease: '2026-05-01' });
    assert.deepEqual([both.outcome, both.reasons.length], ['mustAgree', 2]);
    assert.match(both.reasons[0] ?? '', /raised here on 2026-05-01/);
  });
});

describe('A sentence about them', () => {
  it('counts territories and money, and adds no currencies', () => {
    const of = (outcome: Consent['outcome'], subscribers: string, proceeds: string, currency: string) => ({
      outcome,
      reasons: [],
      firstNotice: outcome === 'kept' ? null : '2026-10-02',
      stake: { subscribers, proceeds, currency },
    });
    assert.equal(
      consentSentence({
        consent: {
          DEU: of('mustAgree', '1000', '30790.5', 'EUR'),
          AUT: of('mustAgree', '234', '7000', 'EUR'),
          POL: of('mustAgree', '10', '1000', 'PLN'),
          USA: of('informed', '1234567', '1', 'USD'),
        },
        stakesOn: '2026-11-23',
        notes: [],
      }),
      "Present subscribers: must agree in 3 territories (DEU, AUT, POL; 1,244 subscribers, proceeds 37,790.5 EUR, 1,000 PLN per period), are informed in 1 territory (USA; 1,234,567 subscribers, proceeds 1 USD per period). Apple's first messages go out from 2026-10-02 on, or at once where that has passed; who renews too soon for them renews once more at the old price. Subscribers as of 2026-11-23.",
    );
  });
});
