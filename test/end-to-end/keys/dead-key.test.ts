import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readLedger } from '../../../local/demo/ledger-view.ts';
import { makeKey, secretOf, startWorld, type World } from '../../../local/world/world.ts';
import { itMore } from '../../groups/extent.ts';
import { dailySales, dayBefore, HOUR, MORNING, salesTsv, settingsFor } from '../reports/sales.ts';

const DAYS = 12;

describe('A team whose key is dead', () => {
  let world: World;
  const hourly = async (): Promise<number> => {
    const before = world.simulator.requests().length;
    await world.cloud.invoke('PlanReports');
    await world.cloud.drain();
    return world.simulator.requests().length - before;
  };
  const states = async () => [...new Set((await readLedger(world.cloud)).map(({ state }) => state))];

  before(async () => {
    world = await startWorld({ now: MORNING, settings: settingsFor(DAYS) });
    for (let day = 1; day <= DAYS; day += 1)
      world.simulator.reports.put({ ...dailySales(dayBefore(day)), tsv: salesTsv() });
    world.simulator.revokeKey('LOCALKEY00');
  });
  after(() => world.close());

  it('costs few calls when its death is found out, however much work there is', async () => {
    // Workers that run at once may each have asked before one of them shut the gate.
    const calls = await hourly();
    assert.ok(calls >= 1 && calls <= 5, `${calls} calls`);
    assert.deepEqual(await states(), ['waiting']);
  });

  it('costs one call an hour while it stays dead', async () => {
    for (let hour = 1; hour <= 6; hour += 1) {
      await world.passTo(MORNING + hour * HOUR);
      assert.equal(await hourly(), 1, `hour ${hour}`);
    }
    assert.deepEqual(await states(), ['waiting']);
    const dead = await world.cloud.queueDepth(world.cloud.nameOf('AWS::SQS::Queue', 'DeadLetters'));
    assert.equal(dead, 0, 'nothing is burnt through retries');
  });

  it('costs three calls at the first check of the keys, as one refusal proves little, then one a check', async () => {
    const calls: number[] = [];
    for (let day = 0; day < 3; day += 1) {
      const before = world.simulator.requests().length;
      await world.cloud.invoke('CheckKeys');
      calls.push(world.simulator.requests().length - before);
    }
    assert.deepEqual(calls, [3, 1, 1]);
  });

  it('is told: diagnosis in the log, metric, one message', () => {
    const said = 'Apple did not give what was asked for';
    const lines = world.cloud.logs().filter(({ line }) => line.includes(said));
    // Workers that wait for the circuit may be first: they say so in words, and have no answer of their own.
    assert.ok(lines.some(({ line }) => line.includes('"cause":"key-revoked"')));
    assert.ok(lines.every(({ line }) => line.includes('key-revoked')));
    const refused = world.cloud.metrics().filter(({ name }) => name === 'KeyRefused');
    assert.ok(refused.some(({ dimensions }) => dimensions['cause'] === 'key-revoked'));
    const healthy = world.cloud.metrics().filter(({ name }) => name === 'KeyHealthy');
    assert.deepEqual([...new Set(healthy.map(({ value }) => value))], [0]);
    const [told, ...more] = world.cloud.notifications();
    assert.equal(told?.subject, 'acme/reports: key LOCALKEY00 does not work (most likely key-revoked)');
    assert.match(told?.email ?? '', /nothing is lost\. They go on by themselves once Apple accepts the key/);
    assert.equal(more.length, 0);
  });

  it('goes on by itself with a new key: everything that waited is fetched', async () => {
    const issuerId = world.keys.get('acme')?.issuerId ?? '';
    const key = makeKey(world.simulator, { team: 'acme', issuerId, keyId: 'HEALED0001', role: 'FINANCE' });
    await world.storeReportsSecret('acme', secretOf(key, world.clock.now()));
    await world.pass(HOUR);
    const measured = world.cloud.metrics().length;
    await hourly();
    assert.deepEqual(await states(), ['stored']);
    // By the job itself: no check of the keys has run since.
    const healthy = world.cloud
      .metrics()
      .slice(measured)
      .filter(({ name }) => name === 'KeyHealthy');
    assert.ok(
      healthy.some(({ value }) => value === 1),
      'the first response under the new key ends the alarm',
    );
  });
});

describe('An agreement that is unsigned for some hours', () => {
  itMore('costs a call an hour, and all goes on within the hour after it is signed', async () => {
    const world = await startWorld({ now: MORNING, settings: settingsFor(DAYS) });
    try {
      for (let day = 1; day <= DAYS; day += 1)
        world.simulator.reports.put({ ...dailySales(dayBefore(day)), tsv: salesTsv() });
      world.simulator.setAgreement('acme', false);
      const plan = async (hour: number): Promise<number> => {
        await world.passTo(MORNING + hour * HOUR);
        const before = world.simulator.requests().length;
        await world.cloud.invoke('PlanReports');
        await world.cloud.drain();
        return world.simulator.requests().length - before;
      };
      await plan(0);
      assert.deepEqual([await plan(1), await plan(2)], [1, 1]);
      world.simulator.setAgreement('acme', true);
      await plan(3);
      await plan(4);
      const open = (await readLedger(world.cloud)).filter(({ state }) => state !== 'stored');
      assert.deepEqual(open, []);
    } finally {
      await world.close();
    }
  });
});

describe('A rotation while reports are fetched', () => {
  it('fails no report, with the old key revoked in the middle', async () => {
    const world = await startWorld({ now: MORNING, settings: settingsFor(DAYS) });
    try {
      for (let day = 1; day <= DAYS; day += 1)
        world.simulator.reports.put({ ...dailySales(dayBefore(day)), tsv: salesTsv() });
      // The workers have the old key in memory when it is revoked.
      let revoked = false;
      const issuerId = world.keys.get('acme')?.issuerId ?? '';
      const key = makeKey(world.simulator, { team: 'acme', issuerId, keyId: 'ROTATED001', role: 'FINANCE' });
      world.cloud.faults.add({
        service: 's3',
        operation: 'PutObject',
        match: ({ resource }) => resource.includes('/raw/'),
        times: 1,
        effect: {
          when: 'after',
          call: async () => {
            await world.storeReportsSecret('acme', secretOf(key, world.clock.now()));
            world.simulator.revokeKey('LOCALKEY00');
            revoked = true;
          },
        },
      });
      await world.cloud.invoke('PlanReports');
      await world.cloud.drain();
      assert.ok(revoked);
      const items = await readLedger(world.cloud);
      assert.equal(items.length, DAYS);
      assert.deepEqual([...new Set(items.map(({ state }) => state))], ['stored']);
    } finally {
      await world.close();
    }
  });
});
