import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SubscriptionOffer } from '../../../functions/app-store-connect/resources/subscription-offers.ts';
import { offerNotes, plannedOffers } from '../../../functions/prices/consent/offers.ts';

const offer = (
  mode: string,
  duration: string,
  prices: Record<string, string | undefined>,
  more: Partial<SubscriptionOffer> = {},
): SubscriptionOffer => ({
  kind: 'introductory',
  id: `${mode} ${duration} ${Object.keys(prices).join(' ')}`,
  name: undefined,
  mode,
  duration,
  periods: 1,
  startDate: undefined,
  endDate: undefined,
  plan: undefined,
  prices: Object.entries(prices).map(([territory, customerPrice]) => ({
    territory,
    point:
      customerPrice === undefined
        ? undefined
        : { id: territory, territory, customerPrice, proceeds: undefined },
  })),
  ...more,
});
const cheaper = { territory: 'USA', from: '9.99', to: '4.99' };
const planned = (offers: SubscriptionOffer[], period = 'ONE_MONTH', moving = [cheaper]) =>
  plannedOffers(offers, moving, period, '2026-12-01');
const notBelow = (mode: string, duration: string, price: string, period?: string) =>
  planned([offer(mode, duration, { USA: price })], period)[0]?.notBelow;

describe('Offers beside a price that moves', () => {
  it('are warned of where one is not below the new price any more', () => {
    assert.deepEqual(notBelow('PAY_AS_YOU_GO', 'ONE_MONTH', '4.99'), [
      { territory: 'USA', offer: '4.99', price: '4.99', wasBelow: true },
    ]);
    assert.deepEqual(notBelow('PAY_AS_YOU_GO', 'ONE_MONTH', '3.99'), []);
    assert.equal(notBelow('PAY_AS_YOU_GO', 'ONE_MONTH', '9.99')?.[0]?.wasBelow, false);
  });

  it('are compared for the same time', () => {
    assert.deepEqual(notBelow('PAY_UP_FRONT', 'THREE_MONTHS', '14.96'), []);
    assert.equal(notBelow('PAY_UP_FRONT', 'THREE_MONTHS', '14.97')?.length, 1);
    // A month for 0.49 of a year that costs 4.99 is dearer than the year.
    assert.equal(notBelow('PAY_UP_FRONT', 'ONE_MONTH', '0.49', 'ONE_YEAR')?.length, 1);
  });

  it('that cost nothing are always below', () => {
    assert.deepEqual(planned([offer('FREE_TRIAL', 'ONE_WEEK', { USA: undefined })])[0]?.notBelow, []);
  });

  it('of the same terms are one; those that are over, or elsewhere, are left out', () => {
    const moving = ['USA', 'FRA'].map((territory) => ({ ...cheaper, territory }));
    const found = planned(
      [
        offer('FREE_TRIAL', 'ONE_WEEK', { USA: undefined }),
        offer('FREE_TRIAL', 'ONE_WEEK', { FRA: undefined }),
        offer('FREE_TRIAL', 'ONE_WEEK', { JPN: undefined }),
        offer('FREE_TRIAL', 'ONE_MONTH', { USA: undefined }, { endDate: '2026-11-30' }),
        offer('PAY_UP_FRONT', 'ONE_MONTH', { JPN: '1.00' }, { kind: 'promotional', id: 'p' }),
      ],
      'ONE_MONTH',
      moving,
    );
    assert.deepEqual(
      found.map(({ mode, territories }) => [mode, territories]),
      [['FREE_TRIAL', ['USA', 'FRA']]],
    );
  });

  it('whose prices were not read are named without territories', () => {
    const [found] = planned([
      { ...offer('FREE_TRIAL', 'ONE_WEEK', {}, { kind: 'winBack' }), prices: undefined },
    ]);
    assert.deepEqual([found?.territories, found?.notBelow], [null, []]);
  });

  it('are told in sentences', () => {
    const notes = offerNotes(
      planned([
        offer('PAY_AS_YOU_GO', 'ONE_MONTH', { USA: '4.99' }, { periods: 3, endDate: '2027-01-31' }),
        offer('FREE_TRIAL', 'ONE_WEEK', { USA: undefined }, { kind: 'promotional', name: 'Back', id: 'p' }),
      ]),
    );
    assert.deepEqual(notes, [
      'Offers do not move with the price: introductory offer (pay as you go, one month × 3, until 2027-01-31), promotional offer "Back" (free trial, one week).',
      'Warning: the introductory offer (pay as you go, one month × 3, until 2027-01-31) is not below the new price any more in USA (USA: offer 4.99, price 4.99); change or end it.',
    ]);
  });
});
