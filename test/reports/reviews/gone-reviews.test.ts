import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppStoreConnectError } from '../../../functions/app-store-connect/protocol/errors.ts';
import { reviewExists } from '../../../functions/app-store-connect/resources/customer-reviews.ts';
import { goneReviews } from '../../../functions/reports/reviews/gone-reviews.ts';
import {
  type KnownReviews,
  nothingKnown,
  readKnown,
  writeKnown,
} from '../../../functions/reports/reviews/known-reviews.ts';
import { rawLine, tableCells } from '../../../functions/reports/reviews/review-lines.ts';
import { type WalkOptions, walkReviews } from '../../../functions/reports/reviews/walk-reviews.ts';
import { DAY, listOf, NOW, review } from './reviews.ts';

const ALL = Array.from({ length: 40 }, (_, index) => review(`r${index}`, index + 1));
const without = (...ids: string[]) => ALL.filter(({ id }) => !ids.includes(id));

const walkOver = (known: KnownReviews, reviews: typeof ALL, more: Partial<WalkOptions> = {}) => {
  const list = listOf(reviews, 10);
  return walkReviews(known, {
    ...{ read: list.read, first: list.first, deepUntil: -Infinity },
    ...{ mostPages: 100, mostReviews: 10_000, isTimeUp: () => false },
    ...more,
  });
};

async function knowingAll(): Promise<KnownReviews> {
  const known = nothingKnown(NOW - 60 * DAY);
  await walkOver(known, ALL);
  return known;
}

/** A look at these reviews; Apple has no others, unless `unlisted` names them. @returns what went, and what Apple was asked for */
async function look(
  known: KnownReviews,
  reviews: typeof ALL,
  more: Partial<WalkOptions> & { unlisted?: readonly string[] } = {},
) {
  const { unlisted = [], ...options } = more;
  const { listed, found } = await walkOver(known, reviews, options);
  const asked: string[] = [];
  const stillExists = async (id: string) => {
    asked.push(id);
    return unlisted.includes(id);
  };
  const gone =
    listed === undefined
      ? []
      : await goneReviews(known, listed, { stillExists, isTimeUp: () => false, day: '2026-11-24' });
  return { gone: gone.map(({ id, version }) => [id, version]), asked: asked.sort(), found };
}

describe('A review that Apple has no more', () => {
  it('is a version of its own, once', async () => {
    const known = await knowingAll();
    const reviews = without('r3', 'r39');
    assert.deepEqual((await look(known, reviews)).gone.sort(), [
      ['r3', 2],
      ['r39', 2],
    ]);
    assert.deepEqual((await look(readKnown(writeKnown(known)), reviews)).gone, []);
  });

  it('is asked for by its id: a list that leaves it out proves nothing', async () => {
    const { gone, asked } = await look(await knowingAll(), without('r3', 'r4'), { unlisted: ['r3'] });
    assert.deepEqual([gone, asked], [[['r4', 2]], ['r3', 'r4']]);
  });

  it('is noticed as far down as the walk went without a gap', async () => {
    const { asked } = await look(await knowingAll(), without('r3', 'r35'), { deepUntil: NOW - 12 * DAY });
    assert.deepEqual(asked, ['r3']);
  });

  it('is not noticed by a walk that was cut short', async () => {
    const known = await knowingAll();
    assert.deepEqual((await look(known, without('r3'), { mostPages: 2 })).asked, []);
    // The next one goes on below it, and is not without a gap either.
    assert.deepEqual((await look(known, without('r3'))).asked, []);
    assert.deepEqual((await look(known, without('r3'))).asked, ['r3']);
  });

  it('that comes back is a version, too: as an edit where its text is another one', async () => {
    for (const [rating, change] of [
      [4, 'back'],
      [1, 'edited'],
    ] as const) {
      const known = await knowingAll();
      await look(known, without('r3'));
      const { found, gone } = await look(readKnown(writeKnown(known)), [
        ...without('r3'),
        review('r3', 4, { rating }),
      ]);
      assert.deepEqual(
        found.map((one) => [one.review.id, one.change, one.version]),
        [['r3', change, 3]],
      );
      assert.deepEqual(gone, []);
    }
  });

  it('is found by a walk over all where a file of an earlier version has no dates', async () => {
    const known = await knowingAll();
    const old = JSON.parse(writeKnown(known));
    for (const [id, values] of Object.entries<unknown[]>(old.reviews)) old.reviews[id] = values.slice(0, 3);
    const read = () => readKnown(JSON.stringify(old));
    assert.deepEqual((await look(read(), without('r3'), { deepUntil: NOW - 12 * DAY })).asked, []);
    assert.deepEqual((await look(read(), without('r3'))).gone, [['r3', 2]]);
  });

  it('leaves the look as it is where Apple does not answer for a single review', async () => {
    const known = await knowingAll();
    const { listed } = await walkOver(known, without('r3', 'r4', 'r5'));
    assert.ok(listed);
    const fail = (code: 'FORBIDDEN' | 'UNAUTHORIZED') =>
      goneReviews(known, listed, {
        stillExists: () => Promise.reject(new AppStoreConnectError({ code, message: code })),
        isTimeUp: () => false,
        day: '2026-11-24',
      });
    assert.deepEqual(await fail('FORBIDDEN'), []);
    await assert.rejects(fail('UNAUTHORIZED'), { code: 'UNAUTHORIZED' });
  });

  it('is asked for with a bounded number of requests, other ones each day', async () => {
    const known = nothingKnown(NOW - 500 * DAY);
    await walkOver(
      known,
      Array.from({ length: 300 }, (_, index) => review(`m${index}`, index)),
    );
    const { listed } = await walkOver(known, []);
    assert.ok(listed);
    const askOn = async (day: string) => {
      const asked = new Set<string>();
      const stillExists = async (id: string) => {
        asked.add(id);
        return true;
      };
      await goneReviews(known, listed, { stillExists, isTimeUp: () => false, day });
      return asked;
    };
    const [one, other] = [await askOn('2026-11-24'), await askOn('2026-11-25')];
    assert.deepEqual([one.size, other.size], [100, 100]);
    assert.ok([...other].some((id) => !one.has(id)));
  });
});

describe('The row of a review that is gone', () => {
  it('has its id and its date, and no text', () => {
    const createdAt = Date.parse('2026-11-20T10:00:00Z');
    const cells = tableCells(
      rawLine({ id: 'r', change: 'gone', version: 2, createdAt }, '2026-11-24T17:00:00.000Z'),
    );
    assert.deepEqual(cells.slice(0, 7), [
      ...['r', '2', 'gone', '2026-11-24T17:00:00.000Z', '2026-11-20T10:00:00.000Z', '2026-11-20', ''],
    ]);
    assert.ok(cells.slice(6).every((cell) => cell === ''));
  });
});

describe('Asking Apple for one review', () => {
  const answering = (code: 'NOT_FOUND' | 'APPLE_UNAVAILABLE', isApples: boolean) => ({
    read: () => {
      const errors = isApples ? [{ status: '404', code: 'NOT_FOUND', title: '', detail: '' }] : [];
      return Promise.reject(new AppStoreConnectError({ code, message: 'no', errors }));
    },
  });

  it('believes a 404 only where it is Apple’s own', async () => {
    assert.equal(await reviewExists(answering('NOT_FOUND', true), 'r1'), false);
    await assert.rejects(reviewExists(answering('NOT_FOUND', false), 'r1'));
    await assert.rejects(reviewExists(answering('APPLE_UNAVAILABLE', true), 'r1'));
  });

  it('makes no path of an id that is one', async () => {
    for (const id of ['..', '../apps/1', 'a/b', 'a?b', '.'])
      assert.equal(await reviewExists(answering('NOT_FOUND', true), id), true);
  });
});
