import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runTasks } from '../../bench/report/tasks.ts';

describe('Tasks of a measurement', () => {
  it('wait together or run alone, and come back in their order', async () => {
    let running = 0;
    const task = (name: string, alone: boolean) => ({
      name,
      alone,
      run: async (): Promise<number> => {
        running += 1;
        await new Promise(setImmediate);
        const seen = running;
        await new Promise(setImmediate);
        running -= 1;
        return seen;
      },
    });
    const done = await runTasks<number, ReturnType<typeof task>>([
      task('a', true),
      task('b', false),
      task('c', false),
      task('d', true),
    ]);
    assert.deepEqual(
      done.map(({ name, seen }) => [name, seen]),
      [
        ['a', 1],
        ['b', 2],
        ['c', 2],
        ['d', 1],
      ],
    );
  });
});
