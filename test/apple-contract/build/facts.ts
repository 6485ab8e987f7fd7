/**
 * What the npm package lost on the way from Apple's document, as a few facts of our own. Source: Apple's OpenAPI file
 * 3.7.0, in which every page limit is 200 and every `limit[…]` is 50 but for these.
 */
export const USUAL_PAGE = 200;
export const USUAL_INCLUDED = 50;

/** Largest values of `limit` and `limit[…]` that differ from the usual ones, by method, path and parameter. */
export const PAGE_LIMITS: ReadonlyMap<string, number> = new Map([
  ['get /v1/betaGroups limit[builds]', 1000],
  ['get /v1/betaGroups/{id} limit[builds]', 1000],
  ['get /v2/inAppPurchases/{id} limit[pricePoints]', 8000],
  ['get /v2/inAppPurchases/{id}/pricePoints limit', 8000],
  ['get /v1/inAppPurchasePricePoints/{id}/equalizations limit', 8000],
  ['get /v1/subscriptions/{id}/pricePoints limit', 8000],
  ['get /v1/subscriptionPricePoints/{id}/equalizations limit', 8000],
  // Apple's file 4.5.1.
  ['get /v1/subscriptionPricePoints/{id}/adjustedEqualizations limit', 8000],
]);

/** Reads whose 200 comes as `text/csv` too. The last one: Apple's file 4.5.1. */
export const ALSO_CSV: ReadonlySet<string> = new Set([
  'get /v1/apps/{id}/appPricePoints',
  'get /v3/appPricePoints/{id}/equalizations',
  'get /v2/inAppPurchases/{id}/pricePoints',
  'get /v1/inAppPurchasePricePoints/{id}/equalizations',
  'get /v1/subscriptions/{id}/pricePoints',
  'get /v1/subscriptionPricePoints/{id}/equalizations',
  'get /v1/subscriptionPricePoints/{id}/adjustedEqualizations',
]);

/** Media types of Apple's schemas that are no JSON. */
export const MEDIA_TYPES: ReadonlyMap<string, string> = new Map([
  ['gzip', 'application/a-gzip'],
  ['csv', 'text/csv'],
  ['xcodeMetrics', 'application/vnd.apple.xcode-metrics+json'],
  ['diagnosticLogs', 'application/vnd.apple.diagnostic-logs+json'],
]);
