import { deepEqual, ok } from 'node:assert/strict';
import { resolve } from 'node:path';
import { before, describe, it } from 'node:test';
import { findMarks, type MarkedCode } from './marks.ts';
import { editsOf } from './mistake.ts';
import { CAMPAIGN_MISTAKES } from './mistakes-of-campaigns.ts';
import { KEY_MISTAKES } from './mistakes-of-keys.ts';
import { LIFE_MISTAKES, PRICE_MISTAKES } from './mistakes-of-prices.ts';
import { REPORT_MISTAKES } from './mistakes-of-reports.ts';
import { REVIEW_MISTAKES } from './mistakes-of-reviews.ts';
import { mutated } from './mutate.ts';

const MISTAKES = [
  ...REPORT_MISTAKES,
  ...REVIEW_MISTAKES,
  ...PRICE_MISTAKES,
  ...LIFE_MISTAKES,
  ...KEY_MISTAKES,
  ...CAMPAIGN_MISTAKES,
];

describe('the mistakes that the random histories must notice', () => {
  let marks: ReadonlyMap<string, MarkedCode>;
  before(() => {
    marks = findMarks(resolve(import.meta.dirname, '../../..'));
  });

  it('each finds its place: keep the "// mutation:" comment above the code that it is about', () => {
    for (const mistake of MISTAKES) ok(mutated(mistake, marks).size > 0, mistake.mistake);
  });

  it('every mark belongs to one', () => {
    const used = new Set(MISTAKES.flatMap(editsOf).flatMap(({ mark, change }) => [mark, change.otherMark]));
    deepEqual(
      [...marks.keys()].filter((mark) => !used.has(mark)),
      [],
    );
  });

  it('each has a name of its own', () => {
    deepEqual(new Set(MISTAKES.map(({ mistake }) => mistake)).size, MISTAKES.length);
  });
});
