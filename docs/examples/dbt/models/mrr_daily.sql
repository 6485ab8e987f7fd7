SELECT
  cast(report_date AS date) AS report_date,
  cast(team AS varchar) AS team,
  cast(vendor AS varchar) AS vendor,
  cast(app_id AS varchar) AS app_id,
  cast(subscription_id AS varchar) AS subscription_id,
  cast(subscription_name AS varchar) AS subscription_name,
  cast(duration AS varchar) AS duration,
  cast(country_code AS varchar) AS country_code,
  cast(customer_currency AS varchar) AS customer_currency,
  cast(currency_of_proceeds AS varchar) AS currency_of_proceeds,
  cast(preserved AS boolean) AS preserved,
  cast(paid AS decimal(38,2)) AS paid,
  cast(mrr_customer AS decimal(38,6)) AS mrr_customer,
  cast(mrr_proceeds AS decimal(38,6)) AS mrr_proceeds,
  cast(mrr_excluded AS decimal(38,2)) AS mrr_excluded
FROM (
  SELECT report_date, team, vendor, app_id, subscription_id, subscription_name, duration, country_code, customer_currency, currency_of_proceeds, preserved,
    sum(CASE WHEN per_month IS NULL THEN 0 ELSE counted END) AS paid,
    sum(counted * price * per_month) AS mrr_customer,
    sum(counted * proceeds * per_month) AS mrr_proceeds,
    sum(excluded + CASE WHEN per_month IS NULL THEN counted ELSE 0 END) AS mrr_excluded
  FROM (
    SELECT report_date, team, vendor, app_id, subscription_id, subscription_name, duration, country_code, customer_currency, currency_of_proceeds, preserved,
      cast(price AS double) AS price, cast(proceeds AS double) AS proceeds,
      paid_standard + paid_as_you_go_intro + paid_as_you_go_promo + paid_as_you_go_code + paid_as_you_go_winback AS counted,
      paid_up_front_intro + paid_up_front_promo + paid_up_front_code + paid_up_front_winback AS excluded,
      cast(CASE duration
      WHEN '7 Days' THEN 365.25e0 / 84e0 WHEN '1 Month' THEN 1e0 WHEN '2 Months' THEN 1e0 / 2e0
      WHEN '3 Months' THEN 1e0 / 3e0 WHEN '6 Months' THEN 1e0 / 6e0 WHEN '1 Year' THEN 1e0 / 12e0 END AS double) AS per_month
    FROM {{ ref('subscription_lines') }}
  ) AS rows_by_price
  GROUP BY report_date, team, vendor, app_id, subscription_id, subscription_name, duration, country_code, customer_currency, currency_of_proceeds, preserved
) AS model
