SELECT
  cast(created_day AS date) AS created_day,
  cast(team AS varchar) AS team,
  cast(app_id AS varchar) AS app_id,
  cast(territory AS varchar) AS territory,
  cast(country_code AS varchar) AS country_code,
  cast(reviews AS bigint) AS reviews,
  cast(stars_1 AS bigint) AS stars_1,
  cast(stars_2 AS bigint) AS stars_2,
  cast(stars_3 AS bigint) AS stars_3,
  cast(stars_4 AS bigint) AS stars_4,
  cast(stars_5 AS bigint) AS stars_5,
  cast(stars AS bigint) AS stars,
  cast(answered AS bigint) AS answered,
  cast(gone AS bigint) AS gone
FROM (
  SELECT created_day, team, app_id, territory, country_code, count(*) AS reviews,
    sum(CASE WHEN rating = 1 THEN 1 ELSE 0 END) AS stars_1, sum(CASE WHEN rating = 2 THEN 1 ELSE 0 END) AS stars_2, sum(CASE WHEN rating = 3 THEN 1 ELSE 0 END) AS stars_3, sum(CASE WHEN rating = 4 THEN 1 ELSE 0 END) AS stars_4, sum(CASE WHEN rating = 5 THEN 1 ELSE 0 END) AS stars_5,
    sum(rating) AS stars, sum(CASE WHEN is_answered THEN 1 ELSE 0 END) AS answered,
    sum(CASE WHEN is_gone THEN 1 ELSE 0 END) AS gone
  FROM {{ ref('reviews_latest') }}
  GROUP BY created_day, team, app_id, territory, country_code
) AS model
