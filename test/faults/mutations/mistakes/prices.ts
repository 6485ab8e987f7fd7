import { always, argument, leadsTo, never, property, valueIs } from '../form/changes.ts';
import type { Mistake } from '../form/mistake.ts';

/** Mistakes with prices that the histories of the whole product must notice. */
export const PRICE_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'a price worker that was overtaken goes on (no fence)',
    mark: 'price-fence',
    change: never,
    also: [{ mark: 'price-record-moved', change: never }],
  },
  {
    mistake: 'a write in doubt is sent again without regard to what is read back',
    mark: 'write-took-effect',
    change: never,
    also: [{ mark: 'write-took-other-effect', change: never }],
  },
  {
    mistake: 'a doubt is settled without regard to what Apple shows',
    mark: 'write-took-effect',
    change: always,
  },
  {
    mistake: 'a write whose answer was lost is taken for done',
    mark: 'write-in-doubt',
    change: leadsTo('step-confirmed'),
  },
  {
    mistake: 'a write whose answer was lost is sent again blindly',
    mark: 'write-in-doubt',
    change: never,
  },
  {
    mistake: 'a write is sent without its mark',
    mark: 'mark-before-send',
    change: valueIs((at) => {
      const record = argument(at, 0).getText();
      return `{ ...${record}, sending: { steps: ${property(at, 'steps')}, until: ${property(at, 'until')} } }`;
    }),
  },
  {
    mistake: 'the read-back after the last step is dropped',
    mark: 'verified',
    change: always,
  },
  {
    mistake: 'an unanswered write of a wave is sent again with what was refused',
    mark: 'wave-uncertain',
    change: valueIs('[]'),
  },
  {
    mistake: 'an acknowledged write that Apple does not show yet is sent again',
    mark: 'verifies-later',
    change: valueIs((at) => `{ ...${argument(at, 0).getText()}, cursor: 0 }`),
  },
  {
    mistake: 'a newer change does not wait until Apple shows the one before it',
    mark: 'waits-for-holder',
    change: never,
  },
  {
    mistake: 'an older change may begin after a newer one',
    mark: 'superseded',
    change: never,
  },
  {
    mistake: 'the change that holds the product is not settled first',
    mark: 'settle-owner-first',
    change: never,
  },
  {
    mistake: 'the product lease is not looked at',
    mark: 'product-lease',
    change: never,
  },
  {
    mistake: 'a change that stands still is not queued again',
    mark: 'sweep-queues-again',
    change: never,
  },
  {
    mistake: 'what is owed of a change is not told again',
    mark: 'sweep-sends-events',
    change: never,
  },
  {
    mistake: 'the idempotency key is claimed twice',
    mark: 'idempotency-claim',
    change: never,
  },
  {
    mistake: 'the way back of a temporary price is forgotten',
    mark: 'sweep-goes-back',
    change: never,
  },
  {
    mistake: 'what a change of ours has moved is written down as moved by Apple',
    mark: 'moves-own',
    change: valueIs('false'),
  },
  {
    mistake: 'a tax that Apple has raised is written down nowhere',
    mark: 'moves-proceeds',
    change: valueIs('undefined'),
  },
  {
    mistake: 'each day is compared with the first one, so that the same move is told again',
    mark: 'moves-base-reading',
    change: valueIs('piece?.base ?? piece?.read'),
  },
  {
    mistake: 'desired prices that are enforced are corrected once only',
    mark: 'correction-again',
    change: never,
  },
  {
    mistake: 'a campaign that was told as refused is accepted by a later delivery',
    mark: 'refusal-remembered',
    change: always,
  },
  {
    mistake: 'nobody is asked before a price is sent to which subscribers must agree',
    mark: 'limit-consent-approval',
    change: never,
  },
  {
    mistake: 'a price is sent that takes volume tiers away unasked',
    mark: 'volume-tiers',
    change: always,
  },
  {
    mistake: 'an introductory offer stays beside the one that replaces it',
    mark: 'offers-replaced',
    change: valueIs('[]'),
  },
];
