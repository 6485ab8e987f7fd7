import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { World } from '../../../local/world/world.ts';
import { HOUR } from '../../end-to-end/reports/sales.ts';
import { eventsOf, planAfter, reviewsWorld, rowsOf, write } from '../../end-to-end/reviews/reviews.ts';
import { callsOf, killAt } from './kill-at.ts';

describe('A worker that is killed around each of its calls to AWS while it looks at reviews', () => {
  let world: World;
  before(async () => {
    world = await reviewsWorld();
    write(world, { rating: 3, title: 'Old', hoursAgo: 5 });
    await planAfter(world, 0);
  });
  after(() => world.close());

  it('stores each review once and tells it, at least once and always under one id', async () => {
    write(world, { rating: 1, title: 'Counted' });
    const from = world.cloud.requests().length;
    await planAfter(world, 24);
    const calls = callsOf(world, 'FetchReport', from);
    assert.ok(calls.length > 8, calls.join(', '));
    const titles = ['Counted'];
    let killed = 0;
    for (const [index] of calls.entries())
      for (const when of ['before', 'after'] as const) {
        const title = `${index} ${when}`;
        titles.push(title);
        world.clock.advance(23 * HOUR);
        write(world, { rating: 1, title });
        const wasKilled = killAt(world, 'FetchReport', { index, when });
        await planAfter(world, 1);
        world.cloud.faults.clear();
        if (wasKilled()) killed += 1;
        await planAfter(world, 1);
      }
    assert.ok(killed >= calls.length, String(killed));
    const rows = await rowsOf(world);
    assert.deepEqual(rows.map(({ title }) => String(title)).sort(), ['Old', ...titles].sort());
    const ids = Map.groupBy(eventsOf(world, 'Review Received'), ({ detail }) => Object(detail).title);
    assert.deepEqual([...ids.keys()].sort(), titles.sort());
    for (const events of ids.values())
      assert.equal(new Set(events.map(({ detail }) => Object(detail).id)).size, 1);
    assert.ok(
      [...ids.values()].some((events) => events.length > 1),
      'a kill after the events tells one twice',
    );
  });
});
