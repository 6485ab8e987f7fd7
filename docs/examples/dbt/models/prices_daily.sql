SELECT
  cast(day AS date) AS day,
  cast(team AS varchar) AS team,
  cast(product_kind AS varchar) AS product_kind,
  cast(product_id AS varchar) AS product_id,
  cast(plan AS varchar) AS plan,
  cast(product_name AS varchar) AS product_name,
  cast(territory AS varchar) AS territory,
  cast(country_code AS varchar) AS country_code,
  cast(currency AS varchar) AS currency,
  cast(customer_price AS decimal(38,6)) AS customer_price,
  cast(proceeds AS decimal(38,6)) AS proceeds,
  cast(price_source AS varchar) AS price_source,
  cast(scheduled_from AS date) AS scheduled_from,
  cast(scheduled_price AS decimal(38,6)) AS scheduled_price
FROM (
  SELECT cast(p.report_date AS date) AS day, p.team, p.product_kind, p.product_id, p.product_plan AS plan,
    p.product_name, p.territory, t.country_code, p.currency, p.customer_price, p.developer_proceeds AS proceeds,
    p.price_source, p.scheduled_from, p.scheduled_price
  FROM {{ source('app_store_connect', 'price_list_daily') }} AS p
  LEFT JOIN {{ ref('territories') }} AS t ON t.territory = p.territory
) AS model
