-- The sample behind docs/analysis.md: November 2026 of a small team, as its tables would hold it after Apple's reports came.
-- Made up, and small enough to be checked by hand. DuckDB's SQL; columns that are not named are NULL.

-- Sales. The app Tide (100) is free. Its yearly subscription (200) sells in the US and Germany, coins (300) in Japan.
INSERT INTO sales_summary_daily
  (team, vendor, report_date, sku, title, product_type_identifier, units, developer_proceeds, customer_price,
   customer_currency, currency_of_proceeds, country_code, apple_identifier, parent_identifier, subscription)
SELECT 'acme', '85012345', strftime(d, '%Y-%m-%d'), sku, title, type, units, proceeds, price, currency, currency, country, id,
  parent, subscription
FROM generate_series(DATE '2026-11-01', DATE '2026-11-30', INTERVAL 1 DAY) AS days (d)
CROSS JOIN (VALUES
  ('com.acme.tide', 'Tide', '1F', 40, 0, 0, 'USD', 'US', '100', NULL, NULL),
  ('com.acme.tide', 'Tide', '1F', 12, 0, 0, 'EUR', 'DE', '100', NULL, NULL),
  ('com.acme.tide', 'Tide', '3F', 5, 0, 0, 'USD', 'US', '100', NULL, NULL),
  ('com.acme.tide', 'Tide', '7F', 300, 0, 0, 'USD', 'US', '100', NULL, NULL),
  ('pro.yearly', 'Pro, yearly', 'IAY', 2, 27.99, 39.99, 'USD', 'US', '200', 'com.acme.tide', 'New'),
  ('pro.yearly', 'Pro, yearly', 'IAY', 3, 27.99, 39.99, 'USD', 'US', '200', 'com.acme.tide', 'Renewal'),
  ('pro.yearly', 'Pro, yearly', 'IAY', 1, 23.52, 39.99, 'EUR', 'DE', '200', 'com.acme.tide', 'New'),
  ('pro.yearly', 'Pro, yearly', 'IAY', 4, 0, 0, 'USD', 'US', '200', 'com.acme.tide', 'New'),
  ('coins', '100 coins', 'IA1', 3, 112, 160, 'JPY', 'JP', '300', 'com.acme.tide', NULL)
) AS one (sku, title, type, units, proceeds, price, currency, country, id, parent, subscription);

-- One refund: negative units and price, positive proceeds, as Apple writes it.
INSERT INTO sales_summary_daily
  (team, vendor, report_date, sku, title, product_type_identifier, units, developer_proceeds, customer_price,
   customer_currency, currency_of_proceeds, country_code, apple_identifier, parent_identifier)
VALUES ('acme', '85012345', '2026-11-15', 'pro.yearly', 'Pro, yearly', 'IAY', -1, 23.52, -39.99, 'EUR', 'EUR', 'DE', '200',
  'com.acme.tide');

-- Reference rates of each working day.
INSERT INTO exchange_rates (source, currency, rate_date, per_eur, loaded_at)
SELECT 'ecb', currency, d, per_eur, '2026-12-01T00:00:00Z'
FROM generate_series(DATE '2026-10-30', DATE '2026-11-30', INTERVAL 1 DAY) AS days (d)
CROSS JOIN (VALUES ('USD', 1.05), ('JPY', 168)) AS one (currency, per_eur)
WHERE dayofweek(d) BETWEEN 1 AND 5;

-- Subscribers at the end of October and of November: yearly in the US, monthly in Germany, some at the price before.
INSERT INTO subscription_summary_daily
  (team, vendor, report_date, app_name, app_apple_id, subscription_name, subscription_apple_id,
   standard_subscription_duration, customer_price, customer_currency, developer_proceeds, proceeds_currency,
   preserved_pricing, country, active_standard_price_subscriptions, active_free_trial_introductory_offer_subscriptions,
   billing_retry, grace_period)
VALUES
  ('acme', '85012345', '2026-10-31', 'Tide', '100', 'Pro, yearly', '200', '1 Year', 39.99, 'USD', 27.99, 'USD', ' ', 'US', 600, 0, 4, 0),
  ('acme', '85012345', '2026-10-31', 'Tide', '100', 'Pro, monthly', '201', '1 Month', 4.99, 'EUR', 2.93, 'EUR', ' ', 'DE', 200, 0, 6, 2),
  ('acme', '85012345', '2026-10-31', 'Tide', '100', 'Pro, monthly', '201', '1 Month', 0, 'EUR', 0, 'EUR', ' ', 'DE', 0, 50, 0, 0),
  ('acme', '85012345', '2026-11-30', 'Tide', '100', 'Pro, yearly', '200', '1 Year', 39.99, 'USD', 27.99, 'USD', ' ', 'US', 648, 0, 5, 0),
  ('acme', '85012345', '2026-11-30', 'Tide', '100', 'Pro, monthly', '201', '1 Month', 4.99, 'EUR', 2.93, 'EUR', ' ', 'DE', 150, 0, 4, 1),
  ('acme', '85012345', '2026-11-30', 'Tide', '100', 'Pro, monthly', '201', '1 Month', 4.99, 'EUR', 2.93, 'EUR', 'Yes', 'DE', 10, 0, 0, 0),
  ('acme', '85012345', '2026-11-30', 'Tide', '100', 'Pro, monthly', '201', '1 Month', 5.99, 'EUR', 3.52, 'EUR', ' ', 'DE', 40, 0, 0, 0),
  ('acme', '85012345', '2026-11-30', 'Tide', '100', 'Pro, monthly', '201', '1 Month', 0, 'EUR', 0, 'EUR', ' ', 'DE', 0, 60, 0, 0);

-- Events: what became of the trials of August, and the cancellations of November.
INSERT INTO subscription_event_summary_daily
  (team, vendor, report_date, event_date, event, app_apple_id, subscription_apple_id, standard_subscription_duration,
   country, consecutive_paid_periods, subscription_offer_type, original_start_date, cancellation_reason, quantity)
SELECT 'acme', '85012345', strftime(day, '%Y-%m-%d'), day, event, '100', id, duration, country, periods, offer, started, reason,
  quantity
FROM (VALUES
  (DATE '2026-08-03', 'Start Introductory Offer', '201', '1 Month', 'DE', 0, 'Free Trial', DATE '2026-08-03', NULL, 10),
  (DATE '2026-08-10', 'Paid Subscription from Introductory Offer', '201', '1 Month', 'DE', 1, ' ', DATE '2026-08-03', NULL, 4),
  (DATE '2026-08-10', 'Billing Retry from Introductory Offer', '201', '1 Month', 'DE', 0, ' ', DATE '2026-08-03', NULL, 2),
  (DATE '2026-08-10', 'Cancel', '201', '1 Month', 'DE', 0, ' ', DATE '2026-08-03', 'Canceled', 4),
  (DATE '2026-09-02', 'Renewal from Billing Retry', '201', '1 Month', 'DE', 1, ' ', DATE '2026-08-03', NULL, 1),
  (DATE '2026-09-10', 'Renew', '201', '1 Month', 'DE', 2, ' ', DATE '2026-08-03', NULL, 3),
  (DATE '2026-09-10', 'Cancel', '201', '1 Month', 'DE', 1, ' ', DATE '2026-08-03', 'Canceled', 1),
  (DATE '2026-10-09', 'Canceled from Billing Retry', '201', '1 Month', 'DE', 0, ' ', DATE '2026-08-03', 'Billing issue', 1),
  (DATE '2026-10-10', 'Renew', '201', '1 Month', 'DE', 3, ' ', DATE '2026-08-03', NULL, 2),
  (DATE '2026-11-05', 'Cancel', '201', '1 Month', 'DE', 2, ' ', DATE '2026-09-05', 'Canceled', 11),
  (DATE '2026-11-12', 'Cancel', '201', '1 Month', 'DE', 4, ' ', DATE '2026-07-12', 'Price increase', 3),
  (DATE '2026-11-20', 'Canceled from Billing Retry', '201', '1 Month', 'DE', 3, ' ', DATE '2026-08-20', 'Billing issue', 2),
  (DATE '2026-11-21', 'Cancel', '201', '1 Month', 'DE', 0, ' ', DATE '2026-11-14', 'Canceled', 20),
  (DATE '2026-11-22', 'Refund', '201', '1 Month', 'DE', 1, ' ', DATE '2026-10-22', NULL, 3),
  (DATE '2026-11-18', 'Cancel', '200', '1 Year', 'US', 1, ' ', DATE '2025-11-18', 'Canceled', 12)
) AS events (day, event, id, duration, country, periods, offer, started, reason, quantity);

-- Apple's settlement of its fiscal month 2027-02, 1 to 28 November.
INSERT INTO financial_zz
  (team, vendor, report_date, apple_identifier, country_of_sale, partner_share_currency, quantity, extended_partner_share,
   customer_price)
VALUES
  ('acme', '85012345', '2027-02', '200', 'US', 'USD', 138, 3862.62, 39.99),
  ('acme', '85012345', '2027-02', '200', 'DE', 'EUR', 27, 635.04, 39.99),
  ('acme', '85012345', '2027-02', '200', 'DE', 'EUR', -1, -23.52, -39.99),
  ('acme', '85012345', '2027-02', '300', 'JP', 'JPY', 84, 9408, 160);

-- The monthly subscription became dearer in Germany on 15 October. Austria, Switzerland and France kept their price.
INSERT INTO price_changes
  (team, change_id, product_kind, product_id, plan, territory, currency, price_before, price_after, effective_day,
   existing_subscribers, requested_by, approved_by, reason)
VALUES ('acme', 'autumn-2026', 'subscription', '201', 'UPFRONT', 'DEU', 'EUR', 4.99, 5.99, DATE '2026-10-15', 'keepPrice',
  'cfo@acme.example', 'ceo@acme.example', 'server costs');
INSERT INTO price_effects
  (team, change_id, product_kind, product_id, plan, change_day, look_days, version, measured_on, measure, outcome, ratio,
   low, high, rarely_shows_below, changed_territories, stayed_territories, changed_before, changed_after, stayed_before,
   stayed_after, words)
VALUES
  ('acme', 'autumn-2026', 'subscription', '201', 'UPFRONT', DATE '2026-10-15', 28, 1, DATE '2026-11-15', 'starts', 'fell', 0.79,
   0.68, 0.91, 0.22, 1, 3, 640, 262, 810, 421,
   'In the 1 territory with the new price, subscriptions started without an offer fell by about 21 % compared with the 3 where it stayed (90 % interval: 32 % down to 9 % down).'),
  ('acme', 'autumn-2026', 'subscription', '201', 'UPFRONT', DATE '2026-10-15', 28, 1, DATE '2026-11-15', 'new_proceeds', 'same', 0.97,
   0.91, 1.04, 0.1, 1, 3, 640, 262, 810, 421,
   'Proceeds of first payments stayed about the same compared with the 3 where it stayed: any difference is likely under 10 %.');

-- Version 3.1 of Tide came on 15 November. The monthly subscription (201) has a sales row of no units, by which it is known
-- to be Tide's.
UPDATE sales_summary_daily SET version = CASE WHEN report_date < '2026-11-15' THEN '3.0' ELSE '3.1' END
WHERE apple_identifier = '100';
INSERT INTO sales_summary_daily
  (team, vendor, report_date, sku, title, product_type_identifier, units, developer_proceeds, customer_price,
   customer_currency, currency_of_proceeds, country_code, apple_identifier, parent_identifier)
VALUES ('acme', '85012345', '2026-11-01', 'pro.monthly', 'Pro, monthly', 'IAY', 0, 3.52, 5.99, 'EUR', 'EUR', 'DE', '201',
  'com.acme.tide');

-- Reviews of the app 100: one before the new price, two after it, one of them edited and answered, one in another country.
INSERT INTO customer_reviews
  (team, app, report_date, review_id, version, change, seen_at, created_at, created_day, rating, title, body,
   reviewer_nickname, territory, response_id, response_state, response_body, response_modified_at)
VALUES
  ('acme', '100', '2026-10-01', 'r1', 1, 'new', '2026-10-01T15:07:00.000Z', '2026-10-01T09:00:00.000Z', DATE '2026-10-01', 5,
   'Lovely', 'Best tide tables', 'ada', 'DEU', NULL, NULL, NULL, NULL),
  ('acme', '100', '2026-11-10', 'r2', 1, 'new', '2026-11-10T15:07:00.000Z', '2026-11-10T09:00:00.000Z', DATE '2026-11-10', 1,
   'Too dear now', 'A euro more', 'bo', 'DEU', NULL, NULL, NULL, NULL),
  ('acme', '100', '2026-11-12', 'r2', 2, 'edited', '2026-11-12T15:07:00.000Z', '2026-11-10T09:00:00.000Z', DATE '2026-11-10', 3,
   'Dear, but good support', 'A euro more', 'bo', 'DEU', 'a2', 'PUBLISHED', 'You keep the price before.', '2026-11-11T10:00:00.000Z'),
  ('acme', '100', '2026-11-20', 'r3', 1, 'new', '2026-11-20T15:07:00.000Z', '2026-11-20T09:00:00.000Z', DATE '2026-11-20', 4,
   'Still worth it', 'Fine', 'cy', 'DEU', NULL, NULL, NULL, NULL),
  ('acme', '100', '2026-11-20', 'r4', 1, 'new', '2026-11-20T15:07:00.000Z', '2026-11-20T10:00:00.000Z', DATE '2026-11-20', 2,
   'Crashes', 'On start', 'di', 'FRA', NULL, NULL, NULL, NULL);
