SELECT
  cast(report_date AS date) AS report_date,
  cast(team AS varchar) AS team,
  cast(vendor AS varchar) AS vendor,
  cast(app_id AS varchar) AS app_id,
  cast(subscription_id AS varchar) AS subscription_id,
  cast(duration AS varchar) AS duration,
  cast(country_code AS varchar) AS country_code,
  cast(event AS varchar) AS event,
  cast(movement AS varchar) AS movement,
  cast(involuntary AS boolean) AS involuntary,
  cast(paid_periods AS bigint) AS paid_periods,
  cast(offer_type AS varchar) AS offer_type,
  cast(start_month AS date) AS start_month,
  cast(quantity AS decimal(38,2)) AS quantity
FROM (
  SELECT report_date, team, vendor, app_id, subscription_id, duration, country_code, event,
    CASE
      WHEN event LIKE 'refund%' THEN 'refund'
      WHEN event LIKE 'cancel%' THEN 'cancellation'
      WHEN (event LIKE 'billing retry from%') OR (event LIKE '%grace period from%') THEN 'billing_issue'
      WHEN (event LIKE 'reactivat%' AND event LIKE '% to %') OR (event LIKE 'reactivat%' AND event LIKE '%free trial%') OR (event LIKE 'reactivat%' AND event LIKE '%introductory%') THEN 'reactivation_offer'
      WHEN event LIKE 'reactivat%' THEN 'reactivation'
      WHEN (event LIKE 'start %') OR (event LIKE 'opt-in%') THEN 'offer_start'
      WHEN event LIKE 'subscribe' THEN 'start'
      WHEN event LIKE 'paid subscription from%' THEN 'conversion'
      WHEN (event LIKE 'renew%' AND event LIKE '%billing retry%') OR (event LIKE 'renew%' AND event LIKE '%grace%') THEN 'recovery'
      WHEN event LIKE 'renew%' AND event NOT LIKE '%extension%' THEN 'renewal'
      WHEN (event LIKE 'upgrade from %' AND event LIKE '%offer%') OR (event LIKE 'upgrade from %' AND event LIKE '%trial%') OR (event LIKE 'upgrade from %' AND event LIKE '%opt-in%') OR (event LIKE 'upgrade from %' AND event LIKE '%introductory%') OR (event LIKE 'downgrade from %' AND event LIKE '%offer%') OR (event LIKE 'downgrade from %' AND event LIKE '%trial%') OR (event LIKE 'downgrade from %' AND event LIKE '%opt-in%') OR (event LIKE 'downgrade from %' AND event LIKE '%introductory%') OR (event LIKE 'crossgrade from %' AND event LIKE '%offer%') OR (event LIKE 'crossgrade from %' AND event LIKE '%trial%') OR (event LIKE 'crossgrade from %' AND event LIKE '%opt-in%') OR (event LIKE 'crossgrade from %' AND event LIKE '%introductory%') THEN 'conversion_plan_change'
      WHEN (event LIKE 'upgrade%' AND event LIKE '% from billing retry%') OR (event LIKE 'upgrade%' AND event LIKE '%grace period%') OR (event LIKE 'downgrade%' AND event LIKE '% from billing retry%') OR (event LIKE 'downgrade%' AND event LIKE '%grace period%') OR (event LIKE 'crossgrade%' AND event LIKE '% from billing retry%') OR (event LIKE 'crossgrade%' AND event LIKE '%grace period%') THEN 'recovery_plan_change'
      WHEN (event LIKE 'upgrade%') OR (event LIKE 'downgrade%') OR (event LIKE 'crossgrade%') THEN 'plan_change'
      WHEN (event LIKE '% from billing retry%') OR (event LIKE '% from %grace period%') THEN 'recovery_offer'
      WHEN event LIKE '% from paid subscription%' THEN 'offer_from_paid'
      WHEN event LIKE '% from %' THEN 'offer_renewal_or_change'
      ELSE 'unknown'
    END AS movement,
    coalesce(event LIKE 'cancel%' AND lower(reason) = 'billing issue', false) AS involuntary,
    coalesce(paid_periods, 0) AS paid_periods,
    offer_type,
    date_trunc('month', original_start) AS start_month,
    quantity
  FROM (
    SELECT event_date AS report_date, team, vendor,
      nullif(trim(app_apple_id), '') AS app_id,
      nullif(trim(subscription_apple_id), '') AS subscription_id,
      nullif(trim(standard_subscription_duration), '') AS duration,
      nullif(trim(country), '') AS country_code,
      replace(lower(trim(event)), 'cancelled', 'canceled') AS event,
      nullif(trim(cancellation_reason), '') AS reason,
      consecutive_paid_periods AS paid_periods,
      nullif(trim(subscription_offer_type), '') AS offer_type,
      original_start_date AS original_start,
      quantity
    FROM {{ source('app_store_connect', 'subscription_event_summary_daily') }}
  ) AS events
) AS model
