import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChangeRecord } from '../../../../functions/prices/store/change-record.ts';
import { DAY, openShop, WELL } from './price-shop.ts';

/** An Apple that takes no second scheduled price. */
async function shop() {
  const opened = await openShop();
  opened.apple.behaviour.secondScheduledPrice = 'refused';
  opened.apple.behaviour.earlyStartDate = 'relationship';
  return opened;
}

const LATER = { prices: { USA: '7.99' }, startDate: '2026-12-07' };
const problemsOf = ({ problems }: ChangeRecord) => problems.map(({ path, message }) => `${path}: ${message}`);

describe('A new price for which a scheduled one was removed', () => {
  it('is sent on the day that Apple names, where days go by between the removal and the new price', async () => {
    const { clock, writes, hooks, priceOn, change } = await shop();
    await change('later', LATER);
    writes.length = 0;
    hooks.onWrite = (method) => (method === 'DELETE' ? clock.advance(3 * DAY) : undefined);
    const record = await change('sooner', { prices: { USA: '4.99' } });
    assert.equal(record.state, 'applied', JSON.stringify(record.problems));
    assert.deepEqual(writes, ['POST 409', 'DELETE 204', 'POST 409', 'POST 201']);
    assert.equal(priceOn('2026-11-28'), '4.99');
    assert.equal(priceOn('2026-12-08'), '4.99');
  });

  it('is told as failed, with what was removed, where Apple refuses it for good', async () => {
    const { apple, writes, hooks, priceOn, change } = await shop();
    await change('later', LATER);
    writes.length = 0;
    // The refusal names a day that lies too far ahead.
    hooks.onWrite = (method) => {
      if (method === 'DELETE') apple.behaviour.subscriptionLeadDays = 30;
    };
    const record = await change('sooner', { prices: { USA: '4.99' } });
    assert.equal(record.state, 'failed');
    assert.equal(record.outcome, 'failed: no price of this change took effect');
    assert.match(
      problemsOf(record).at(-1) ?? '',
      /^USA: removed to make room: 7\.99 from 2026-12-07; the new price was not set/,
    );
    assert.equal(priceOn('2026-12-08'), '9.99');
  });

  it('is not preceded by a second removal, where Apple carries out the acknowledged one late', async () => {
    const { clock, fates, writes, hooks, change } = await shop();
    await change('later', LATER);
    writes.length = 0;
    fates.push(WELL, { kind: 'late', millis: 4 * DAY });
    hooks.onWrite = (method) => (method === 'DELETE' ? clock.advance(3 * DAY) : undefined);
    const record = await change('sooner', { prices: { USA: '4.99' } });
    assert.deepEqual(
      writes.filter((write) => write.startsWith('DELETE')),
      ['DELETE 204'],
    );
    assert.equal(record.state, 'failed');
    assert.match(problemsOf(record).join('\n'), /removed to make room/);
  });
});

describe('A new introductory offer for which another one was removed', () => {
  const trial = (duration: string) => ({
    introductoryOffer: { mode: 'FREE_TRIAL', duration, territories: ['USA'] },
  });
  const ofAPerson = {
    data: {
      type: 'subscriptionIntroductoryOffers',
      attributes: { offerMode: 'FREE_TRIAL', duration: 'THREE_DAYS', numberOfPeriods: 1 },
      relationships: {
        subscription: { data: { type: 'subscriptions', id: '1' } },
        territory: { data: { type: 'territories', id: 'USA' } },
      },
    },
  };

  it('is made all the same, where a person has made a third one in between and the answer was lost', async () => {
    const { apple, fates, writes, hooks, change } = await shop();
    assert.equal((await change('week', trial('ONE_WEEK'))).state, 'applied');
    writes.length = 0;
    fates.push(WELL, WELL, { kind: 'lost before' });
    let isDone = false;
    hooks.onWrite = async (method) => {
      if (method !== 'DELETE' || isDone) return;
      isDone = true;
      const url = 'https://apple.example/v1/subscriptionIntroductoryOffers';
      const { status } = await apple.fetch(url, { method: 'POST', body: JSON.stringify(ofAPerson) });
      assert.equal(status, 201);
    };
    const record = await change('month', trial('ONE_MONTH'));
    assert.equal(record.state, 'applied', JSON.stringify(record.problems));
    assert.deepEqual(writes, ['DELETE 204', 'POST without an answer', 'DELETE 204', 'POST 201']);
  });
});

describe('A plan of which a scheduled price has begun before it was sent', () => {
  it('is made again, and nothing is sent where the price is there by then', async () => {
    const { apple, clock, writes, hooks, priceOn, change } = await shop();
    apple.behaviour.secondScheduledPrice = 'replaces';
    await change('tomorrow', { prices: { USA: '4.99' } });
    writes.length = 0;
    hooks.onWrite = () => clock.advance(3 * DAY);
    const wanted = { prices: { FRA: '7.99', USA: '4.99' }, startDate: '2026-12-21' };
    const record = await change('later', wanted);
    assert.equal(record.state, 'applied', JSON.stringify(record.problems));
    assert.deepEqual(writes, ['POST 201']);
    assert.equal(priceOn('2026-12-22'), '4.99');
  });
});
