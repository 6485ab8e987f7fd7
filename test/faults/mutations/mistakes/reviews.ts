import { always, never, removed, valueIs } from '../form/changes.ts';
import type { Mistake, TestedMistake } from '../form/mistake.ts';

/** Mistakes that the histories of reviews must notice. */
export const REVIEW_MISTAKES: readonly Mistake[] = [
  { mistake: 'a changed review is taken for a known one', mark: 'review-unchanged', change: always },
  { mistake: 'a known review is taken for a changed one', mark: 'review-unchanged', change: never },
  {
    mistake: 'a walk stops at its first page whatever it finds',
    mark: 'walk-until-known',
    change: valueIs('true'),
  },
  {
    mistake: 'edits of older reviews are never looked for',
    mark: 'reviews-deep-look',
    change: valueIs('Infinity'),
  },
  {
    mistake: 'a review that only the list leaves out counts as gone',
    mark: 'review-gone-by-list',
    change: always,
  },
  { mistake: 'a review that is gone is never noticed', mark: 'review-gone-by-list', change: never },
  { mistake: 'reviews of all stars become events', mark: 'review-stars', change: never },
  { mistake: 'the history of an app is told as news', mark: 'review-history', change: never },
  { mistake: 'a look is settled without its events', mark: 'review-events', change: removed },
  { mistake: 'a look is settled without its table', mark: 'write-reviews-table', change: removed },
  {
    mistake: 'a later look of a day forgets what the earlier ones found',
    mark: 'reviews-day-grows',
    change: valueIs('Buffer.alloc(0)'),
  },
  {
    mistake: 'a look knows nothing of those before',
    mark: 'reviews-known-before',
    change: valueIs('undefined'),
  },
];

const TWO_LOOKS = 'test/reports/reviews/two-looks.test.ts';

/** Mistakes with looks of two days that meet, which the tests of such meetings must notice. */
export const MEETING_LOOK_MISTAKES: readonly TestedMistake[] = [
  {
    mistake: 'a look begins while one of an earlier day is under way',
    mark: 'reviews-one-look-at-once',
    change: valueIs('undefined'),
    test: TWO_LOOKS,
  },
  {
    mistake: 'a look begins though one of a later day has begun',
    mark: 'reviews-older-look-yields',
    change: valueIs('undefined'),
    test: TWO_LOOKS,
  },
  {
    mistake: 'a look leaves earlier ones open, whatever their tables show',
    mark: 'reviews-end-earlier',
    change: removed,
    test: TWO_LOOKS,
  },
  {
    mistake: 'a look goes on though an earlier one was settled meanwhile',
    mark: 'reviews-known-changed',
    change: valueIs('true'),
    test: TWO_LOOKS,
  },
];
