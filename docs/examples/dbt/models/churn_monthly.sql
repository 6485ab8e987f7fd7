SELECT
  cast(month AS date) AS month,
  cast(team AS varchar) AS team,
  cast(app_id AS varchar) AS app_id,
  cast(subscription_id AS varchar) AS subscription_id,
  cast(duration AS varchar) AS duration,
  cast(start_paid AS decimal(38,2)) AS start_paid,
  cast(lost AS decimal(38,2)) AS lost,
  cast(lost_involuntary AS decimal(38,2)) AS lost_involuntary,
  cast(rate AS double) AS rate
FROM (
  WITH cancellations AS (
    SELECT date_trunc('month', report_date) AS month, team, app_id, subscription_id, duration,
      sum(quantity) AS lost,
      sum(CASE WHEN involuntary THEN quantity ELSE 0 END) AS lost_involuntary
    FROM {{ ref('subscription_event_lines') }}
    WHERE movement = 'cancellation' AND paid_periods >= 1
    GROUP BY 1, 2, 3, 4, 5
  ), starts AS (
    SELECT date_trunc('month', report_date + interval '1' day) AS month, team, app_id, subscription_id, duration,
      sum(active_paid) AS start_paid
    FROM {{ ref('subscriptions_daily') }}
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
    AND s.subscription_id = c.subscription_id AND s.duration = c.duration
) AS model
