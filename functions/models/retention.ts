import { column, common, type Model } from './model.ts';

const SUBSCRIPTION = [
  column('subscription_id', 'varchar', 'Apple ID of the subscription.'),
  column('duration', 'varchar', 'Standard duration. Rates of different durations may not be mixed.'),
];

// mutation: model-churn
export const CHURN_MONTHLY: Model = {
  name: 'churn_monthly',
  grain: 'one month, subscription and duration',
  description:
    'Paid churn: cancellations of people who had paid, divided by active paid subscriptions on the last day before the month. Refunds and lost trials are no churn. A month that is not over still grows.',
  reads: ['subscription_event_lines', 'subscriptions_daily'],
  columns: [
    column('month', 'date', 'First day of the month.'),
    ...common('team', 'reported_app_id'),
    ...SUBSCRIPTION,
    column(
      'start_paid',
      'decimal(38,2)',
      'Active paid on the last day before the month; NULL where that day has no row of the subscription.',
    ),
    column('lost', 'decimal(38,2)', 'Cancellations after at least one paid period.'),
    column('lost_involuntary', 'decimal(38,2)', 'The part of lost that had a billing issue.'),
    column('rate', 'double', 'lost divided by start_paid; NULL where that is 0 or NULL.'),
  ],
  select: `  WITH cancellations AS (
    SELECT date_trunc('month', report_date) AS month, team, app_id, subscription_id, duration,
      sum(quantity) AS lost,
      sum(CASE WHEN involuntary THEN quantity ELSE 0 END) AS lost_involuntary
    FROM subscription_event_lines
    WHERE movement = 'cancellation' AND paid_periods >= 1
    GROUP BY 1, 2, 3, 4, 5
  ), starts AS (
    SELECT date_trunc('month', report_date + interval '1' day) AS month, team, app_id, subscription_id, duration,
      sum(active_paid) AS start_paid
    FROM subscriptions_daily
    WHERE cast(report_date + interval '1' day AS date) = cast(date_trunc('month', report_date + interval '1' day) AS date)
    GROUP BY 1, 2, 3, 4, 5
  )
  SELECT coalesce(c.month, s.month) AS month, coalesce(c.team, s.team) AS team, coalesce(c.app_id, s.app_id) AS app_id,
    coalesce(c.subscription_id, s.subscription_id) AS subscription_id, coalesce(c.duration, s.duration) AS duration,
    s.start_paid,
    coalesce(c.lost, 0) AS lost,
    coalesce(c.lost_involuntary, 0) AS lost_involuntary,
    cast(coalesce(c.lost, 0) AS double) / cast(nullif(s.start_paid, 0) AS double) AS rate
  FROM cancellations AS c
  FULL JOIN starts AS s ON s.month = c.month AND s.team = c.team AND s.app_id = c.app_id
    AND s.subscription_id = c.subscription_id AND s.duration = c.duration`,
};

const FIRST_PAYMENT = `(movement IN ('conversion', 'conversion_plan_change') AND (event LIKE '%introductory%' OR event LIKE '%free trial%'))
        OR (movement = 'recovery' AND paid_periods = 1)`;

// mutation: model-trials
export const TRIAL_CONVERSION_MONTHLY: Model = {
  name: 'trial_conversion_monthly',
  grain: 'one month of first purchase, subscription and duration',
  description:
    'Free trials by the month in which they started: how many paid, how many were lost, how many are still open. The rate is told when none is open. A conversion into another plan counts on the new subscription.',
  reads: ['subscription_event_lines'],
  columns: [
    column('start_month', 'date', 'First day of the month in which the trial started.'),
    ...common('team', 'reported_app_id'),
    ...SUBSCRIPTION,
    column('trials', 'decimal(38,2)', 'Free trials started.'),
    column('converted', 'decimal(38,2)', 'First payments, after a billing retry too.'),
    column('lost', 'decimal(38,2)', 'Cancellations before any payment.'),
    column('open', 'decimal(38,2)', 'Neither paid nor lost yet.'),
    column('rate', 'double', 'converted divided by trials; NULL while some are open.'),
  ],
  select: `  SELECT start_month, team, app_id, subscription_id, duration, trials, converted, lost,
    trials - converted - lost AS open,
    CASE WHEN trials - converted - lost > 0 THEN NULL
      ELSE cast(converted AS double) / cast(nullif(trials, 0) AS double) END AS rate
  FROM (
    SELECT start_month, team, app_id, subscription_id, duration,
      sum(CASE WHEN movement = 'offer_start' AND offer_type = 'Free Trial' THEN quantity ELSE 0 END) AS trials,
      sum(CASE WHEN ${FIRST_PAYMENT} THEN quantity ELSE 0 END) AS converted,
      sum(CASE WHEN movement = 'cancellation' AND paid_periods = 0 THEN quantity ELSE 0 END) AS lost
    FROM subscription_event_lines
    GROUP BY start_month, team, app_id, subscription_id, duration
  ) AS cohorts
  WHERE trials > 0`,
};

// mutation: model-retention
export const RETENTION_MONTHLY: Model = {
  name: 'retention_monthly',
  grain: 'one month of first purchase, subscription, duration and paid period',
  description:
    'Of those who paid once, how many paid an n-th time without a break. Reactivations are left out, but not the renewals after one: Apple counts their periods from 1 again and keeps the first purchase. A period is complete only when everybody of the month could have reached it, plus 60 days of billing retry; incomplete ones are shown, too.',
  reads: ['subscription_event_lines'],
  columns: [
    column('start_month', 'date', 'First day of the month of the first purchase.'),
    ...common('team', 'reported_app_id'),
    ...SUBSCRIPTION,
    column('period', 'bigint', 'Number of the paid period, from 1.'),
    column('reached', 'decimal(38,2)', 'Payments for this period.'),
    column('base', 'decimal(38,2)', 'Payments for the first period.'),
    column('rate', 'double', 'reached divided by base.'),
  ],
  select: `  WITH paid AS (
    SELECT start_month, team, app_id, subscription_id, duration, paid_periods AS period, sum(quantity) AS reached
    FROM subscription_event_lines
    WHERE paid_periods >= 1
      AND movement IN ('start', 'conversion', 'conversion_plan_change', 'renewal', 'recovery', 'recovery_plan_change')
    GROUP BY start_month, team, app_id, subscription_id, duration, paid_periods
  )
  SELECT p.start_month, p.team, p.app_id, p.subscription_id, p.duration, p.period, p.reached, first.reached AS base,
    cast(p.reached AS double) / cast(nullif(first.reached, 0) AS double) AS rate
  FROM paid AS p
  JOIN paid AS first ON first.period = 1 AND first.start_month = p.start_month AND first.team = p.team
    AND first.app_id = p.app_id AND first.subscription_id = p.subscription_id AND first.duration = p.duration`,
};
