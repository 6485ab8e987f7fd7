import { always, becomes, bodyIs, never, onlyFirstOperand, operatorIs, valueIs } from '../form/changes.ts';
import type { TestedMistake } from '../form/mistake.ts';

const LIMITS = 'test/prices/plan/limits.test.ts';
const CURRENCIES = 'test/prices/plan/currencies.test.ts';
const ENDS = 'test/prices/plan/plan-ends-and-follows.test.ts';
const CONSENT = 'test/prices/consent/consent.test.ts';
const ACCEPT = 'test/prices/accept/accept-change.test.ts';
const APPROVE = 'test/prices/accept/approve-change.test.ts';
const CLOSE = 'test/prices/accept/close-change.test.ts';
const ROLLBACK = 'test/prices/accept/rollback.test.ts';
const RECONCILE = 'test/prices/reconcile/reconcile-prices.test.ts';
const HALF_REPLACED = 'test/faults/prices/worker/half-replaced.test.ts';
const AGAIN = 'test/prices/accept/delivered-again.test.ts';
const STATE = 'test/prices/plan/price-state.test.ts';
const ENDED = 'test/faults/prices/worker/ended-before-asked.test.ts';
const OVERTAKEN = 'test/faults/prices/worker/remainder-overtaken.test.ts';
const MOVES = 'test/prices/watch/moves.test.ts';

/** Mistakes with the rules of prices: limits, currencies, ends, consent, approvals, rollbacks, drift, Apple's own moves. */
export const PRICE_RULE_MISTAKES: readonly TestedMistake[] = [
  {
    mistake: 'the same prices planned again over another state at Apple are checked against the old state',
    mark: 'plan-over-state',
    change: valueIs('content.sha256'),
    test: 'test/prices/store/plan-store.test.ts',
  },
  {
    mistake:
      'what present subscribers keep counts as the price, where that has a start date and the price has none',
    mark: 'preserved-present',
    change: valueIs('begun.at(-1)'),
    test: STATE,
  },
  {
    mistake: 'what was told as refused is accepted when its event is delivered once more',
    mark: 'refusal-remembered',
    change: always,
    test: AGAIN,
  },
  {
    mistake: 'a change goes on though its twin was told as refused at the same moment',
    mark: 'refusal-twin',
    change: valueIs('undefined'),
    test: AGAIN,
  },
  {
    mistake: 'what a later change has priced meanwhile is awaited, though it was shown before',
    mark: 'overtaken-remainder',
    change: valueIs('Object.entries(finished)'),
    test: OVERTAKEN,
  },
  {
    mistake: 'an offer without an answer that is over before Apple can be asked counts as done',
    mark: 'ended-untold',
    change: never,
    test: ENDED,
  },
  {
    mistake: 'a request from outside may pass for a rollback',
    mark: 'own-fields',
    change: never,
    test: ACCEPT,
  },
  {
    mistake: 'several small steps pass the limit of a large one',
    mark: 'limit-window-currency',
    change: valueIs('false'),
    test: LIMITS,
  },
  {
    mistake: 'a price of some days ago is compared in another currency',
    mark: 'limit-window-currency',
    change: valueIs('earlier !== undefined'),
    test: LIMITS,
  },
  {
    mistake: "a request may loosen the team's limits",
    mark: 'limit-only-tighter',
    change: operatorIs('>', '<'),
    test: LIMITS,
  },
  {
    mistake: "a territory's own limit counts for nothing",
    mark: 'limit-percents',
    change: operatorIs('??', '&&'),
    test: LIMITS,
  },
  {
    mistake: 'floor and ceiling are compared in another currency',
    mark: 'limit-bounds-currency',
    change: never,
    test: LIMITS,
  },
  {
    mistake: 'the first day of a blocked period is not blocked',
    mark: 'limit-blocked',
    change: operatorIs('<=', '<'),
    test: LIMITS,
  },
  {
    mistake: 'first prices need no approval',
    mark: 'limit-approval',
    change: operatorIs('===', '!=='),
    test: LIMITS,
  },
  {
    mistake: 'nobody is asked where subscribers must agree',
    mark: 'limit-consent-approval',
    change: never,
    test: 'test/end-to-end/prices/plan/price-consent.test.ts',
  },
  {
    mistake: 'a limit keeps a temporary price in effect',
    mark: 'limit-way-back',
    change: bodyIs('rules'),
    test: LIMITS,
  },
  {
    mistake: 'an amount is applied in another currency',
    mark: 'plan-currency',
    change: valueIs('undefined'),
    test: CURRENCIES,
  },
  {
    mistake: 'a price that has ended is still there',
    mark: 'timeline-ends',
    change: valueIs('false'),
    test: 'test/prices/plan/price-state.test.ts',
  },
  {
    mistake: 'a price that ends counts as one for good',
    mark: 'timeline-same-end',
    change: becomes(() => 'true'),
    test: ENDS,
  },
  {
    mistake: 'a price that was named moves with a scheduled price of the base',
    mark: 'named-price-follows',
    change: never,
    test: ENDS,
  },
  {
    mistake: 'a territory counts as done once its scheduled price is removed',
    mark: 'removal-finishes',
    change: valueIs('new Set(steps.flatMap(({ effects }) => Object.keys(effects)))'),
    test: HALF_REPLACED,
  },
  {
    mistake: 'every territory gets a price of its own where Apple would set the same',
    mark: 'left-to-apple',
    change: never,
    test: ENDS,
  },
  {
    mistake: 'a start that Apple has refused is planned again',
    mark: 'earliest-postponed',
    change: valueIs('accepted(earliest)'),
    test: 'test/prices/plan/plan-subscription.test.ts',
  },
  {
    mistake: 'a second increase within twelve months needs no consent',
    mark: 'consent-lately',
    change: always,
    test: CONSENT,
  },
  { mistake: 'who keeps the price must agree to it', mark: 'consent-kept', change: never, test: CONSENT },
  {
    mistake: 'a storefront asks for consent before its rule begins',
    mark: 'consent-always',
    change: operatorIs('&&', '||'),
    test: CONSENT,
  },
  {
    mistake: 'an approval counts for whatever the plan is by now',
    mark: 'approval-of-plan',
    change: never,
    test: APPROVE,
  },
  { mistake: 'who asks may approve', mark: 'approval-by-other', change: never, test: APPROVE },
  { mistake: 'anybody may withdraw a change', mark: 'withdraw-by-requester', change: never, test: CLOSE },
  {
    mistake: 'a change can be withdrawn while it is being sent',
    mark: 'close-only-open',
    change: valueIs('true'),
    test: CLOSE,
  },
  {
    mistake: 'a rollback fixes a price that followed the base',
    mark: 'rollback-follows',
    change: valueIs('false'),
    test: ROLLBACK,
  },
  {
    mistake: 'a rollback brings back what the last plan has found',
    mark: 'rollback-first-plan',
    change: onlyFirstOperand,
    test: ROLLBACK,
  },
  {
    mistake: 'a rollback makes a price permanent that would have ended',
    mark: 'rollback-ended',
    change: never,
    test: ROLLBACK,
  },
  {
    mistake: 'a rollback brings back a number whatever its currency was',
    mark: 'rollback-currency',
    change: becomes(() => '...{}'),
    test: ROLLBACK,
  },
  {
    mistake: 'a secret that cannot be read ends a change',
    mark: 'price-error-passes',
    change: onlyFirstOperand,
    test: 'test/prices/apply/retry-policy.test.ts',
  },
  {
    mistake: 'a product that Apple does not know is asked for without end',
    mark: 'definite-answers',
    change: valueIs('new Set<string>()'),
    test: 'test/prices/apply/retry-policy.test.ts',
  },
  {
    mistake: 'a rollback that failed in part counts as a way back',
    mark: 'failed-change-decides',
    change: never,
    also: [{ mark: 'rollback-takes-all-back', change: onlyFirstOperand }],
    test: 'test/prices/accept/go-back.test.ts',
  },
  {
    mistake: 'an introductory offer ends the way back of a temporary price',
    mark: 'offer-is-no-price',
    change: never,
    test: 'test/prices/accept/go-back.test.ts',
  },
  {
    mistake: 'a price that was asked for good lapses where the temporary one was the same',
    mark: 'same-price-decides',
    change: valueIs('false'),
    test: 'test/prices/accept/go-back.test.ts',
  },
  {
    mistake: 'the same drift is corrected once and never again',
    mark: 'correction-again',
    change: never,
    test: RECONCILE,
  },
  {
    mistake: 'a desired price is applied though its file names another currency',
    mark: 'drift-named-currency',
    change: never,
    test: RECONCILE,
  },
  {
    mistake: 'a desired price is applied in the currency that came after it',
    mark: 'drift-first-currency',
    change: never,
    test: RECONCILE,
  },
  {
    mistake: 'a scheduled price that starts is told as a move of Apple',
    mark: 'moves-scheduled',
    change: never,
    test: MOVES,
  },
  {
    mistake: 'a change of currency is told as a change of price',
    mark: 'moves-currency',
    change: never,
    test: 'test/end-to-end/prices/observe/price-watch.test.ts',
  },
  {
    mistake: 'prices that follow a moved base are told as moves of Apple',
    mark: 'moves-base',
    change: valueIs("'automaticPrice'"),
    test: MOVES,
  },
  {
    mistake: 'a tax that moves the proceeds is told nobody',
    mark: 'moves-proceeds',
    change: valueIs('undefined'),
    test: MOVES,
  },
  {
    mistake: 'our own changes are told as moves of Apple',
    mark: 'moves-own',
    change: valueIs('false'),
    test: MOVES,
  },
  {
    mistake: 'a territory that opens is told nobody',
    mark: 'moves-opened',
    change: becomes(() => 'if (before === undefined) return undefined;'),
    test: 'test/end-to-end/prices/observe/price-watch.test.ts',
  },
];
