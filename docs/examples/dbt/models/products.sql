SELECT
  cast(team AS varchar) AS team,
  cast(product_id AS varchar) AS product_id,
  cast(kind AS varchar) AS kind,
  cast(sku AS varchar) AS sku,
  cast(name AS varchar) AS name,
  cast(app_id AS varchar) AS app_id,
  cast(app_name AS varchar) AS app_name,
  cast(first_day AS date) AS first_day,
  cast(last_day AS date) AS last_day
FROM (
  WITH latest AS (
    SELECT team, vendor, product_id, sku, title, parent_sku,
      CASE WHEN parent_sku IS NULL THEN 'app' ELSE kind END AS kind,
      row_number() OVER (
        PARTITION BY team, product_id
        ORDER BY CASE WHEN kind IN ('restore', 'unknown') THEN 1 ELSE 0 END, report_date DESC, title
      ) AS position,
      min(report_date) OVER (PARTITION BY team, product_id) AS first_day,
      max(report_date) OVER (PARTITION BY team, product_id) AS last_day
    FROM {{ ref('sales_lines') }}
    WHERE product_id IS NOT NULL
  ), apps AS (
    SELECT team, vendor, product_id, sku, title,
      row_number() OVER (PARTITION BY team, vendor, sku ORDER BY report_date DESC, title, product_id) AS position
    FROM {{ ref('sales_lines') }}
    WHERE parent_sku IS NULL AND sku IS NOT NULL
  )
  SELECT p.team, p.product_id, p.kind, p.sku, p.title AS name,
    CASE WHEN p.parent_sku IS NULL THEN p.product_id ELSE a.product_id END AS app_id,
    CASE WHEN p.parent_sku IS NULL THEN p.title ELSE a.title END AS app_name,
    p.first_day, p.last_day
  FROM latest AS p
  LEFT JOIN apps AS a ON a.team = p.team AND a.vendor = p.vendor AND a.sku = p.parent_sku AND a.position = 1
  WHERE p.position = 1
) AS model
