import { propertyIs, valueIs } from '../form/changes.ts';
import type { Mistake } from '../form/mistake.ts';

/** Mistakes that the histories of what may be asked for must notice: ends, currencies, declines, Apple's own moves. */
export const LIFE_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'a territory with another currency holds up the way back of all others',
    mark: 'currency-blocks-way-back',
    change: valueIs('[]'),
  },
  {
    mistake: 'a temporary price is left to Apple where it moves before its end',
    mark: 'temporary-follower',
    change: valueIs("until === undefined ? undefined : 'nextPrice'"),
  },
  {
    mistake: 'a price that somebody scheduled stays beside an enforced file',
    mark: 'desired-removes-scheduled',
    change: propertyIs('removeScheduled', 'false'),
  },
];
