SELECT
  cast(currency AS varchar) AS currency,
  cast(per_usd AS decimal(38,6)) AS per_usd
FROM (
  SELECT currency, per_usd FROM (VALUES
    ('AED', '3.6725'),
    ('QAR', '3.64'),
    ('SAR', '3.75')
  ) AS pegs (currency, per_usd)
) AS model
