import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { HOUR } from '../../end-to-end/reports/sales.ts';
import { alarms, checkAndCompare, DAY, hour, MINUTE, quietMorning } from '../../faults/alarms/alarm-world.ts';
import { KEY_FAILURES } from './key-failures.ts';
import { PRICE_FAILURES } from './price-failures.ts';
import { REPORT_FAILURES } from './report-failures.ts';
import { REQUEST_FAILURES } from './request-failures.ts';
import { Scene } from './scene.ts';

describe('The runbook, followed', () => {
  const shownFields = new Map<string, boolean>();
  let scene: Scene;
  /** What one failure has left behind must not be another's. */
  let isClean = true;
  before(async () => {
    scene = await Scene.start(shownFields);
  });
  after(() => scene.world.close());

  for (const failure of [...REPORT_FAILURES, ...PRICE_FAILURES, ...KEY_FAILURES, ...REQUEST_FAILURES]) {
    const { alarm, names = {}, early, comes, tells, besides = [], mended } = failure;
    it(`${alarm}: leads to the cause and to the end`, async () => {
      if (!isClean) {
        await scene.world.close();
        scene = await Scene.start(shownFields);
      }
      isClean = false;
      const { world } = scene;
      scene.morning += DAY;
      if (early === true) {
        await world.passTo(scene.morning);
        await checkAndCompare(world);
      } else await quietMorning(world, scene.morning);
      const since = world.clock.now();
      await comes(scene);
      assert.deepEqual(await alarms(world), [alarm, ...besides].toSorted());
      assert.match(await scene.look(alarm, names, since - 4 * HOUR), tells);
      await mended(scene);
      world.simulator.faults.clear();
      world.cloud.faults.clear();
      await world.pass(16 * MINUTE);
      await hour(world);
      assert.deepEqual(await alarms(world), []);
      isClean = true;
    });
  }

  it('names no field that no line has', () => {
    // No series has failed here, and no campaign waits.
    const elsewhere = ['states.failed', 'campaign'];
    const never = [...shownFields].flatMap(([field, isShown]) =>
      isShown || elsewhere.includes(field) ? [] : [field],
    );
    assert.deepEqual(never, []);
  });
});
