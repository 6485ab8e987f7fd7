SELECT
  cast(report_date AS date) AS report_date,
  cast(team AS varchar) AS team,
  cast(vendor AS varchar) AS vendor,
  cast(product_id AS varchar) AS product_id,
  cast(sku AS varchar) AS sku,
  cast(title AS varchar) AS title,
  cast(parent_sku AS varchar) AS parent_sku,
  cast(kind AS varchar) AS kind,
  cast(is_sale AS boolean) AS is_sale,
  cast(is_credit AS boolean) AS is_credit,
  cast(subscription_row AS varchar) AS subscription_row,
  cast(country_code AS varchar) AS country_code,
  cast(customer_currency AS varchar) AS customer_currency,
  cast(currency_of_proceeds AS varchar) AS currency_of_proceeds,
  cast(units AS decimal(38,2)) AS units,
  cast(price AS decimal(38,6)) AS price,
  cast(proceeds AS decimal(38,6)) AS proceeds,
  cast(customer_amount AS decimal(38,6)) AS customer_amount
FROM (
  SELECT
    cast(s.report_date AS date) AS report_date,
    s.team,
    s.vendor,
    nullif(trim(s.apple_identifier), '') AS product_id,
    nullif(trim(s.sku), '') AS sku,
    nullif(trim(s.title), '') AS title,
    nullif(trim(s.parent_identifier), '') AS parent_sku,
    coalesce(t.kind, 'unknown') AS kind,
    coalesce(t.is_sale, true) AS is_sale,
    coalesce(trim(s.cmb) = 'CMB-C', false) AS is_credit,
    nullif(trim(s.subscription), '') AS subscription_row,
    nullif(trim(s.country_code), '') AS country_code,
    nullif(trim(s.customer_currency), '') AS customer_currency,
    nullif(trim(s.currency_of_proceeds), '') AS currency_of_proceeds,
    s.units,
    abs(s.customer_price) AS price,
    cast(s.units AS decimal(38,2)) * s.developer_proceeds AS proceeds,
    cast(s.units AS decimal(38,2)) * abs(s.customer_price) AS customer_amount
  FROM {{ source('app_store_connect', 'sales_summary_daily') }} AS s
  LEFT JOIN {{ ref('product_types') }} AS t ON t.product_type_identifier = trim(s.product_type_identifier)
) AS model
