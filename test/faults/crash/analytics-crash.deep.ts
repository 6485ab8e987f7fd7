import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { copyLake } from '../../../local/demo/report-copy.ts';
import type { World } from '../../../local/world/world.ts';
import {
  analyticsMessage,
  analyticsWorld,
  DAY,
  downloads,
  instance,
  itemOf,
  planTwice,
} from '../../end-to-end/reports/analytics.ts';
import { MORNING } from '../../end-to-end/reports/sales.ts';
import { callsOf, killAt } from './kill-at.ts';

describe('A worker that is killed around each of its calls to AWS while it looks for an instance and stores it', () => {
  let world: World;
  let calls: string[] = [];
  let day = 0;

  /** A day of its own, with an instance of two segments that nobody has seen yet. */
  const nextDay = async (): Promise<string> => {
    day += 1;
    await world.passTo(MORNING + day * DAY);
    const date = new Date(MORNING + day * DAY).toISOString().slice(0, 10);
    const texts = [downloads({ USA: day }), downloads({ FRA: day, DEU: 1 })];
    world.simulator.analytics.put(instance(date, texts, world.clock.now()));
    return date;
  };
  /** Finds the instance and fetches it at once. */
  const look = () => world.cloud.invoke('FetchReport', analyticsMessage());

  before(async () => {
    world = await analyticsWorld();
    world.simulator.behaviour.analyticsFirstInstancesAfterHours = 0;
    await nextDay();
    // The first look makes the request and waits for Apple.
    await look();
    await nextDay();
    await world.cloud.kill('FetchReport');
    const before = world.cloud.requests().length;
    await look();
    calls = callsOf(world, 'FetchReport', before);
  });
  after(() => world.close());

  it('makes calls at which it can be killed', () => {
    assert.equal(calls.filter((call) => call === 's3 PutObject').length, 3, calls.join(', '));
  });

  for (const when of ['before', 'after'] as const) {
    it(`${when} it takes effect: the instance is stored once all the same, and its event is sent`, async () => {
      for (const index of calls.keys()) {
        const place = `${when} ${calls[index]} (${index})`;
        const date = await nextDay();
        await world.cloud.kill('FetchReport');
        killAt(world, 'FetchReport', { index, when });
        const death = await look().then(
          () => 'survived',
          () => 'killed',
        );
        world.cloud.faults.clear();
        assert.equal(death, 'killed', place);
        await world.pass(DAY / 4);
        await planTwice(world);
        const item = await itemOf(world, date);
        assert.deepEqual([item?.state, item?.rows, item?.versions, item?.owed], ['stored', 3, [], []], place);
        const events = world.cloud.events().filter(({ detail }) => detail['reportDate'] === date);
        assert.deepEqual([...new Set(events.map((event) => event['detail-type']))], ['Report Stored'], place);
        assert.equal(new Set(events.map(({ detail }) => detail['id'])).size, 1, place);
        const keys = await copyLake(world.cloud, mkdtempSync(join(tmpdir(), 'lake-')));
        assert.equal(keys.filter((key) => key.includes(date)).length, 3, place);
      }
    });
  }
});
