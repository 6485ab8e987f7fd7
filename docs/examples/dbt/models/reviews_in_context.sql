SELECT
  cast(team AS varchar) AS team,
  cast(app_id AS varchar) AS app_id,
  cast(review_id AS varchar) AS review_id,
  cast(created_day AS date) AS created_day,
  cast(rating AS bigint) AS rating,
  cast(title AS varchar) AS title,
  cast(body AS varchar) AS body,
  cast(reviewer_nickname AS varchar) AS reviewer_nickname,
  cast(territory AS varchar) AS territory,
  cast(country_code AS varchar) AS country_code,
  cast(territory_long AS varchar) AS territory_long,
  cast(is_answered AS boolean) AS is_answered,
  cast(app_name AS varchar) AS app_name,
  cast(newest_version AS varchar) AS newest_version,
  cast(version_day AS date) AS version_day,
  cast(price_change_id AS varchar) AS price_change_id,
  cast(price_change_day AS date) AS price_change_day,
  cast(changed_product_id AS varchar) AS changed_product_id,
  cast(price_before AS decimal(38,6)) AS price_before,
  cast(price_after AS decimal(38,6)) AS price_after,
  cast(currency AS varchar) AS currency
FROM (
  WITH versions AS (
    SELECT r.team, r.app_id, r.review_id, v.app_version, v.first_day,
      row_number() OVER (PARTITION BY r.team, r.app_id, r.review_id ORDER BY v.first_day DESC, v.last_day DESC, v.app_version DESC) AS place
    FROM {{ ref('reviews_latest') }} AS r
    JOIN {{ ref('app_versions') }} AS v ON v.team = r.team AND v.app_id = r.app_id AND v.first_day <= r.created_day
  ), changes AS (
    SELECT r.team, r.app_id, r.review_id, c.change_id, c.effective_day, c.product_id, c.price_before, c.price_after, c.currency,
      row_number() OVER (PARTITION BY r.team, r.app_id, r.review_id ORDER BY c.effective_day DESC, c.change_id DESC) AS place
    FROM {{ ref('reviews_latest') }} AS r
    JOIN {{ source('app_store_connect', 'price_changes') }} AS c ON c.team = r.team AND c.territory = r.territory AND c.effective_day <= r.created_day
    LEFT JOIN {{ ref('products') }} AS p ON p.team = c.team AND p.product_id = c.product_id
    WHERE coalesce(p.app_id, c.product_id) = r.app_id
  )
  SELECT r.team, r.app_id, r.review_id, r.created_day, r.rating, r.title, r.body, r.reviewer_nickname, r.territory,
    r.country_code, r.territory_long, r.is_answered, a.app_name, v.app_version AS newest_version,
    v.first_day AS version_day, c.change_id AS price_change_id,
    c.effective_day AS price_change_day, c.product_id AS changed_product_id,
    c.price_before, c.price_after, c.currency
  FROM {{ ref('reviews_latest') }} AS r
  LEFT JOIN {{ ref('products') }} AS a ON a.team = r.team AND a.product_id = r.app_id
  LEFT JOIN versions AS v ON v.team = r.team AND v.app_id = r.app_id AND v.review_id = r.review_id AND v.place = 1
  LEFT JOIN changes AS c ON c.team = r.team AND c.app_id = r.app_id AND c.review_id = r.review_id AND c.place = 1
) AS model
