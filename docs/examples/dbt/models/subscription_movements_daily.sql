SELECT
  cast(report_date AS date) AS report_date,
  cast(team AS varchar) AS team,
  cast(vendor AS varchar) AS vendor,
  cast(app_id AS varchar) AS app_id,
  cast(subscription_id AS varchar) AS subscription_id,
  cast(duration AS varchar) AS duration,
  cast(country_code AS varchar) AS country_code,
  cast(movement AS varchar) AS movement,
  cast(involuntary AS boolean) AS involuntary,
  cast(quantity AS decimal(38,2)) AS quantity
FROM (
  SELECT report_date, team, vendor, app_id, subscription_id, duration, country_code, movement, involuntary, sum(quantity) AS quantity
  FROM {{ ref('subscription_event_lines') }}
  GROUP BY report_date, team, vendor, app_id, subscription_id, duration, country_code, movement, involuntary
) AS model
