/** What Apple's published file (version 3.7.0) does not say and Apple does, or is seen to do. */
export type KnownGap = { problem: RegExp; reason: string };

/** Each must be met by flows.test.ts: one that a newer file has closed has to go. */
export const KNOWN_GAPS: readonly KnownGap[] = [
  {
    problem: /^GET \/v1\/(sales|finance)Reports 40[46] status: not in the contract$/,
    reason:
      'Reports: “There were no sales for the date specified” comes with 404, and a wrong Accept is said to draw 406; the file lists neither.',
  },
  {
    problem:
      /^(GET \/v1\/subscriptions\/\{id\}\/(prices|pricePoints)|(POST|PATCH) \/v1\/subscription(Prices|s\/\{id\})) .*planType\]?: unknown$/,
    reason: 'planType (monthly plans with a 12-month commitment) is newer than the file.',
  },
  {
    problem:
      /^GET \/v1\/subscription(\S+ 200 answer \S*\/relationships\/adjustedEqualizations: unknown|PricePoints\/\{id\}\/adjustedEqualizations( 200 answer)?: not in the contract)$/,
    reason: 'adjustedEqualizations of subscription price points is newer than the file.',
  },
  {
    problem: / 20[01] answer \/(data|included)\S*\/attributes\/(startDate|endDate): null must be string$/,
    reason: 'A price without a start or an end shows null, as in the examples on Apple’s pages.',
  },
  {
    problem:
      /^POST \/v1\/(inAppPurchasePriceSchedules|subscriptionPrices) body \S*\/attributes\/(startDate|endDate): null must be string$/,
    reason: 'Apple’s articles on prices send null for “from now on” and “without end”.',
  },
  {
    problem: /^POST \/v1\/appPriceSchedules body \/included\/\*\/(attributes|relationships): unknown$/,
    reason:
      'AppPriceV2InlineCreate has no members but type and id; Apple’s page on app prices sends the same ones as for in-app purchases.',
  },
  {
    problem: /^GET \S+ query cursor: unknown$/,
    reason: 'cursor stands in links.next only, which Apple’s pages tell clients to follow.',
  },
];

/** The problems that no known gap explains. */
export const unexplained = (problems: readonly string[]): string[] =>
  problems.filter((text) => !KNOWN_GAPS.some(({ problem }) => problem.test(text)));
