import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoize } from '../../functions/platform/util/memoize.ts';

describe('A function that remembers its answers', () => {
  it('is asked once for each set of arguments, and forgets all when it knows too much', () => {
    const asked: string[] = [];
    const join = memoize(2, (text: string, count: number) => {
      asked.push(`${text}${count}`);
      return `${text}${count}`;
    });
    assert.deepEqual([join('a', 1), join('a', 1), join('a', 2), join('a', 1)], ['a1', 'a1', 'a2', 'a1']);
    assert.deepEqual(asked, ['a1', 'a2']);
    join('b', 1);
    join('a', 1);
    assert.deepEqual(asked, ['a1', 'a2', 'b1', 'a1']);
  });

  it('keeps answers of nothing, too, and does not take two arguments for one', () => {
    let asked = 0;
    const nothing = memoize(10, (_: string, __: string) => {
      asked += 1;
      return undefined;
    });
    nothing('a', 'b');
    nothing('a', 'b');
    assert.equal(asked, 1);
    nothing('a b', '');
    assert.equal(asked, 2);
  });
});
