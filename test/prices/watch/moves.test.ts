import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isOwn, movesOf } from '../../../functions/prices/watch/moves.ts';
import type { PriceRow } from '../../../functions/prices/watch/price-row.ts';
import { summaryOf } from '../../../functions/prices/watch/summary.ts';
import { product, row } from './watch.ts';

const TODAY = '2026-11-26';
const between = (before: PriceRow[], after: PriceRow[]) =>
  movesOf(product('1'), [{ rows: before }], [{ rows: after }], TODAY);
const kinds = (before: PriceRow[], after: PriceRow[]) =>
  between(before, after).map(({ kind, territory }) => `${kind} ${territory}`);

const base = (price: string) => row({ source: 'base', price });
const france = (price: string, change: Partial<PriceRow> = {}) =>
  row({ territory: 'FRA', currency: 'EUR', source: 'automatic', price, ...change });

describe('What moved between two readings', () => {
  it('amounts are compared as numbers', () => {
    assert.deepEqual(kinds([row({ price: '10' })], [row({ price: '10.00', proceeds: '6.990' })]), []);
  });

  it('an automatic price moved by itself, or with its base', () => {
    assert.deepEqual(kinds([base('9.99'), france('9.99')], [base('9.99'), france('10.99')]), [
      'automaticPrice FRA',
    ]);
    assert.deepEqual(kinds([base('9.99'), france('9.99')], [base('10.99'), france('10.99')]), [
      'fixedPrice USA',
    ]);
  });

  it('a scheduled price that has started was to be expected; one that has not was not', () => {
    const scheduled = (from: string) => [row({ scheduled: [{ from, price: '14.99' }] })];
    assert.deepEqual(kinds(scheduled(TODAY), [row({ price: '14.99' })]), []);
    assert.deepEqual(kinds(scheduled('2026-11-27'), [row({ price: '14.99' })]), ['fixedPrice USA']);
    assert.deepEqual(kinds(scheduled(TODAY), [row({ price: '15.99' })]), ['fixedPrice USA']);
  });

  it('year-two proceeds alone are moved proceeds; proceeds that Apple does not state say nothing', () => {
    assert.deepEqual(kinds([row({ proceedsYear2: '8.49' })], [row({ proceedsYear2: '8.10' })]), [
      'proceeds USA',
    ]);
    assert.deepEqual(kinds([row({ proceeds: null })], [row()]), []);
  });

  it('a change of ours wanted this price there', () => {
    const [move] = between([row()], [row({ price: '14.99' })]);
    assert.ok(move);
    assert.equal(isOwn(move, new Map([['USA', ['14.990']]])), true);
    assert.equal(isOwn(move, new Map([['USA', ['15.99']]])), false);
  });

  it('an event holds 200 changes at most, those of most products first, and says how many it leaves out', () => {
    const many = Array.from({ length: 250 }, (_, index) => `T${String(index).padStart(2, '0')}`);
    const moves = ['1', '2'].flatMap((id) =>
      movesOf(
        product(id),
        [{ rows: many.map((territory) => row({ territory })) }],
        [
          {
            rows: many.map((territory, index) =>
              row({ territory, proceeds: id === '1' || index === 249 ? '6.5' : '6.99' }),
            ),
          },
        ],
        TODAY,
      ),
    );
    const summary = summaryOf(moves, {}, {});
    assert.deepEqual(
      [summary?.changes.length, summary?.omitted, summary?.changes[0]?.territory, summary?.products],
      [200, 50, 'T249', 2],
    );
    assert.ok(JSON.stringify(summary).length < 200_000);
  });
});
