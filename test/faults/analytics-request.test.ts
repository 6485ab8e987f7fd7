import assert from 'node:assert/strict';
import { after, beforeEach, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { World } from '../../local/world/world.ts';
import {
  APP,
  analyticsMessage,
  analyticsWorld,
  appItem,
  downloads,
  instance,
  itemOf,
  planTwice,
  posts,
  SERIES,
} from '../end-to-end/reports/analytics.ts';
import { HOUR } from '../end-to-end/reports/sales.ts';
import { itMore } from '../groups/extent.ts';

/** Longer than a lease and than the time for which a lost answer is in doubt. */
const LATER = HOUR;

const requestsAtApple = ({ simulator }: World) => simulator.analytics.requestsOf(APP);
const check = ({ cloud }: World) => cloud.invoke('FetchReport', analyticsMessage());
const tried = (world: World) =>
  check(world).then(
    () => 'survived',
    () => 'killed',
  );

describe('The request for analytics', () => {
  let world: World;
  beforeEach(async () => {
    await world?.close();
    world = await analyticsWorld();
  });
  after(() => world.close());

  it('is made once when messages come twice, at once', async () => {
    await Promise.all([check(world), check(world), check(world)]);
    await check(world);
    assert.equal(posts(world).length, 1);
    assert.equal(requestsAtApple(world).length, 1);
  });

  for (const kind of ['dropAfter', 'dropMidBody'] as const) {
    (kind === 'dropAfter' ? it : itMore)(
      `is made once when its answer is lost (${kind}): Apple is read back, nothing is sent blindly`,
      async () => {
        world.simulator.faults.add({ match: { method: 'POST' }, effect: { kind } });
        await check(world);
        assert.match((await appItem(world))?.lastAnswer ?? '', /read back/);
        await world.pass(LATER);
        await check(world);
        assert.equal(posts(world).length, 1);
        const [made, ...more] = requestsAtApple(world);
        assert.deepEqual(more, []);
        assert.equal((await appItem(world))?.requests.ONGOING?.requestId, made?.id);
      },
    );
  }

  it('is told of each restart, also where Apple stops a replacement whose answer was lost before it was seen', async () => {
    await check(world);
    world.simulator.analytics.stop(APP, world.clock.now());
    await world.pass(7 * HOUR);
    world.simulator.faults.add({ match: { method: 'POST' }, effect: { kind: 'dropAfter' } });
    await check(world);
    world.simulator.analytics.stop(APP, world.clock.now());
    await world.pass(LATER);
    await check(world);
    const [first, second, third, ...more] = requestsAtApple(world).map(({ id }) => id);
    assert.deepEqual(more, []);
    assert.deepEqual(
      world.cloud
        .events()
        .filter((event) => event['detail-type'] === 'Analytics Request Restarted')
        .map(({ detail }) => [detail['stoppedRequestId'], detail['requestId']]),
      [
        [first, second],
        [second, third],
      ],
    );
    assert.equal((await appItem(world))?.requests.ONGOING?.requestId, third);
  });

  it('is made again only after the doubt is over, when it never arrived', async () => {
    world.simulator.faults.add({ match: { method: 'POST' }, effect: { kind: 'dropBefore' } });
    await check(world);
    await world.pass(2 * 60_000);
    await check(world);
    assert.equal(posts(world).length, 1, 'still in doubt');
    await world.pass(LATER);
    await check(world);
    assert.equal(posts(world).length, 2);
    assert.equal(requestsAtApple(world).length, 1);
  });

  it('whose sender was killed is not sent again while it may still be under way', async () => {
    world.simulator.faults.add({ match: { method: 'POST' }, effect: { kind: 'hang' } });
    const killed = tried(world);
    for (let wait = 0; wait < 500 && posts(world).length === 0; wait += 1) await setTimeout(20);
    await world.cloud.kill('FetchReport');
    assert.equal(await killed, 'killed');
    // The lease has lapsed, the doubt has not.
    await world.pass(7 * 60_000);
    await check(world);
    assert.match((await appItem(world))?.lastAnswer ?? '', /read back/);
    assert.equal(posts(world).length, 1);
    await world.pass(LATER);
    await check(world);
    assert.deepEqual([posts(world).length, requestsAtApple(world).length], [2, 1]);
  });

  itMore('is given up, and told, when Apple swallows it again and again', async () => {
    world.simulator.faults.add({
      match: { method: 'POST' },
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'dropBefore' },
    });
    for (let run = 0; run < 6; run += 1) {
      await check(world);
      await world.pass(LATER);
    }
    assert.equal(posts(world).length, 3);
    const item = await appItem(world);
    assert.equal(item?.state, 'failed');
    assert.match(item.lastAnswer ?? '', /by hand/);
  });

  it('uses one that a person has made meanwhile', async () => {
    const made = world.simulator.analytics.create(APP, 'ONGOING', world.clock.now());
    await check(world);
    assert.equal(posts(world).length, 0);
    assert.equal((await appItem(world))?.requests.ONGOING?.requestId, made.id);
  });

  describe('for a snapshot', () => {
    const DAY = 24 * HOUR;
    const refused = () =>
      world.simulator.requests().filter(({ method, status }) => method === 'POST' && status === 409);
    const snapshots = () => world.simulator.analytics.requestsOf(APP, 'ONE_TIME_SNAPSHOT');
    /** Looks at the app every four days for so long, every six hours on the last two days, and plans. */
    const pass = async (days: number) => {
      for (let hours = 0; hours < days * 24; ) {
        await check(world);
        const step = hours < (days - 2) * 24 ? 96 : 6;
        hours += step;
        await world.pass(step * HOUR);
      }
      await world.cloud.invoke('PlanReports');
      await world.cloud.drain();
    };
    beforeEach(async () => {
      await world.close();
      world = await analyticsWorld({ snapshot: true });
    });

    it('that Apple refuses is sent again after 31 days: no dead letter, no advice to delete, not overdue', async () => {
      // A person had asked for it a day ago and deleted it: Apple counts it all the same, and nobody here knows of it.
      const made = world.simulator.analytics.create(APP, 'ONE_TIME_SNAPSHOT', world.clock.now() - DAY);
      world.simulator.analytics.remove(made.id);
      const began = world.clock.now();
      await pass(30);
      assert.equal(refused().length, 1);
      const item = await appItem(world);
      assert.equal(item?.state, 'waiting');
      assert.match(item.requests.ONE_TIME_SNAPSHOT?.refusal ?? '', /one snapshot .* in 31 days.*delete none/);
      const days = ((item.requests.ONE_TIME_SNAPSHOT?.askAgainAt ?? 0) - began) / DAY;
      assert.equal(Math.round(days), 31);
      const overdue = world.cloud
        .events()
        .filter((event) => event['detail-type'] === 'Report Overdue')
        .filter(({ detail }) => String(detail['report']).endsWith('/SNAPSHOT'));
      assert.deepEqual(overdue, []);
      await pass(2);
      assert.deepEqual([refused().length, snapshots().length], [1, 1]);
    });

    itMore('is sent again on the day that Apple’s words name', async () => {
      const detail = 'You already have such an entity. The next one can be created on or after 2026-12-05.';
      world.simulator.faults.add({
        match: { method: 'POST', nth: 2 },
        effect: { kind: 'status', status: 409, code: 'STATE_ERROR', detail },
      });
      await check(world);
      assert.equal((await appItem(world))?.requests.ONE_TIME_SNAPSHOT?.askAgainAt, Date.parse('2026-12-05'));
    });

    it('that was deleted at Apple is sent again 31 days after it was made, and not before', async () => {
      await check(world);
      const [made] = snapshots();
      assert.ok(made !== undefined);
      world.simulator.analytics.remove(made.id);
      await pass(30);
      assert.deepEqual([refused().length, snapshots().length], [0, 0]);
      await pass(2);
      assert.deepEqual([refused().length, snapshots().length], [0, 1]);
    });

    it('that was deleted at Apple when its history was there is not sent again', async () => {
      world.simulator.behaviour.analyticsFirstInstancesAfterHours = 0;
      world.simulator.analytics.put({
        ...instance('2026-11-24', [downloads({ USA: 100 }, '2026-10-01')]),
        accessType: 'ONE_TIME_SNAPSHOT',
      });
      await planTwice(world);
      const [made] = snapshots();
      world.simulator.analytics.remove(made?.id ?? '');
      await pass(33);
      assert.deepEqual([refused().length, snapshots().length], [0, 0]);
      assert.equal((await itemOf(world, '2026-11-24', `${SERIES}/SNAPSHOT`))?.state, 'stored');
    });
  });

  it('that stopped and keeps another one out is failed with the way out, and nothing is deleted', async () => {
    world.simulator.behaviour.stoppedRequestKeepsOthersOut = true;
    world.simulator.analytics.create(APP, 'ONGOING', world.clock.now());
    world.simulator.analytics.stop(APP, world.clock.now());
    await check(world);
    const item = await appItem(world);
    assert.equal(item?.state, 'failed');
    assert.match(item.lastAnswer ?? '', /delete that/);
    assert.equal(requestsAtApple(world).length, 1);
  });
});
