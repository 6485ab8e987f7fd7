import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { MetricName } from '../../../functions/platform/logging/metrics.ts';
import { makeKey, secretOf, type World } from '../../../local/world/world.ts';
import { analyticsWorld, appItem, DAY, downloads, instance, itemOf, planTwice } from './analytics.ts';
import { HOUR } from './sales.ts';

const DATES = ['2026-11-24', '2026-11-25'];

/** What Apple takes from nobody, and how a person heals it. */
const troubles = [
  {
    name: 'an agreement is unsigned',
    cause: (world: World) => world.simulator.setAgreement('acme', false),
    heal: (world: World) => world.simulator.setAgreement('acme', true),
    metric: { name: MetricName.agreementUnsigned, value: 1 },
  },
  {
    name: 'the key is revoked',
    cause: (world: World) => world.simulator.revokeKey(world.keys.get('acme')?.keyId ?? ''),
    heal: async (world: World) => {
      const issuerId = world.keys.get('acme')?.issuerId ?? '';
      const key = makeKey(world.simulator, { team: 'acme', issuerId, keyId: 'NEWKEY0001', role: 'ADMIN' });
      await world.storeReportsSecret('acme', secretOf(key, world.clock.now(), 'ADMIN'));
    },
    metric: { name: MetricName.keyHealthy, value: 0 },
  },
];

for (const { name, cause, heal, metric } of troubles) {
  describe(`Analytics while ${name}`, () => {
    let world: World;
    const deadLetters = () =>
      world.cloud.queueDepth(world.cloud.nameOf('AWS::SQS::Queue', 'ReportDeadLetters'));

    before(async () => {
      world = await analyticsWorld();
      world.simulator.behaviour.analyticsFirstInstancesAfterHours = 0;
      await planTwice(world);
      // Found by a look at the app, not yet fetched when the trouble begins.
      world.simulator.faults.add({
        match: { path: /segments$/ },
        times: Number.POSITIVE_INFINITY,
        effect: { kind: 'status', status: 503, code: 'SERVICE_UNAVAILABLE' },
      });
      await world.pass(DAY);
      for (const date of DATES)
        world.simulator.analytics.put(instance(date, [downloads({ USA: 1 })], world.clock.now()));
      await world.cloud.invoke('PlanReports');
      await world.cloud.drain();
      world.simulator.faults.clear();
      await cause(world);
      for (let hour = 0; hour < 8; hour += 1) {
        await world.pass(HOUR);
        await world.cloud.invoke('PlanReports');
        await world.cloud.drain();
      }
    });
    after(() => world.close());

    it('everything waits: nothing fails, nothing lies in the dead letters', async () => {
      assert.equal((await appItem(world))?.state, 'waiting');
      assert.equal((await itemOf(world, 'next'))?.state, 'waiting');
      for (const date of DATES) assert.notEqual((await itemOf(world, date))?.state, 'failed');
      assert.equal(await deadLetters(), 0);
    });

    it('it is measured under the name of what a person has to do', () => {
      const measured = world.cloud.metrics().filter((one) => one.name === metric.name);
      assert.ok(measured.some(({ value }) => value === metric.value));
    });

    it('all is stored by the first planner run after it is healed', async () => {
      await heal(world);
      await world.pass(HOUR);
      await world.cloud.invoke('PlanReports');
      await world.cloud.drain();
      for (const date of DATES) assert.equal((await itemOf(world, date))?.state, 'stored', date);
      assert.equal((await appItem(world))?.state !== 'failed', true);
    });
  });
}
