import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forEachConcurrently } from '../../functions/platform/util/concurrency.ts';

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('Work on many items at once', () => {
  it('does each once, begun in order, never more than so many at a time', async () => {
    const begun: number[] = [];
    let [under, most] = [0, 0];
    await forEachConcurrently(
      Array.from({ length: 50 }, (_, item) => item),
      7,
      async (item) => {
        begun.push(item);
        under += 1;
        most = Math.max(most, under);
        for (let turns = item % 3; turns >= 0; turns -= 1) await tick();
        under -= 1;
      },
    );
    assert.deepEqual(
      begun,
      Array.from({ length: 50 }, (_, item) => item),
    );
    assert.equal(most, 7);
  });

  it('begins nothing more after a failure, ends what is under way, and throws the first', async () => {
    const [begun, ended]: [number[], number[]] = [[], []];
    await assert.rejects(
      forEachConcurrently([0, 1, 2, 3, 4, 5], 2, async (item) => {
        begun.push(item);
        await tick();
        if (item === 1) throw new Error('no');
        await tick();
        ended.push(item);
      }),
      /^Error: no$/,
    );
    assert.ok(!begun.includes(5), begun.join());
    assert.deepEqual(
      ended,
      begun.filter((item) => item !== 1),
    );
  });

  it('of nothing is done at once', async () => {
    await forEachConcurrently([], 4, () => assert.fail('there is nothing to do'));
  });
});
