import { column, common, type Model } from './model.ts';

/** Written by the look at reviews, where the setting `reviews` names apps. */
const TABLE = 'customer_reviews';
const SALES = 'sales_summary_daily';

const APP_ID = column('app_id', 'varchar', 'Apple ID of the app.');

const REVIEW = [
  ...common('team'),
  APP_ID,
  column('review_id', 'varchar', "Apple's id of the review."),
  column('created_day', 'date', 'Pacific day on which it was written, or edited where Apple moves the date.'),
  column('rating', 'bigint', '1 to 5 stars.'),
  column('title', 'varchar', 'Text of a stranger: escape it for whatever shows it.'),
  column('body', 'varchar', 'Text of a stranger: escape it for whatever shows it.'),
  column('reviewer_nickname', 'varchar', 'Name that the customer chose.'),
  column('territory', 'varchar', 'Storefront, three letters.'),
  ...common('country_code'),
  column('territory_long', 'varchar', 'Name of the storefront.'),
];

// mutation: model-reviews-latest
export const REVIEWS_LATEST: Model = {
  name: 'reviews_latest',
  grain: 'one review, as it was last seen',
  description:
    'Customer reviews without their earlier versions. A review that Apple has no more stays here as it was last seen, with is_gone.',
  reads: [TABLE, 'territories'],
  columns: [
    ...REVIEW,
    column('created_at', 'varchar', "Apple's date of the review, ISO 8601 in UTC."),
    column('first_seen_at', 'varchar', 'When this product saw it first, ISO 8601 in UTC.'),
    column(
      'versions',
      'bigint',
      '1, and one more for each edit, each change of the answer, and each time that it went or came back.',
    ),
    column('first_rating', 'bigint', 'Stars of the first version that was seen.'),
    column('is_answered', 'boolean', 'Whether the developer has answered.'),
    column('response_state', 'varchar', 'PUBLISHED or PENDING_PUBLISH.'),
    column('response_body', 'varchar', "The developer's answer."),
    column('response_modified_at', 'varchar', 'When the answer was last changed, ISO 8601 in UTC.'),
    column(
      'is_gone',
      'boolean',
      'Whether Apple has it no more: deleted by its author or removed by Apple, which Apple does not say.',
    ),
    column('gone_seen_at', 'varchar', 'When that was noticed, ISO 8601 in UTC.'),
  ],
  select: `  WITH seen AS (
    SELECT r.*,
      row_number() OVER (PARTITION BY team, app, review_id ORDER BY CASE WHEN change = 'gone' THEN 1 ELSE 0 END, version DESC, seen_at DESC) AS newest,
      row_number() OVER (PARTITION BY team, app, review_id ORDER BY version DESC, seen_at DESC) AS latest,
      row_number() OVER (PARTITION BY team, app, review_id ORDER BY version, seen_at) AS oldest
    FROM ${TABLE} AS r
  )
  SELECT n.team, n.app AS app_id, n.review_id, n.created_day, n.rating, n.title, n.body, n.reviewer_nickname, n.territory,
    t.country_code, coalesce(t.territory_long, n.territory) AS territory_long, n.created_at, o.seen_at AS first_seen_at,
    l.version AS versions, o.rating AS first_rating, n.response_id IS NOT NULL AS is_answered, n.response_state,
    n.response_body, n.response_modified_at, l.change = 'gone' AS is_gone,
    CASE WHEN l.change = 'gone' THEN l.seen_at END AS gone_seen_at
  FROM seen AS n
  JOIN seen AS l ON l.team = n.team AND l.app = n.app AND l.review_id = n.review_id AND l.latest = 1
  JOIN seen AS o ON o.team = n.team AND o.app = n.app AND o.review_id = n.review_id AND o.oldest = 1
  LEFT JOIN territories AS t ON t.territory = n.territory
  WHERE n.newest = 1`,
};

export const REVIEWS_DAILY: Model = {
  name: 'reviews_daily',
  grain: 'one day, app and storefront with reviews',
  description:
    'Reviews with a text, counted by stars. Ratings without a text are not here: the average of a storefront is another number.',
  reads: ['reviews_latest'],
  columns: [
    column('created_day', 'date', 'Pacific day of the review.'),
    ...common('team'),
    APP_ID,
    column('territory', 'varchar', 'Storefront, three letters.'),
    ...common('country_code'),
    column('reviews', 'bigint', 'Reviews of that day, as they were last seen.'),
    ...[1, 2, 3, 4, 5].map((stars) =>
      column(`stars_${stars}`, 'bigint', `Of them with ${stars} of 5 stars.`),
    ),
    column('stars', 'bigint', 'Sum of all stars: divide the sums, do not average averages.'),
    column('answered', 'bigint', 'Of them answered by the developer.'),
    column(
      'gone',
      'bigint',
      'Of them such as Apple has no more; they are counted in all other columns, too.',
    ),
  ],
  select: `  SELECT created_day, team, app_id, territory, country_code, count(*) AS reviews,
    ${[1, 2, 3, 4, 5].map((stars) => `sum(CASE WHEN rating = ${stars} THEN 1 ELSE 0 END) AS stars_${stars}`).join(', ')},
    sum(rating) AS stars, sum(CASE WHEN is_answered THEN 1 ELSE 0 END) AS answered,
    sum(CASE WHEN is_gone THEN 1 ELSE 0 END) AS gone
  FROM reviews_latest
  GROUP BY created_day, team, app_id, territory, country_code`,
};

export const APP_VERSIONS: Model = {
  name: 'app_versions',
  grain: 'one version of an app with a download or an update',
  description:
    'From which day on sales rows name a version of an app. A version can be out before its first row.',
  reads: [SALES, 'product_types'],
  columns: [
    ...common('team'),
    APP_ID,
    column('app_version', 'varchar', 'As the sales report writes it.'),
    column('first_day', 'date', 'First report day with a row of it.'),
    column('last_day', 'date', 'Latest report day with a row of it.'),
  ],
  select: `  SELECT s.team, trim(s.apple_identifier) AS app_id, trim(s.version) AS app_version,
    min(cast(s.report_date AS date)) AS first_day, max(cast(s.report_date AS date)) AS last_day
  FROM ${SALES} AS s
  JOIN product_types AS t ON t.product_type_identifier = trim(s.product_type_identifier)
  WHERE t.kind IN ('download', 'update') AND nullif(trim(s.version), '') IS NOT NULL
    AND nullif(trim(s.parent_identifier), '') IS NULL
  GROUP BY s.team, trim(s.apple_identifier), trim(s.version)`,
};

export const REVIEWS_IN_CONTEXT: Model = {
  name: 'reviews_in_context',
  grain: 'one review, as it was last seen',
  description:
    'Each review beside the newest version of the app on its day and the last price change in its storefront up to that day. What stands beside a review is not its cause.',
  reads: ['reviews_latest', 'app_versions', 'products', 'price_changes'],
  columns: [
    ...REVIEW,
    column('is_answered', 'boolean', 'Whether the developer has answered.'),
    column('app_name', 'varchar', 'Name of the app on the latest day with sales.'),
    column(
      'newest_version',
      'varchar',
      'The newest version with sales rows by that day. Apple does not say which one the customer has.',
    ),
    column('version_day', 'date', 'First report day with a sales row of that version.'),
    column(
      'price_change_id',
      'varchar',
      'The last price change of a product of the app in this storefront, on the day of the review or before it.',
    ),
    column('price_change_day', 'date', 'First Pacific day of the new price.'),
    column('changed_product_id', 'varchar', 'Apple ID of the product whose price moved.'),
    column('price_before', 'decimal(38,6)', 'Its price before.'),
    column('price_after', 'decimal(38,6)', 'Its price after.'),
    column('currency', 'varchar', 'Currency of both prices.'),
  ],
  select: `  WITH versions AS (
    SELECT r.team, r.app_id, r.review_id, v.app_version, v.first_day,
      row_number() OVER (PARTITION BY r.team, r.app_id, r.review_id ORDER BY v.first_day DESC, v.last_day DESC, v.app_version DESC) AS place
    FROM reviews_latest AS r
    JOIN app_versions AS v ON v.team = r.team AND v.app_id = r.app_id AND v.first_day <= r.created_day
  ), changes AS (
    SELECT r.team, r.app_id, r.review_id, c.change_id, c.effective_day, c.product_id, c.price_before, c.price_after, c.currency,
      row_number() OVER (PARTITION BY r.team, r.app_id, r.review_id ORDER BY c.effective_day DESC, c.change_id DESC) AS place
    FROM reviews_latest AS r
    JOIN price_changes AS c ON c.team = r.team AND c.territory = r.territory AND c.effective_day <= r.created_day
    LEFT JOIN products AS p ON p.team = c.team AND p.product_id = c.product_id
    WHERE coalesce(p.app_id, c.product_id) = r.app_id
  )
  SELECT r.team, r.app_id, r.review_id, r.created_day, r.rating, r.title, r.body, r.reviewer_nickname, r.territory,
    r.country_code, r.territory_long, r.is_answered, a.app_name, v.app_version AS newest_version,
    v.first_day AS version_day, c.change_id AS price_change_id,
    c.effective_day AS price_change_day, c.product_id AS changed_product_id,
    c.price_before, c.price_after, c.currency
  FROM reviews_latest AS r
  LEFT JOIN products AS a ON a.team = r.team AND a.product_id = r.app_id
  LEFT JOIN versions AS v ON v.team = r.team AND v.app_id = r.app_id AND v.review_id = r.review_id AND v.place = 1
  LEFT JOIN changes AS c ON c.team = r.team AND c.app_id = r.app_id AND c.review_id = r.review_id AND c.place = 1`,
};
