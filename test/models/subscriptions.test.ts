import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { movementOf } from '../../functions/models/movement-rules.ts';
import { openSmallLake, type Row } from './small-lake.ts';

const TEAM = { team: 'acme', vendor: '85012345', app_apple_id: '100' };

function balance(
  duration: string,
  [price, proceeds, currency]: readonly [number, number, string],
  counts: Row,
  more: Row = {},
): Row {
  return {
    ...TEAM,
    report_date: '2026-11-20',
    subscription_apple_id: duration === '1 Year' ? '200' : '201',
    standard_subscription_duration: duration,
    country: 'DE',
    state: ' ',
    customer_price: price,
    customer_currency: currency,
    developer_proceeds: proceeds,
    proceeds_currency: currency,
    preserved_pricing: ' ',
    ...counts,
    ...more,
  };
}
const standard = (count: number): Row => ({ active_standard_price_subscriptions: count });

const event = (day: string, name: string, periods: number, quantity: number, more: Row = {}): Row => ({
  ...TEAM,
  report_date: day,
  event_date: day,
  event: name,
  subscription_apple_id: '201',
  standard_subscription_duration: '1 Month',
  country: 'US',
  consecutive_paid_periods: periods,
  original_start_date: '2026-08-03',
  cancellation_reason: ' ',
  subscription_offer_type: ' ',
  quantity,
  ...more,
});

describe('The model mrr_daily', () => {
  const rows = [
    balance('1 Year', [39.99, 23.52, 'EUR'], standard(12)),
    balance('1 Month', [4.99, 2.93, 'EUR'], standard(20)),
    balance('1 Month', [3.99, 2.85, 'EUR'], standard(5), { preserved_pricing: 'Yes' }),
    balance('1 Month', [1.99, 1.17, 'EUR'], { active_pay_as_you_go_introductory_offer_subscriptions: 4 }),
    balance('1 Month', [0, 0, 'EUR'], { active_free_trial_introductory_offer_subscriptions: 8 }),
    balance('1 Month', [4.99, 2.93, 'EUR'], { billing_retry: 2 }),
    balance('7 Days', [1.99, 1.39, 'USD'], standard(7)),
  ];

  it('spreads each price over its duration, per currency, trials and retries left out', async () => {
    const ask = await openSmallLake({ subscription_summary_daily: rows });
    assert.deepEqual(
      await ask(`SELECT customer_currency AS currency, cast(sum(paid) AS int) AS paid,
        round(cast(sum(mrr_customer) AS double), 2) AS customer, round(cast(sum(mrr_proceeds) AS double), 2) AS proceeds
        FROM mrr_daily GROUP BY 1 ORDER BY 1`),
      [
        { currency: 'EUR', paid: 41, customer: 167.7, proceeds: 101.05 },
        { currency: 'USD', paid: 7, customer: 60.57, proceeds: 42.31 },
      ],
    );
    assert.deepEqual(
      await ask('SELECT round(cast(sum(mrr_customer) AS double), 2) AS kept FROM mrr_daily WHERE preserved'),
      [{ kept: 19.95 }],
    );
    assert.deepEqual(
      await ask(
        "SELECT cast(sum(trial_intro) AS int) AS trials, cast(sum(billing_retry) AS int) AS retry, cast(sum(active_paid) AS int) AS paid, cast(sum(active_all) AS int) AS active FROM subscriptions_daily WHERE customer_currency = 'EUR'",
      ),
      [{ trials: 8, retry: 2, paid: 41, active: 49 }],
    );
  });

  it('counts what it cannot spread', async () => {
    const ask = await openSmallLake({
      subscription_summary_daily: [
        balance('1 Month', [9.99, 7, 'EUR'], { active_pay_up_front_introductory_offer_subscriptions: 3 }),
        balance('5 Fortnights', [9.99, 7, 'EUR'], standard(2)),
      ],
    });
    assert.deepEqual(
      await ask(
        'SELECT cast(sum(mrr_excluded) AS int) AS excluded, cast(sum(paid) AS int) AS paid, cast(sum(mrr_customer) AS double) AS mrr FROM mrr_daily',
      ),
      [{ excluded: 5, paid: 0, mrr: 0 }],
    );
  });
});

describe('The model subscriptions_daily', () => {
  /** Apple's columns, each with the state that it counts; the places give each its own number. */
  const STATES = [
    ['active_standard_price_subscriptions', 'paid_standard'],
    ['active_free_trial_introductory_offer_subscriptions', 'trial_intro'],
    ['active_pay_up_front_introductory_offer_subscriptions', 'paid_up_front_intro'],
    ['active_pay_as_you_go_introductory_offer_subscriptions', 'paid_as_you_go_intro'],
    ['free_trial_promotional_offer_subscriptions', 'trial_promo'],
    ['pay_up_front_promotional_offer_subscriptions', 'paid_up_front_promo'],
    ['pay_as_you_go_promotional_offer_subscriptions', 'paid_as_you_go_promo'],
    ['free_trial_offer_code_subscriptions', 'trial_code'],
    ['pay_up_front_offer_code_subscriptions', 'paid_up_front_code'],
    ['pay_as_you_go_offer_code_subscriptions', 'paid_as_you_go_code'],
    ['free_trial_win_back_offers', 'trial_winback'],
    ['pay_up_front_win_back_offers', 'paid_up_front_winback'],
    ['pay_as_you_go_win_back_offers', 'paid_as_you_go_winback'],
    ['marketing_opt_ins', 'opt_in'],
    ['billing_retry', 'billing_retry'],
    ['grace_period', 'grace'],
  ] as const;

  it('has every offer in a state of its own; retries and grace are beside the active ones', async () => {
    const counts = Object.fromEntries(STATES.map(([column], place) => [column, 2 ** place]));
    const ask = await openSmallLake({
      subscription_summary_daily: [balance('1 Month', [4.99, 3, 'USD'], counts)],
    });
    const names = [...STATES.map(([, state]) => state), 'active_paid', 'active_all'];
    const [found] = await ask(
      `SELECT ${names.map((name) => `cast(${name} AS int) AS ${name}`).join(', ')} FROM subscriptions_daily`,
    );
    const sum = (isCounted: (state: string) => boolean) =>
      STATES.reduce((all, [, state], place) => all + (isCounted(state) ? 2 ** place : 0), 0);
    assert.deepEqual(found, {
      ...Object.fromEntries(STATES.map(([, state], place) => [state, 2 ** place])),
      active_paid: sum((state) => state.startsWith('paid_')),
      active_all: sum((state) => state !== 'billing_retry' && state !== 'grace'),
    });
  });
});

describe('The model subscription_movements_daily', () => {
  it('counts an event on its own day: a cancellation where the paid period ends', async () => {
    const ask = await openSmallLake({
      subscription_event_summary_daily: [
        event('2026-11-05', 'Cancel', 1, 14, { report_date: '2026-11-06' }),
        event('2026-11-05', 'Cancel', 1, 2),
      ],
    });
    assert.deepEqual(
      await ask(
        'SELECT cast(report_date AS varchar) AS day, movement, cast(quantity AS int) AS quantity FROM subscription_movements_daily',
      ),
      [{ day: '2026-11-05', movement: 'cancellation', quantity: 16 }],
    );
  });
});

describe('The models of trials and retention', () => {
  const rows = [
    event('2026-08-03', 'Start Introductory Offer', 0, 10, { subscription_offer_type: 'Free Trial' }),
    event('2026-08-10', 'Paid Subscription from Introductory Offer', 1, 3),
    event('2026-08-10', 'Crossgrade from Introductory Offer', 1, 1),
    event('2026-08-10', 'Billing Retry from Introductory Offer', 0, 2),
    event('2026-08-10', 'Cancel', 0, 4),
    event('2026-09-02', 'Renewal from Billing Retry', 1, 1),
    event('2026-09-10', 'Renew', 2, 3),
    event('2026-09-10', 'Cancel', 1, 1),
    event('2026-10-09', 'Canceled from Billing Retry', 0, 1),
    event('2026-10-10', 'Renew', 3, 2),
  ];

  it('count a first payment in every form, and tell the rate when nobody is open', async () => {
    const ask = await openSmallLake({ subscription_event_summary_daily: rows });
    assert.deepEqual(
      await ask(
        'SELECT cast(trials AS int) AS trials, cast(converted AS int) AS converted, cast(lost AS int) AS lost, cast(open AS int) AS open, rate FROM trial_conversion_monthly',
      ),
      [{ trials: 10, converted: 5, lost: 5, open: 0, rate: 0.5 }],
    );
    const early = await openSmallLake({ subscription_event_summary_daily: rows.slice(0, 5) });
    assert.deepEqual(await early('SELECT cast(open AS int) AS open, rate FROM trial_conversion_monthly'), [
      { open: 2, rate: null },
    ]);
  });

  it('follow a month of first payments through its periods; who comes back is left out', async () => {
    const returned = event('2026-11-20', 'Reactivate', 1, 2);
    const ask = await openSmallLake({ subscription_event_summary_daily: [...rows, returned] });
    assert.deepEqual(
      await ask(
        'SELECT cast(period AS int) AS period, cast(reached AS int) AS reached, rate FROM retention_monthly ORDER BY period',
      ),
      [
        { period: 1, reached: 5, rate: 1 },
        { period: 2, reached: 3, rate: 0.6 },
        { period: 3, reached: 2, rate: 0.4 },
      ],
    );
  });
});

describe('The model retention_monthly', () => {
  it('compares a month of first payments with itself, not with another month', async () => {
    const september = { original_start_date: '2026-09-05' };
    const ask = await openSmallLake({
      subscription_event_summary_daily: [
        event('2026-08-10', 'Subscribe', 1, 10),
        event('2026-09-10', 'Renew', 2, 5),
        event('2026-09-12', 'Subscribe', 1, 4, september),
        event('2026-10-12', 'Renew', 2, 4, september),
      ],
    });
    assert.deepEqual(
      await ask(
        'SELECT cast(start_month AS varchar) AS month, cast(reached AS int) AS reached, cast(base AS int) AS base, rate FROM retention_monthly WHERE period = 2 ORDER BY 1',
      ),
      [
        { month: '2026-08-01', reached: 5, base: 10, rate: 0.5 },
        { month: '2026-09-01', reached: 4, base: 4, rate: 1 },
      ],
    );
  });
});

describe('The model churn_monthly', () => {
  const yearly = { subscription_apple_id: '200', standard_subscription_duration: '1 Year' };
  const end = { report_date: '2026-10-31' };

  it('divides those who had paid and left by those who were paying, per duration', async () => {
    const ask = await openSmallLake({
      subscription_summary_daily: [
        balance('1 Month', [4.99, 3, 'USD'], standard(200), end),
        balance('1 Month', [0, 0, 'USD'], { active_free_trial_introductory_offer_subscriptions: 50 }, end),
        balance('1 Year', [39.99, 30, 'USD'], standard(600), end),
        // Other days of both months: only the last day before the month counts.
        balance('1 Month', [4.99, 3, 'USD'], standard(170), { report_date: '2026-10-30' }),
        balance('1 Month', [4.99, 3, 'USD'], standard(220), { report_date: '2026-11-04' }),
      ],
      subscription_event_summary_daily: [
        event('2026-11-05', 'Cancel', 1, 14),
        event('2026-11-06', 'Cancel', 0, 20),
        event('2026-11-07', 'Canceled from Billing Retry', 3, 2, { cancellation_reason: 'Billing issue' }),
        event('2026-11-08', 'Refund', 3, 3),
        event('2026-11-09', 'Cancel', 2, 12, { ...yearly, cancellation_reason: 'Price increase' }),
      ],
    });
    assert.deepEqual(
      await ask(`SELECT duration, cast(start_paid AS int) AS start_paid, cast(lost AS int) AS lost,
        cast(lost_involuntary AS int) AS involuntary, rate FROM churn_monthly WHERE month = date '2026-11-01' ORDER BY duration`),
      [
        { duration: '1 Month', start_paid: 200, lost: 16, involuntary: 2, rate: 0.08 },
        { duration: '1 Year', start_paid: 600, lost: 12, involuntary: 0, rate: 0.02 },
      ],
    );
  });
});

describe('The movement of a subscription event', () => {
  const names: readonly (readonly [name: string, movement: string])[] = [
    ['Refund', 'refund'],
    ['Cancel', 'cancellation'],
    ['Cancelled from Billing Retry', 'cancellation'],
    ['Canceled After Renewal Extension', 'cancellation'],
    ['Billing Retry from Paid Subscription', 'billing_issue'],
    ['Grace Period from Introductory Offer', 'billing_issue'],
    ['Reactivate with Upgrade to Introductory Offer', 'reactivation_offer'],
    ['Reactivation to Promotional Offer', 'reactivation_offer'],
    ['Reactivate with Crossgrade', 'reactivation'],
    ['Start Offer Code', 'offer_start'],
    ['Opt-In', 'offer_start'],
    ['Subscribe', 'start'],
    ['Paid Subscription from Win-Back Offer with Upgrade', 'conversion'],
    ['Renewal from Billing Retry', 'recovery'],
    ['Renew', 'renewal'],
    ['Crossgrade From Introductory Offer', 'conversion_plan_change'],
    ['Upgrade from Opt-In', 'conversion_plan_change'],
    ['Downgrade from Grace Period', 'recovery_plan_change'],
    ['Upgrade', 'plan_change'],
    ['Introductory Offer from Billing Retry', 'recovery_offer'],
    ['Introductory Price from Paid Subscription', 'offer_from_paid'],
    ['Promotional Offer from Win-Back Offer', 'offer_renewal_or_change'],
    ['Something Apple Invents', 'unknown'],
  ];

  it('goes by the form of the name; what fits no rule is kept as unknown', async () => {
    const ask = await openSmallLake({
      subscription_event_summary_daily: names.map(([name]) => event('2026-11-01', name, 1, 1)),
    });
    const found = await ask('SELECT event, movement FROM subscription_event_lines');
    const expected = names.map(([name, movement]) => [
      name.toLowerCase().replace('cancelled', 'canceled'),
      movement,
    ]);
    assert.deepEqual(found.map(({ event: name, movement }) => [name, movement]).sort(), expected.sort());
    for (const [name, movement] of names) assert.equal(movementOf(name), movement, 'outside of SQL too');
  });
});
