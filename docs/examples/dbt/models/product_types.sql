SELECT
  cast(product_type_identifier AS varchar) AS product_type_identifier,
  cast(kind AS varchar) AS kind,
  cast(platform AS varchar) AS platform,
  cast(is_sale AS boolean) AS is_sale
FROM (
  SELECT product_type_identifier, kind, platform, is_sale FROM (VALUES
    ('1', 'download', 'iOS', 'true'),
    ('1F', 'download', 'iOS', 'true'),
    ('1T', 'download', 'iOS', 'true'),
    ('F1', 'download', 'macOS', 'true'),
    ('1E', 'download', 'custom app', 'true'),
    ('1EP', 'download', 'custom app', 'true'),
    ('1EU', 'download', 'custom app', 'true'),
    ('1-B', 'bundle', 'iOS', 'true'),
    ('F1-B', 'bundle', 'macOS', 'true'),
    ('3', 'redownload', 'iOS', 'false'),
    ('3F', 'redownload', 'iOS', 'false'),
    ('3T', 'redownload', 'iOS', 'false'),
    ('F3', 'redownload', 'macOS', 'false'),
    ('7', 'update', 'iOS', 'false'),
    ('7F', 'update', 'iOS', 'false'),
    ('7T', 'update', 'iOS', 'false'),
    ('F7', 'update', 'macOS', 'false'),
    ('IA1', 'purchase', 'iOS', 'true'),
    ('IA1-M', 'purchase', 'macOS', 'true'),
    ('FI1', 'purchase', 'macOS', 'true'),
    ('IA3', 'restore', 'iOS', 'false'),
    ('IA9', 'non_renewing', 'iOS', 'true'),
    ('IA9-M', 'non_renewing', 'macOS', 'true'),
    ('IAY', 'subscription', 'iOS', 'true'),
    ('IAY-M', 'subscription', 'macOS', 'true'),
    ('IAC', 'free_subscription', 'iOS', 'false'),
    ('IAC-M', 'free_subscription', 'macOS', 'false')
  ) AS types (product_type_identifier, kind, platform, is_sale)
) AS model
