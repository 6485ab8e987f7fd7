SELECT
  cast(start_month AS date) AS start_month,
  cast(team AS varchar) AS team,
  cast(app_id AS varchar) AS app_id,
  cast(subscription_id AS varchar) AS subscription_id,
  cast(duration AS varchar) AS duration,
  cast(trials AS decimal(38,2)) AS trials,
  cast(converted AS decimal(38,2)) AS converted,
  cast(lost AS decimal(38,2)) AS lost,
  cast(open AS decimal(38,2)) AS open,
  cast(rate AS double) AS rate
FROM (
  SELECT start_month, team, app_id, subscription_id, duration, trials, converted, lost,
    trials - converted - lost AS open,
    CASE WHEN trials - converted - lost > 0 THEN NULL
      ELSE cast(converted AS double) / cast(nullif(trials, 0) AS double) END AS rate
  FROM (
    SELECT start_month, team, app_id, subscription_id, duration,
      sum(CASE WHEN movement = 'offer_start' AND offer_type = 'Free Trial' THEN quantity ELSE 0 END) AS trials,
      sum(CASE WHEN (movement IN ('conversion', 'conversion_plan_change') AND (event LIKE '%introductory%' OR event LIKE '%free trial%'))
        OR (movement = 'recovery' AND paid_periods = 1) THEN quantity ELSE 0 END) AS converted,
      sum(CASE WHEN movement = 'cancellation' AND paid_periods = 0 THEN quantity ELSE 0 END) AS lost
    FROM {{ ref('subscription_event_lines') }}
    GROUP BY start_month, team, app_id, subscription_id, duration
  ) AS cohorts
  WHERE trials > 0
) AS model
