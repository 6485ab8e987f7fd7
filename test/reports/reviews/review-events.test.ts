import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { publishedEvents } from '../../../functions/events/contract.ts';
import type { FoundReview } from '../../../functions/reports/reviews/known-reviews.ts';
import { reviewEvents } from '../../../functions/reports/reviews/review-events.ts';
import { DAY, NOW, review } from './reviews.ts';

const PARTITION = { team: 'acme', app: '6448311001', report: 'CUSTOMER_REVIEWS', reportDate: '2026-11-24' };
const found = (id: string, rating: number, change: FoundReview['change'] = 'new'): FoundReview => ({
  review: review(id, 1, { rating }),
  change,
  version: 1,
});
const all = { minStars: 1, maxStars: 5, mail: false };
const told = (reviews: FoundReview[], filter = all, since = NOW - 7 * DAY) =>
  reviewEvents(PARTITION, reviews, since, filter).map(({ detail }) => detail);

describe('Review Received', () => {
  it('is an event per new or edited review, of the form that the contract has', () => {
    const events = reviewEvents(PARTITION, [found('a', 1), found('b', 5, 'edited')], NOW - 7 * DAY, all);
    for (const { detailType, detail } of events)
      assert.deepEqual(publishedEvents[detailType].strict().parse(detail), detail);
    assert.deepEqual(
      events.map(({ detail }) => [detail.reviewId, detail.edited]),
      [
        ['a', false],
        ['b', true],
      ],
    );
  });

  it('is not for the developer’s own answer, nor for what was written before the first look', () => {
    assert.deepEqual(told([found('a', 1, 'response'), found('b', 1)], all, NOW), []);
    assert.equal(told([found('b', 1, 'edited')], all, NOW).length, 1, 'its edit is news');
  });

  it('is for the stars that the team wants, both ends included', () => {
    const stars = [1, 2, 3, 4, 5].map((rating) => found(`r${rating}`, rating));
    const wanted = told(stars, { minStars: 2, maxStars: 3, mail: false });
    assert.deepEqual(
      wanted.map(({ rating }) => rating),
      [2, 3],
    );
  });

  it('has an id of what was written: a repeat has it again, an edit another', () => {
    const [one] = told([found('a', 1)]);
    const [again] = told([found('a', 1)]);
    const [edited] = told([found('a', 2, 'edited')]);
    assert.equal(one?.id, again?.id);
    assert.notEqual(one?.id, edited?.id);
  });

  it('is mailed where the team wants it, ten of one look at most; the tenth says how many more there are', () => {
    const many = told(
      Array.from({ length: 14 }, (_, index) => found(`r${index}`, 1)),
      { ...all, mail: true },
    );
    assert.deepEqual([many.length, many.filter(({ mail }) => mail).length], [14, 10]);
    assert.deepEqual(many.map(({ notMailed }) => notMailed).filter(Boolean), [4]);
    assert.equal(
      told([found('a', 1)]).some(({ mail }) => mail),
      false,
    );
  });
});
