SELECT
  cast(team AS varchar) AS team,
  cast(app_id AS varchar) AS app_id,
  cast(app_version AS varchar) AS app_version,
  cast(first_day AS date) AS first_day,
  cast(last_day AS date) AS last_day
FROM (
  SELECT s.team, trim(s.apple_identifier) AS app_id, trim(s.version) AS app_version,
    min(cast(s.report_date AS date)) AS first_day, max(cast(s.report_date AS date)) AS last_day
  FROM {{ source('app_store_connect', 'sales_summary_daily') }} AS s
  JOIN {{ ref('product_types') }} AS t ON t.product_type_identifier = trim(s.product_type_identifier)
  WHERE t.kind IN ('download', 'update') AND nullif(trim(s.version), '') IS NOT NULL
    AND nullif(trim(s.parent_identifier), '') IS NULL
  GROUP BY s.team, trim(s.apple_identifier), trim(s.version)
) AS model
