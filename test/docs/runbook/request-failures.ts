import { failing, hour, hours, MINUTE, sweepTwice } from '../../faults/alarms/alarm-world.ts';
import type { Failure } from './scene.ts';

/** What the alarms of the planner and its requests tell. */
export const REQUEST_FAILURES: readonly Failure[] = [
  {
    alarm: 'PlannerSilent',
    comes: async ({ world }) => {
      world.cloud.faults.add({
        service: 'dynamodb',
        operation: 'Query',
        times: 100,
        effect: 'accessDenied',
      });
      await failing(world, 'PlanReports');
      world.cloud.faults.clear();
      for (let passed = 0; passed < 4; passed += 1) {
        await world.pass(44 * MINUTE);
        await sweepTwice(world);
      }
    },
    tells: /not authorized|AccessDenied/i,
    mended: async ({ world }) => {
      // By hand, as "Fix" says.
      await world.cloud.invoke('PlanReports', {});
    },
  },
  {
    alarm: 'ClockSkew',
    early: true,
    comes: async ({ world }) => {
      world.simulator.behaviour.clockAheadSeconds = 90;
      await hour(world);
    },
    tells: /"skewMillis":(8[5-9]|9[0-4])\d{3}/,
    mended: async ({ world }) => {
      world.simulator.behaviour.clockAheadSeconds = 0;
      await hours(world, 1);
      await world.cloud.invoke('CheckKeys');
    },
  },
  {
    alarm: 'RateBudgetLow',
    comes: async (scene) => {
      await scene.newKey('BUDGET0001');
      for (let passed = 0; passed < 3; passed += 1) {
        await hours(scene.world, 1);
        scene.world.simulator.leaveRequests('BUDGET0001', 100);
        await scene.world.cloud.invoke('PlanReports', {
          from: scene.yesterday,
          to: scene.yesterday,
          refetch: true,
        });
        await scene.world.cloud.drain();
      }
    },
    tells: /"requestsRemaining":(9\d|100)\b/,
    mended: async ({ world }) => {
      await hours(world, 2);
    },
  },
];
