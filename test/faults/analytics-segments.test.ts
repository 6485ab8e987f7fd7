import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { readLedger } from '../../local/demo/ledger-view.ts';
import { copyLake } from '../../local/demo/report-copy.ts';
import type { SegmentFault } from '../../local/simulator/reports/analytics-store.ts';
import type { World } from '../../local/world/world.ts';
import {
  analyticsWorld,
  DAY,
  downloads,
  instance,
  itemOf,
  planTwice,
} from '../end-to-end/reports/analytics.ts';
import { MORNING } from '../end-to-end/reports/sales.ts';
import { someNow } from '../groups/extent.ts';

const ALWAYS = Number.POSITIVE_INFINITY;

describe('Segments that are not as they should be', () => {
  let world: World;
  let day = 0;
  const directory = mkdtempSync(join(tmpdir(), 'lake-'));

  /** A day with an instance of its own, of two segments. */
  const nextDay = async (): Promise<string> => {
    day += 1;
    await world.passTo(MORNING + day * DAY);
    const date = new Date(MORNING + day * DAY).toISOString().slice(0, 10);
    const at = world.clock.now();
    world.simulator.analytics.put(instance(date, [downloads({ USA: day }), downloads({ FRA: day })], at));
    return date;
  };
  const spoiled = async (fault: SegmentFault, times: number) => {
    const date = await nextDay();
    world.simulator.analytics.spoil(fault, times);
    await planTwice(world);
    return { date, item: await itemOf(world, date) };
  };
  const keysOf = async (date: string) =>
    (await copyLake(world.cloud, directory)).filter((key) => key.includes(date));

  before(async () => {
    world = await analyticsWorld();
    world.simulator.behaviour.analyticsFirstInstancesAfterHours = 0;
    await planTwice(world);
  });
  afterEach(() => world.simulator.analytics.healSegments());
  after(() => world.close());

  const refused: [string, SegmentFault, RegExp][] = [
    ['with a wrong checksum', { kind: 'wrongChecksum' }, /does not have Apple's checksum/],
    ['that are longer than announced', { kind: 'padded' }, /sends more than/],
    ['that lead elsewhere', { kind: 'redirect', location: 'http://169.254.169.254/latest' }, /not followed/],
    ['without encryption', { kind: 'address', url: 'http://reports.example.com/a.gz' }, /not https/],
    [
      "in the function's own network",
      { kind: 'address', url: 'https://10.0.0.1/a.gz' },
      /not a host of the public/,
    ],
    ['in a file', { kind: 'address', url: 'file:///etc/passwd' }, /it is file, not https/],
  ];
  const few = ['with a wrong checksum', 'that lead elsewhere', "in the function's own network"];
  for (const [what, fault, words] of someNow(refused, ([what]) => few.includes(what))) {
    it(`${what} are never stored, and a person is told`, async () => {
      const { date, item } = await spoiled(fault, ALWAYS);
      assert.equal(item?.state, 'failed');
      assert.match(item.lastAnswer ?? '', words);
      assert.deepEqual(await keysOf(date), []);
    });
  }

  it('that arrive cut short are tried again until they are whole', async () => {
    const { date, item } = await spoiled({ kind: 'truncated' }, ALWAYS);
    assert.equal(item?.state, 'waiting');
    assert.deepEqual(await keysOf(date), []);
    world.simulator.analytics.healSegments();
    await world.pass(DAY / 2);
    await planTwice(world);
    assert.equal((await itemOf(world, date))?.state, 'stored');
  });

  for (const fault of [{ kind: 'expiredUrl' }, { kind: 'truncated' }, { kind: 'wrongChecksum' }] as const) {
    it(`that meet ${fault.kind} once are stored with a fresh address, in the same run`, async () => {
      const { date, item } = await spoiled(fault, 1);
      assert.deepEqual([item?.state, item?.rows, item?.tries], ['stored', 2, 0]);
      assert.equal((await keysOf(date)).length, 3);
    });
  }

  it('that Apple has no more, of an instance that it goes on listing, are given up after two days, told once', async () => {
    const date = await nextDay();
    const [id = assert.fail('no instance')] = world.simulator.analytics.idsOf(date);
    world.simulator.analytics.loseSegments(id, world.clock.now());
    const told = () => world.cloud.metrics().filter(({ name }) => name === 'ContradictoryAnswer').length;
    await planTwice(world);
    assert.equal((await itemOf(world, date))?.state, 'waiting');
    assert.equal(told(), 0);
    for (let days = 0; days < 4; days += 1) {
      await world.pass(DAY);
      await planTwice(world);
    }
    assert.equal((await itemOf(world, date))?.state, 'expired');
    assert.equal(told(), 1);
    // The next case begins after all this, not before.
    day += 5;
  });

  it('that Apple has again after a while are stored', async () => {
    const date = await nextDay();
    const [id = assert.fail('no instance')] = world.simulator.analytics.idsOf(date);
    world.simulator.analytics.loseSegments(id, world.clock.now(), world.clock.now() + DAY / 2);
    await planTwice(world);
    await world.pass(DAY);
    await planTwice(world);
    assert.equal((await itemOf(world, date))?.state, 'stored');
    day += 2;
  });

  it('were never asked for with a token', () => {
    assert.ok(world.simulator.downloads().length > 0);
    assert.ok(world.simulator.downloads().every(({ authorized }) => !authorized));
  });

  it('leave no signed address behind: not in the log, not in the ledger', async () => {
    const items = JSON.stringify(await readLedger(world.cloud));
    const logged = world.cloud.logs().map(({ line }) => line);
    assert.ok(logged.length > 0);
    for (const text of [items, ...logged]) assert.doesNotMatch(text, /X-Signature/);
  });

  it('heal once Apple has put them right', async () => {
    const { date } = await spoiled({ kind: 'wrongChecksum' }, ALWAYS);
    world.simulator.analytics.healSegments();
    await world.pass(DAY);
    await planTwice(world);
    assert.equal((await itemOf(world, date))?.state, 'stored');
  });
});
