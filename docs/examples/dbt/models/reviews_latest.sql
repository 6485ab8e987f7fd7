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
  cast(created_at AS varchar) AS created_at,
  cast(first_seen_at AS varchar) AS first_seen_at,
  cast(versions AS bigint) AS versions,
  cast(first_rating AS bigint) AS first_rating,
  cast(is_answered AS boolean) AS is_answered,
  cast(response_state AS varchar) AS response_state,
  cast(response_body AS varchar) AS response_body,
  cast(response_modified_at AS varchar) AS response_modified_at,
  cast(is_gone AS boolean) AS is_gone,
  cast(gone_seen_at AS varchar) AS gone_seen_at
FROM (
  WITH seen AS (
    SELECT r.*,
      row_number() OVER (PARTITION BY team, app, review_id ORDER BY CASE WHEN change = 'gone' THEN 1 ELSE 0 END, version DESC, seen_at DESC) AS newest,
      row_number() OVER (PARTITION BY team, app, review_id ORDER BY version DESC, seen_at DESC) AS latest,
      row_number() OVER (PARTITION BY team, app, review_id ORDER BY version, seen_at) AS oldest
    FROM {{ source('app_store_connect', 'customer_reviews') }} AS r
  )
  SELECT n.team, n.app AS app_id, n.review_id, n.created_day, n.rating, n.title, n.body, n.reviewer_nickname, n.territory,
    t.country_code, coalesce(t.territory_long, n.territory) AS territory_long, n.created_at, o.seen_at AS first_seen_at,
    l.version AS versions, o.rating AS first_rating, n.response_id IS NOT NULL AS is_answered, n.response_state,
    n.response_body, n.response_modified_at, l.change = 'gone' AS is_gone,
    CASE WHEN l.change = 'gone' THEN l.seen_at END AS gone_seen_at
  FROM seen AS n
  JOIN seen AS l ON l.team = n.team AND l.app = n.app AND l.review_id = n.review_id AND l.latest = 1
  JOIN seen AS o ON o.team = n.team AND o.app = n.app AND o.review_id = n.review_id AND o.oldest = 1
  LEFT JOIN {{ ref('territories') }} AS t ON t.territory = n.territory
  WHERE n.newest = 1
) AS model
