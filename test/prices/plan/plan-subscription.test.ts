import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sealPlan } from '../../../functions/prices/plan/plan.ts';
import { stateOf, TOMORROW } from '../fake-price-list.ts';
import { entry, planFor, problemsFor, summary } from './make-plan.ts';

const live = (more: Parameters<typeof stateOf>[0] = {}) =>
  stateOf({ present: { USA: '9.99', FRA: '10.99' }, earliest: TOMORROW, ...more });
const DECEMBER = '2026-12-01';

describe('When a subscription’s change starts', () => {
  it('is tomorrow at the earliest for a live one, at once for a new one', async () => {
    assert.equal((await planFor(live(), { prices: { USA: '4.99' } })).startDate, TOMORROW);
    assert.equal((await planFor(stateOf({}), { prices: { USA: '4.99' } })).startDate, null);
    assert.equal((await planFor(stateOf({}), { prices: { USA: '4.99' }, startDate: 'now' })).startDate, null);
  });

  it('is the day that is named, if Apple takes it', async () => {
    assert.equal(
      (await planFor(live(), { prices: { USA: '4.99' }, startDate: DECEMBER })).startDate,
      DECEMBER,
    );
    for (const startDate of ['now', '2026-11-24'])
      assert.match(
        (await problemsFor(live(), { prices: { USA: '4.99' }, startDate })).join(),
        /^startDate: Apple changes the price of a live subscription from 2026-11-25 on at the earliest/,
      );
    assert.match(
      (await problemsFor(live(), { prices: { USA: '4.99' }, startDate: '2026-11-23' })).join(),
      /^startDate: 2026-11-23 lies in the past; the earliest is 2026-11-25/,
    );
  });

  it('moves on by the days that Apple refused, where no day was named', async () => {
    const wish = { prices: { USA: '4.99' } };
    assert.equal((await planFor(live(), wish, { postponedTo: '2026-11-27' })).startDate, '2026-11-27');
    assert.equal(
      (await planFor(stateOf({ present: { USA: '9.99' } }), wish, { postponedTo: TOMORROW })).startDate,
      TOMORROW,
    );
    const named = { ...wish, startDate: DECEMBER };
    assert.equal((await planFor(live(), named, { postponedTo: '2026-11-27' })).startDate, DECEMBER);
  });
});

describe('A plan for a subscription', () => {
  it('is the least set of differences, one request each', async () => {
    const plan = await planFor(live(), { prices: { USA: '9.99', FRA: '5.99', GBR: '4.49' } });
    assert.deepEqual(summary(plan), [
      `FRA change 10.99→5.99 from ${TOMORROW}`,
      `GBR first -→4.49 from ${TOMORROW}`,
      `USA none 9.99→9.99 from ${TOMORROW}`,
    ]);
    assert.deepEqual(
      plan.steps.map(({ id }) => id),
      ['001-FRA', '002-GBR'],
    );
    assert.deepEqual(entry(plan, 'USA').warnings, ['has this price already; nothing is sent']);
  });

  it('is one request for the first prices of all territories', async () => {
    const plan = await planFor(stateOf({}), { prices: { USA: '9.99', FRA: '10.99' }, startDate: 'now' });
    assert.deepEqual(
      plan.steps.map(({ id, write }) => `${id} ${write.method} ${write.path}`),
      ['001-all PATCH /v1/subscriptions/1'],
    );
  });

  it('is one request for a bulk of changes, which names what stays', async () => {
    const state = live({ scheduled: { USA: { [DECEMBER]: '4.99' }, FRA: { [DECEMBER]: '5.99' } } });
    const plan = await planFor(
      state,
      { prices: { USA: '4.99' }, startDate: '2026-12-10' },
      { writes: 'bulk' },
    );
    const [step, ...others] = plan.steps;
    assert.deepEqual([step?.write.method, others.length, step?.replacesAll], ['PATCH', 0, true]);
    const body = JSON.stringify(step?.write.body);
    for (const kept of ['USA@now', 'FRA@now', `FRA@${DECEMBER}`])
      assert.ok(body.includes(`"id":"${kept}"`), kept);
    assert.ok(!body.includes(`"id":"USA@${DECEMBER}"`));
  });

  it('is not written as first prices beside those of the other plan', async () => {
    const other = { ...stateOf({}), otherPlanRecordIds: ['other'] };
    const plan = await planFor(other, { prices: { USA: '4.99' } });
    assert.deepEqual(
      plan.steps.map(({ write }) => write.method),
      ['POST'],
    );
    const bulk = await planFor(other, { prices: { USA: '4.99' } }, { writes: 'bulk' });
    assert.ok(JSON.stringify(bulk.steps[0]?.write.body).includes('"id":"other"'));
  });

  it('displaces the one scheduled price, and says so', async () => {
    const state = live({ scheduled: { USA: { [DECEMBER]: '4.99' } } });
    const later = entry(
      await planFor(state, { prices: { USA: '14.99' }, startDate: '2026-12-10', preserveCurrentPrice: true }),
      'USA',
    );
    assert.deepEqual(later.overwrites, [{ from: DECEMBER, price: '4.99' }]);
    assert.ok(later.warnings.includes(`displaces the price 4.99 scheduled for ${DECEMBER}`));
    assert.deepEqual(later.after, [
      { from: null, price: '9.99' },
      { from: '2026-12-10', price: '14.99' },
    ]);
    const sameDay = entry(
      await planFor(state, { prices: { USA: '14.99' }, startDate: DECEMBER, preserveCurrentPrice: true }),
      'USA',
    );
    assert.deepEqual(sameDay.overwrites, [{ from: DECEMBER, price: '4.99' }]);
  });

  it('takes a scheduled price away where the present one is asked for', async () => {
    const state = live({ scheduled: { USA: { [DECEMBER]: '4.99' } } });
    const plan = await planFor(state, { prices: { USA: '9.99' } });
    assert.deepEqual(summary(plan), [`USA unschedule 9.99→9.99 from ${TOMORROW}`]);
    assert.deepEqual(
      plan.steps.map(({ write }) => `${write.method} ${write.path}`),
      [`DELETE /v1/subscriptionPrices/${encodeURIComponent(`USA@${DECEMBER}`)}`],
    );
    assert.deepEqual(entry(plan, 'USA').warnings, [`takes away the price 4.99 scheduled for ${DECEMBER}`]);
  });

  it('has nothing to do where the price is scheduled already and no day was named', async () => {
    // Asked again a day later, when Apple's earliest day has moved on: it must not be put off.
    const state = live({ scheduled: { USA: { [TOMORROW]: '4.99' } }, earliest: '2026-11-26' });
    const plan = await planFor(state, { prices: { USA: '4.99' } });
    assert.deepEqual([summary(plan)[0]?.split(' ')[1], plan.steps], ['none', []]);
    assert.deepEqual(entry(plan, 'USA').warnings, [`is scheduled for ${TOMORROW} already; nothing is sent`]);
    const named = await planFor(state, { prices: { USA: '4.99' }, startDate: '2026-11-26' });
    assert.equal(named.steps.length, 1);
    const laterOnes = live({ scheduled: { USA: { '2026-12-10': '4.99' } } });
    assert.equal((await planFor(laterOnes, { prices: { USA: '4.99' } })).steps.length, 1);
  });
});

describe('Those who subscribe already', () => {
  const choose = async (price: string, preserveCurrentPrice?: boolean) =>
    entry(
      await planFor(live(), {
        prices: { USA: price },
        ...(preserveCurrentPrice !== undefined && { preserveCurrentPrice }),
      }),
      'USA',
    );

  it('keep their price or pay the new one where it rises: somebody has to say', async () => {
    assert.equal((await choose('14.99', true)).existingSubscribers, 'keepPrice');
    assert.equal((await choose('14.99', false)).existingSubscribers, 'newPrice');
    assert.match(
      (await problemsFor(live(), { prices: { USA: '14.99', FRA: '15.99' } })).join(),
      /^preserveCurrentPrice: the price goes up in FRA, USA: say true/,
    );
  });

  it('always pay less where it falls, and nothing is said to Apple', async () => {
    assert.equal((await choose('4.99')).existingSubscribers, 'lowerPrice');
    const plan = await planFor(live(), { prices: { USA: '4.99', FRA: '15.99' }, preserveCurrentPrice: true });
    const [fra, usa] = plan.steps.map(({ write }) => JSON.stringify(write.body));
    assert.ok(fra?.includes('"preserveCurrentPrice":true'));
    assert.ok(!usa?.includes('preserveCurrentPrice'));
  });

  it('do not exist where a territory gets its first price', async () => {
    const plan = await planFor(live(), { prices: { GBR: '44.99' }, preserveCurrentPrice: true });
    assert.equal(entry(plan, 'GBR').existingSubscribers, null);
    assert.ok(!JSON.stringify(plan.steps[0]?.write.body).includes('preserveCurrentPrice'));
  });

  it('are informed, must agree or keep their price: the plan says it per territory, and why', async () => {
    const consentOf = async (price: string, more: Record<string, unknown> = {}, period = 'ONE_MONTH') => {
      const plan = await planFor(live({ period }), {
        prices: { USA: price },
        preserveCurrentPrice: false,
        ...more,
      });
      return plan.circumstances?.consent?.['USA'];
    };
    const large = await consentOf('14.99');
    assert.equal(large?.outcome, 'mayHaveToAgree');
    assert.match(large.reasons.join(), /above 50 %.*about 5 USD per period, not known here/);
    assert.match((await consentOf('14.99', {}, 'ONE_YEAR'))?.reasons.join() ?? '', /50 USD per year/);
    assert.equal((await consentOf('10.99'))?.outcome, 'informed');
    assert.equal(await consentOf('4.99'), undefined);
    assert.equal((await consentOf('14.99', { preserveCurrentPrice: true }))?.outcome, 'kept');
  });

  it('are no part of what is approved: their number changes daily', async () => {
    const wish = { prices: { USA: '10.99' }, preserveCurrentPrice: false };
    const plan = await planFor(live(), wish);
    const { circumstances, sha256, ...content } = plan;
    assert.ok(circumstances !== undefined);
    assert.equal(sealPlan(content).sha256, sha256);
  });
});

describe('A plan that must not be sent', () => {
  it('tells every reason at once', async () => {
    const problems = await problemsFor(
      live(),
      {
        prices: { USA: '19.99', FRA: '11.00', GBX: '1' },
        startDate: 'now',
        limits: { maxIncreasePercent: 40 },
      },
      { limits: { maxIncreasePercent: 30 } },
    );
    assert.deepEqual(
      problems.map((problem) => problem.slice(0, problem.indexOf(':'))),
      [
        'prices.FRA',
        'prices.GBX',
        'startDate',
        'limits.maxIncreasePercent',
        'prices.USA',
        'preserveCurrentPrice',
      ],
    );
  });

  it('is another one, by its sha256, whenever it would do something else', async () => {
    const sha = async (...args: Parameters<typeof planFor>) => (await planFor(...args)).sha256;
    const wish = { prices: { USA: '4.99' } };
    assert.equal(await sha(live(), wish), await sha(live(), wish));
    assert.notEqual(await sha(live(), wish), await sha(live({ present: { USA: '10.99' } }), wish));
    assert.notEqual(await sha(live(), wish), await sha(live(), { ...wish, startDate: DECEMBER }));
  });
});
