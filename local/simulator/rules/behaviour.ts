/**
 * The points on which Apple's documentation is silent or observers disagree. Each can be turned, so that the product
 * is tested against either side. The defaults are the documented or seen one, else the less forgiving.
 */
export type Behaviour = {
  /** How far Apple's clock is ahead of this machine's; negative: behind. */
  clockAheadSeconds: number;
  /** How far `iat` may lie in the future. Apple documents no tolerance. */
  clockToleranceSeconds: number;
  /**
   * Every how many valid tokens one is refused with 401 all the same, as single servers of Apple that lag behind do
   * (microsoft/asconnect#8, codemagic-ci-cd/cli-tools#178). 0: none.
   */
  strayRefusalEvery: number;
  /** A token without `iat`: Apple's page lists the claim, and clients that send none have worked for years. */
  missingIssuedAt: 'accepted' | 'refused';
  /** Whether a scope entry without a query matches a request that has one (undocumented). */
  scopeEntryWithoutQuery: 'only-without-query' | 'any-query';
  /** Whether a request may carry more parameters than the scope entry with a query that it matches (undocumented). */
  scopeExtraParameters: 'allowed' | 'refused';
  /** The code of the 401 for a revoked key: observers saw both. */
  revokedKeyCode: 'NOT_FOUND' | 'NOT_AUTHORIZED';
  /** How a missing agreement is told; older accounts get a plain `FORBIDDEN` that names it in the detail only. */
  missingAgreementCode: 'FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED' | 'FORBIDDEN';
  /** Whether the 429 of a used-up budget says in `Retry-After` when to come back. Apple documents no such header. */
  retryAfterOnRateLimit: boolean;
  /**
   * How many purchase price schedules a key may write in a minute. A live response to that write stated this limit
   * alone, without the hour. 0: not limited, and the hour is stated as for all other requests.
   */
  purchasePriceWritesPerMinute: number;
  /** Where hour and minute are both limited: whether one `X-Rate-Limit` states both, or each has its own. */
  rateLimitHeaders: 'one' | 'two';
  /** Which `Accept` headers draw 406 on report downloads; observers contradict each other. */
  reportAccept: 'anything' | 'must-accept-gzip' | 'must-not-ask-for-gzip';
  /** `Content-Encoding` of a report: a live response of 2023 carried `agzip`, which no client can decode; others none. */
  reportContentEncoding: 'none' | 'agzip';
  /** What a known vendor hears that never had data of this type. Does not concern SALES. */
  vendorWithoutDataOfType: 'invalid-vendor' | 'no-sales';
  /** What a weekly, monthly or yearly report that is not generated yet answers; both were seen. */
  longReportNotGenerated: 'not-available-yet' | 'no-sales';
  /**
   * What a retired version of a report answers: a 400 that names the latest one (rorkai/App-Store-Connect-CLI#1841), or
   * "There were no sales" for days that had some (Ponytech/appstoreconnectapi#54).
   */
  retiredReportVersion: 'refused' | 'no-sales';
  /**
   * Whether Apple serves another period than the one asked for, as it has done with last week's file for this week;
   * `sunday`: the daily file of the week's last day, by its own name; `sunday-renamed`: the same by the week's name.
   */
  weeklyReportPeriod: 'as-asked' | 'week-before' | 'sunday' | 'sunday-renamed';
  /**
   * Whether `PATCH /v1/subscriptions/{id}` takes prices for a subscription that has some, and what becomes of the
   * scheduled and preserved ones that the request does not name. Several tools saw it work for first prices only.
   */
  subscriptionBulkWrite: 'first-prices-only' | 'accepted' | 'accepted-and-replaces';
  /** Whether a subscription's price points are told for named territories only, as Apple has announced. */
  subscriptionPricePointsNeedTerritory: boolean;
  /** Whose prices `GET /v1/subscriptions/{id}/prices` lists without `filter[planType]`; the record names its plan. */
  subscriptionPricesWithoutPlan: 'every-plan' | 'up-front';
  /** The earliest start date of a live subscription's price: so many days after today. Observers say 1 or 2. */
  subscriptionLeadDays: number;
  /**
   * A second scheduled price of a territory and plan: laid over the first one, as Apple's help page says of the web page, or
   * refused (409, "more than one future prices"), as the tests of one program have it.
   */
  secondScheduledPrice: 'replaces' | 'refused';
  /**
   * How a start date that is too early is refused: at the attribute, or with the live words that name the earliest day, at the
   * relationship (`Invalid startDate=…, a future date is expected, and must be on or after …`).
   */
  earlyStartDate: 'attribute' | 'relationship';
  /**
   * What becomes of volume tiers when a price is created without any. Nobody has told; "dropped" is the less forgiving
   * side.
   */
  volumeTiersOfNewPrice: 'dropped' | 'kept';
  /** How long after a request for analytics its first instances can be seen; Apple says 24 to 48 hours. */
  analyticsFirstInstancesAfterHours: number;
  /**
   * How long after a one-time snapshot another one is refused, deleted ones included. Apple's engineer says about one in
   * 31 days (developer.apple.com/forums/thread/759773); 0: never.
   */
  snapshotEveryDays: number;
  /** Whether a request that stopped for inactivity keeps a new one out until it is deleted; one observer says so. */
  stoppedRequestKeepsOthersOut: boolean;
};

export const defaultBehaviour: Behaviour = {
  clockAheadSeconds: 0,
  clockToleranceSeconds: 0,
  strayRefusalEvery: 0,
  missingIssuedAt: 'accepted',
  scopeEntryWithoutQuery: 'only-without-query',
  scopeExtraParameters: 'allowed',
  revokedKeyCode: 'NOT_FOUND',
  missingAgreementCode: 'FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED',
  retryAfterOnRateLimit: false,
  purchasePriceWritesPerMinute: 250,
  rateLimitHeaders: 'one',
  reportAccept: 'anything',
  reportContentEncoding: 'agzip',
  vendorWithoutDataOfType: 'invalid-vendor',
  longReportNotGenerated: 'not-available-yet',
  retiredReportVersion: 'refused',
  weeklyReportPeriod: 'as-asked',
  subscriptionBulkWrite: 'first-prices-only',
  subscriptionPricePointsNeedTerritory: false,
  subscriptionPricesWithoutPlan: 'every-plan',
  subscriptionLeadDays: 1,
  secondScheduledPrice: 'replaces',
  earlyStartDate: 'attribute',
  volumeTiersOfNewPrice: 'dropped',
  analyticsFirstInstancesAfterHours: 36,
  snapshotEveryDays: 31,
  stoppedRequestKeepsOthersOut: false,
};
