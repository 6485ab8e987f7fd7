import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppStoreConnectError } from '../../../functions/app-store-connect/protocol/errors.ts';
import type { CustomerReview } from '../../../functions/app-store-connect/resources/customer-reviews.ts';
import { nothingKnown, readKnown, writeKnown } from '../../../functions/reports/reviews/known-reviews.ts';
import { type WalkOptions, walkReviews } from '../../../functions/reports/reviews/walk-reviews.ts';
import { DAY, listOf, NOW, review } from './reviews.ts';

const newest = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => review(`r${from + index}`, from + index + 1));

const options = (list: ReturnType<typeof listOf>, more: Partial<WalkOptions> = {}): WalkOptions => ({
  read: list.read,
  first: list.first,
  deepUntil: Infinity,
  mostPages: 100,
  mostReviews: 10_000,
  isTimeUp: () => false,
  ...more,
});

/** What is known after a walk over all of these. */
async function knowing(reviews: readonly CustomerReview[]) {
  const known = nothingKnown(NOW - 30 * DAY);
  await walkReviews(known, options(listOf(reviews, 10)));
  return known;
}

const ids = (found: readonly { review: CustomerReview }[]) => found.map((one) => one.review.id);

describe('A walk over reviews, newest first', () => {
  it('reads all of an app that was never looked at', async () => {
    const list = listOf(newest(25), 10);
    const known = nothingKnown(NOW);
    const walk = await walkReviews(known, options(list));
    assert.deepEqual([walk.found.length, walk.pages], [25, 3]);
    assert.deepEqual(known.reach, { complete: true });
  });

  it('stops at the first page whose oldest review is known', async () => {
    const old = newest(40, 10);
    const known = await knowing(old);
    const list = listOf([...newest(2), ...old], 10);
    const walk = await walkReviews(known, options(list));
    assert.deepEqual([ids(walk.found), list.asked], [['r0', 'r1'], ['0']]);
  });

  it('goes on below a page whose oldest review is new, however old the page is', async () => {
    const known = await knowing(newest(10, 20));
    const list = listOf(newest(30), 10);
    const walk = await walkReviews(known, options(list, { deepUntil: NOW }));
    assert.deepEqual([walk.found.length, list.asked], [20, ['0', '10', '20']]);
  });

  it('tells an edit from an answer, and counts the versions', async () => {
    const known = await knowing([review('a', 1), review('b', 2)]);
    const response = { id: 'x', responseBody: 'Thanks', state: 'PUBLISHED' };
    const changed = [review('a', 1, { rating: 1 }), review('b', 2, { response })];
    const walk = await walkReviews(known, options(listOf(changed, 10)));
    assert.deepEqual(
      walk.found.map(({ review: { id }, change, version }) => [id, change, version]),
      [
        ['a', 'edited', 2],
        ['b', 'response', 2],
      ],
    );
    const again = await walkReviews(
      known,
      options(listOf([review('a', 1, { rating: 1 }), review('b', 2)], 10)),
    );
    assert.deepEqual(
      again.found.map(({ review: { id }, change, version }) => [id, change, version]),
      [['b', 'response', 3]],
      'an answer that went is a version, too',
    );
  });

  it('takes the same moment in another offset for no edit', async () => {
    const known = await knowing([review('a', 1, { createdDate: '2026-11-23T10:00:00-08:00' })]);
    const same = review('a', 1, { createdDate: '2026-11-23T18:00:00Z' });
    assert.deepEqual((await walkReviews(known, options(listOf([same], 10)))).found, []);
  });

  it('goes on over known reviews as far as it was told to, so that old answers are noticed', async () => {
    const all = newest(60);
    const known = await knowing(all);
    const response = { id: 'x', responseBody: 'Late' };
    const answered = all.map((one, index) => (index === 35 ? review(one.id, 36, { response }) : one));
    assert.deepEqual(ids((await walkReviews(known, options(listOf(answered, 10)))).found), []);
    const list = listOf(answered, 10);
    const walk = await walkReviews(known, options(list, { deepUntil: NOW - 31 * DAY }));
    assert.deepEqual([ids(walk.found), list.asked.length], [['r35'], 4]);
  });

  it('that has no more pages goes on next time, after it has looked at the newest', async () => {
    const old = newest(50, 10);
    const known = nothingKnown(NOW);
    await walkReviews(known, options(listOf(old, 10), { mostPages: 2 }));
    assert.equal(known.reach.complete, false);
    const list = listOf([...newest(1), ...old], 10);
    const kept = readKnown(writeKnown(known));
    const walk = await walkReviews(kept, options(list, { mostPages: 10 }));
    assert.deepEqual(list.asked, ['0', '20', '30', '40', '50']);
    assert.equal(kept.reviews.size, 51);
    assert.deepEqual([kept.reach.complete, walk.found.length], [true, 31]);
  });

  it('reads at least one page, though there is no time', async () => {
    const known = nothingKnown(NOW);
    const walk = await walkReviews(known, options(listOf(newest(30), 10), { isTimeUp: () => true }));
    assert.deepEqual([walk.pages, known.reviews.size], [1, 10]);
  });

  it('whose link has died walks the whole way again', async () => {
    const all = newest(30);
    const known = nothingKnown(NOW);
    await walkReviews(known, options(listOf(all, 10), { mostPages: 1 }));
    const list = listOf(all, 10);
    const read: WalkOptions['read'] = (request) =>
      known.reach.resume !== undefined && request.query?.['cursor'] === '10'
        ? Promise.reject(new AppStoreConnectError({ code: 'INVALID_REQUEST', message: 'cursor' }))
        : list.read(request);
    await walkReviews(known, options(list, { read, deepUntil: Infinity }));
    assert.deepEqual(known.reach, { complete: false });
    await walkReviews(known, options(list));
    assert.deepEqual([known.reach.complete, known.reviews.size], [true, 30]);
  });

  it('leaves out what is older than the most that is kept, and says so', async () => {
    const known = nothingKnown(NOW);
    const walk = await walkReviews(known, options(listOf(newest(50), 10), { mostReviews: 20 }));
    assert.deepEqual([walk.cut, known.reviews.size, known.reach.complete], [true, 20, true]);
  });

  it('leaves them out in later walks over everything, too', async () => {
    const all = newest(50);
    const known = nothingKnown(NOW);
    await walkReviews(known, options(listOf(all, 10), { mostReviews: 20 }));
    const list = listOf([review('young', 0.5), ...all], 10);
    const walk = await walkReviews(known, options(list, { mostReviews: 20, deepUntil: -Infinity }));
    assert.deepEqual([ids(walk.found).includes('young'), known.reviews.size <= 40], [true, true]);
  });
});

describe('What is known of reviews', () => {
  it('is the same file for the same knowledge, whatever the order', async () => {
    const reviews = newest(30);
    const one = await knowing(reviews);
    const other = await knowing(reviews.toReversed());
    assert.equal(writeKnown(one), writeKnown(other));
    assert.deepEqual(readKnown(writeKnown(one)).reviews.get('r3'), one.reviews.get('r3'));
  });

  it('holds no text of a review', async () => {
    assert.doesNotMatch(
      writeKnown(await knowing([review('a', 1, { body: 'secret words' })])),
      /secret|Title|ada/,
    );
  });
});
