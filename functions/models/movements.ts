import { clean, column, common, type Model } from './model.ts';
import { movementCase } from './movement-rules.ts';

const TABLE = 'subscription_event_summary_daily';

export const SUBSCRIPTION_EVENT_LINES: Model = {
  name: 'subscription_event_lines',
  grain: "one row of Apple's daily Subscription Event report",
  description: 'Subscription events with trimmed text and the movement that each event name stands for.',
  reads: [TABLE],
  columns: [
    column(
      'report_date',
      'date',
      'Day of the event, Pacific time. A cancellation counts at the end of the period.',
    ),
    ...common('team', 'vendor', 'reported_app_id'),
    column('subscription_id', 'varchar', 'Apple ID of the subscription; after a plan change the new one.'),
    column('duration', 'varchar', 'Standard duration, such as 1 Month.'),
    ...common('country_code'),
    column('event', 'varchar', "Apple's event name in small letters; cancelled is written canceled."),
    column('movement', 'varchar', 'What the event is; unknown where no rule fits.'),
    column('involuntary', 'boolean', 'A cancellation for a billing issue.'),
    column('paid_periods', 'bigint', 'Consecutive paid periods; 0 is somebody who never paid.'),
    column('offer_type', 'varchar', 'Free Trial, Pay Up Front, Pay As You Go or NULL.'),
    column('start_month', 'date', 'First day of the month in which the subscription was first bought.'),
    column('quantity', 'decimal(38,2)', 'Number of events, always positive.'),
  ],
  select: `  SELECT report_date, team, vendor, app_id, subscription_id, duration, country_code, event,
    CASE
      ${movementCase()}
      ELSE 'unknown'
    END AS movement,
    coalesce(event LIKE 'cancel%' AND lower(reason) = 'billing issue', false) AS involuntary,
    coalesce(paid_periods, 0) AS paid_periods,
    offer_type,
    date_trunc('month', original_start) AS start_month,
    quantity
  FROM (
    SELECT event_date AS report_date, team, vendor,
      ${clean('app_apple_id')} AS app_id,
      ${clean('subscription_apple_id')} AS subscription_id,
      ${clean('standard_subscription_duration')} AS duration,
      ${clean('country')} AS country_code,
      replace(lower(trim(event)), 'cancelled', 'canceled') AS event,
      ${clean('cancellation_reason')} AS reason,
      consecutive_paid_periods AS paid_periods,
      ${clean('subscription_offer_type')} AS offer_type,
      original_start_date AS original_start,
      quantity
    FROM ${TABLE}
  ) AS events`,
};

const GRAIN =
  'report_date, team, vendor, app_id, subscription_id, duration, country_code, movement, involuntary';

export const SUBSCRIPTION_MOVEMENTS_DAILY: Model = {
  name: 'subscription_movements_daily',
  grain: 'one day, vendor, subscription, storefront and movement; cancellations for a billing issue apart',
  description:
    'Starts, conversions, renewals, cancellations, refunds, reactivations and plan changes. Refunds are positive numbers of the movement refund. The latest five days can still grow.',
  reads: ['subscription_event_lines'],
  columns: [
    ...common('report_date', 'team', 'vendor', 'reported_app_id'),
    column('subscription_id', 'varchar', 'Apple ID of the subscription.'),
    column('duration', 'varchar', 'Standard duration.'),
    ...common('country_code'),
    column(
      'movement',
      'varchar',
      'start, conversion, renewal, cancellation, refund, reactivation, plan_change, …',
    ),
    column('involuntary', 'boolean', 'A cancellation for a billing issue.'),
    column('quantity', 'decimal(38,2)', 'Number of events.'),
  ],
  select: `  SELECT ${GRAIN}, sum(quantity) AS quantity
  FROM subscription_event_lines
  GROUP BY ${GRAIN}`,
};
