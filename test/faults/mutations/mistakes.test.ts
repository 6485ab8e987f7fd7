import { deepEqual, ok } from 'node:assert/strict';
import { resolve } from 'node:path';
import { before, describe, it } from 'node:test';
import { findMarks, type MarkedCode } from './form/marks.ts';
import { editsOf } from './form/mistake.ts';
import { mutated } from './form/mutate.ts';
import { MISTAKES } from './run/trials.ts';

describe('the mistakes that tests must notice', () => {
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
