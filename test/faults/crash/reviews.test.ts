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
    const ids: string[] = [];
    const gone: string[] = [];
    let killed = 0;
    for (const [index] of calls.entries())
      for (const when of ['before', 'after'] as const) {
        const title = `${index} ${when}`;
        titles.push(title);
        await world.pass(23 * HOUR);
        ids.push(write(world, { rating: 1, title }));
        const doomed = titles.length % 3 === 0 ? ids.shift() : undefined;
        if (doomed !== undefined) {
          world.simulator.reviews.remove(doomed);
          gone.push(doomed);
        }
        const wasKilled = killAt(world, 'FetchReport', { index, when });
        await planAfter(world, 1);
        world.cloud.faults.clear();
        if (wasKilled()) killed += 1;
        await planAfter(world, 1);
      }
    assert.ok(killed >= calls.length, String(killed));
    const rows = await rowsOf(world);
    const went = rows.filter(({ change }) => change === 'gone');
    assert.ok(gone.length > 5);
    assert.equal(went.length, gone.length, 'each review that went has one version that says so');
    const texts = rows.filter((row) => !went.includes(row)).map(({ title }) => String(title));
    assert.deepEqual(texts.sort(), ['Old', ...titles].sort());
    const events = Map.groupBy(eventsOf(world, 'Review Received'), ({ detail }) => Object(detail).title);
    assert.deepEqual([...events.keys()].sort(), titles.sort());
    for (const same of events.values())
      assert.equal(new Set(same.map(({ detail }) => Object(detail).id)).size, 1);
    assert.ok(
      [...events.values()].some((same) => same.length > 1),
      'a kill after the events tells one twice',
    );
  });
});
