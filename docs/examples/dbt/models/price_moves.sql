SELECT
  cast(day AS date) AS day,
  cast(day_before AS date) AS day_before,
  cast(team AS varchar) AS team,
  cast(product_kind AS varchar) AS product_kind,
  cast(product_id AS varchar) AS product_id,
  cast(plan AS varchar) AS plan,
  cast(territory AS varchar) AS territory,
  cast(country_code AS varchar) AS country_code,
  cast(currency AS varchar) AS currency,
  cast(currency_before AS varchar) AS currency_before,
  cast(price_before AS decimal(38,6)) AS price_before,
  cast(price_after AS decimal(38,6)) AS price_after,
  cast(proceeds_before AS decimal(38,6)) AS proceeds_before,
  cast(proceeds_after AS decimal(38,6)) AS proceeds_after,
  cast(change_id AS varchar) AS change_id
FROM (
  WITH beside AS (
    SELECT day, team, product_kind, product_id, plan, territory, country_code, currency, customer_price, proceeds,
      lag(day) OVER (PARTITION BY team, product_kind, product_id, plan, territory ORDER BY day) AS day_before,
      lag(currency) OVER (PARTITION BY team, product_kind, product_id, plan, territory ORDER BY day) AS currency_before,
      lag(customer_price) OVER (PARTITION BY team, product_kind, product_id, plan, territory ORDER BY day) AS price_before,
      lag(proceeds) OVER (PARTITION BY team, product_kind, product_id, plan, territory ORDER BY day) AS proceeds_before
    FROM {{ ref('prices_daily') }}
  ), asked AS (
    SELECT c.team, c.product_id, coalesce(c.plan, '-') AS plan, c.territory, c.effective_day, c.price_after,
      max(c.change_id) AS change_id
    FROM {{ source('app_store_connect', 'price_changes') }} AS c
    GROUP BY c.team, c.product_id, coalesce(c.plan, '-'), c.territory, c.effective_day, c.price_after
  )
  SELECT b.day, b.day_before, b.team, b.product_kind, b.product_id, b.plan, b.territory, b.country_code, b.currency,
    b.currency_before, b.price_before, b.customer_price AS price_after, b.proceeds_before, b.proceeds AS proceeds_after,
    max(a.change_id) AS change_id
  FROM beside AS b
  LEFT JOIN asked AS a ON a.team = b.team AND a.product_id = b.product_id AND a.plan = coalesce(b.plan, '-')
    AND a.territory = b.territory AND a.price_after = b.customer_price
    AND a.effective_day >= b.day_before AND a.effective_day <= b.day
  WHERE b.day_before IS NOT NULL
    AND (coalesce(b.customer_price, -1) <> coalesce(b.price_before, -1) OR coalesce(b.proceeds, -1) <> coalesce(b.proceeds_before, -1)
      OR coalesce(b.currency, '-') <> coalesce(b.currency_before, '-'))
  GROUP BY b.day, b.day_before, b.team, b.product_kind, b.product_id, b.plan, b.territory, b.country_code, b.currency,
    b.currency_before, b.price_before, b.customer_price, b.proceeds_before, b.proceeds
) AS model
