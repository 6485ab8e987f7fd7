/**
 * The queries users ask for first, saved in the workgroup. None adds currencies together: an amount always stands
 * beside its currency. A query is saved where its report is subscribed. `report_date` is a partition: naming it keeps a query cheap.
 */
export const SAVED_QUERIES = [
  {
    id: 'ProceedsByDayAndCurrency',
    report: 'SALES/SUMMARY/DAILY',
    title: 'Proceeds by day and currency',
    // Developer Proceeds is an amount per unit, so it is multiplied by the units.
    sql: `SELECT report_date, currency_of_proceeds, sum(units * developer_proceeds) AS proceeds
FROM sales_summary_daily
WHERE report_date >= cast(cast(current_date - interval '30' day AS date) AS varchar)
GROUP BY report_date, currency_of_proceeds
ORDER BY report_date DESC, currency_of_proceeds`,
  },
  {
    id: 'UnitsByAppAndCountry',
    report: 'SALES/SUMMARY/DAILY',
    title: 'Units by app and country',
    // 1, 1F, 1T and F1 are first downloads: Apple's help page "Product type identifiers".
    sql: `SELECT title, country_code, sum(units) AS units
FROM sales_summary_daily
WHERE report_date >= cast(cast(current_date - interval '30' day AS date) AS varchar)
  AND product_type_identifier IN ('1', '1F', '1T', 'F1')
GROUP BY title, country_code
ORDER BY units DESC`,
  },
  {
    id: 'SubscriptionMovements',
    report: 'SUBSCRIPTION_EVENT/SUMMARY/DAILY',
    title: 'Subscription movements',
    sql: `SELECT report_date, subscription_name, event, sum(quantity) AS quantity
FROM subscription_event_summary_daily
WHERE report_date >= cast(cast(current_date - interval '30' day AS date) AS varchar)
GROUP BY report_date, subscription_name, event
ORDER BY report_date DESC, subscription_name, event`,
  },
] as const;
