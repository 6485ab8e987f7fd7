/** What the contract (4.4.1 with what is known of 4.5 to 4.6.1) does not say and Apple does, or is seen to do. */
export type KnownGap = {
  problem: RegExp;
  reason: string;
  /** The test that meets it, where that is not flows.test.ts: the product never sends such a request. */
  metBy?: string;
};

/** Each must be met by flows.test.ts, unless it says otherwise: one that a newer contract has closed has to go. */
export const KNOWN_GAPS: readonly KnownGap[] = [
  {
    problem: /^GET \/v1\/(sales|finance)Reports 4(04|06|10) status: not in the contract$/,
    reason:
      'Reports: “There were no sales for the date specified” comes with 404, a report that is no longer kept with 410 and a wrong Accept is said to draw 406; the contract lists none of them.',
  },
  {
    problem: / 20[01] answer \/(data|included)\S*\/attributes\/(startDate|endDate): null must be string$/,
    reason: 'A price without a start or an end shows null, as in the examples on Apple’s pages.',
  },
  {
    problem: /^GET \S+ query cursor: unknown$/,
    reason: 'cursor stands in links.next only, which Apple’s pages tell clients to follow.',
  },
  {
    problem: /^DELETE \/v1\/subscriptionPrices\/\{id\} 409 status: not in the contract$/,
    reason: 'A price in effect cannot be deleted: 3.7.0 declared the 409 that observers saw, 4.4.1 does not.',
    metBy: 'test/simulator/prices/prices-subscriptions.test.ts',
  },
];

/** The problems that no known gap explains. */
export const unexplained = (problems: readonly string[]): string[] =>
  problems.filter((text) => !KNOWN_GAPS.some(({ problem }) => problem.test(text)));
