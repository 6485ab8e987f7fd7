COPY (
  SELECT * FROM read_csv('*.tsv*', delim = '\t', quote = '', header = true, dateformat = '%m/%d/%Y')
) TO 'sales.parquet' (FORMAT parquet);

SELECT strftime("Begin Date", '%Y-%m-%d') AS day,
  coalesce(nullif(trim("Parent Identifier"), ''), trim(SKU)) AS app,
  CAST(sum(Units) AS BIGINT) AS units
FROM 'sales.parquet'
GROUP BY ALL
ORDER BY day DESC, app;
