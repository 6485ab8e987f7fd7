SELECT
  cast(start_month AS date) AS start_month,
  cast(team AS varchar) AS team,
  cast(app_id AS varchar) AS app_id,
  cast(subscription_id AS varchar) AS subscription_id,
  cast(duration AS varchar) AS duration,
  cast(period AS bigint) AS period,
  cast(reached AS decimal(38,2)) AS reached,
  cast(base AS decimal(38,2)) AS base,
  cast(rate AS double) AS rate
FROM (
  WITH paid AS (
    SELECT start_month, team, app_id, subscription_id, duration, paid_periods AS period, sum(quantity) AS reached
    FROM {{ ref('subscription_event_lines') }}
    WHERE paid_periods >= 1
      AND movement IN ('start', 'conversion', 'conversion_plan_change', 'renewal', 'recovery', 'recovery_plan_change')
    GROUP BY start_month, team, app_id, subscription_id, duration, paid_periods
  )
  SELECT p.start_month, p.team, p.app_id, p.subscription_id, p.duration, p.period, p.reached, first.reached AS base,
    cast(p.reached AS double) / cast(nullif(first.reached, 0) AS double) AS rate
  FROM paid AS p
  JOIN paid AS first ON first.period = 1 AND first.start_month = p.start_month AND first.team = p.team
    AND first.app_id = p.app_id AND first.subscription_id = p.subscription_id AND first.duration = p.duration
) AS model
