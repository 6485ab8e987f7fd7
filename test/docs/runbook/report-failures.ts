import assert from 'node:assert/strict';
import { dailySales, HOUR, itemOf, messageFor, salesTsv } from '../../end-to-end/reports/sales.ts';
import { failing, hour, hours, sendTo } from '../../faults/alarms/alarm-world.ts';
import type { Failure } from './scene.ts';

/** What the alarms of reports tell. */
export const REPORT_FAILURES: readonly Failure[] = [
  {
    alarm: 'NoReportByNoon',
    early: true,
    comes: async (scene) => {
      scene.world.simulator.reports.late({
        ...dailySales(scene.yesterday),
        availableAt: scene.morning + 6 * HOUR,
      });
      await hour(scene.world);
      await hours(scene.world, 3);
    },
    // The reasons are asked for under ReportOverdue.
    tells: /"waiting":1/,
    mended: async ({ world }) => {
      await hours(world, 4);
    },
  },
  {
    alarm: 'ReportOverdue',
    early: true,
    comes: async (scene) => {
      scene.world.simulator.reports.late({
        ...dailySales(scene.yesterday),
        availableAt: scene.morning + 34 * HOUR,
      });
      await hour(scene.world);
      await scene.nextDay();
      await hours(scene.world, 5);
    },
    tells: /not available yet/,
    mended: async ({ world }) => {
      await hours(world, 7);
    },
  },
  {
    alarm: 'UnknownAnswer',
    early: true,
    comes: async (scene) => {
      scene.answer({ kind: 'html', status: 200 });
      await hour(scene.world);
    },
    tells: /html|HTML|web page/,
    besides: ['ReportDeadLetters'],
    mended: async (scene) => {
      await scene.fetchAgain();
      assert.equal(await scene.depth('ReportDeadLetters'), 0);
    },
  },
  {
    alarm: 'ReportDeadLetters',
    early: true,
    comes: async (scene) => {
      await sendTo(scene.world, 'ReportQueue', 'hello');
      scene.answer({ kind: 'html', status: 200 });
      await hour(scene.world);
    },
    tells: /html|HTML|web page/,
    besides: ['UnknownAnswer'],
    mended: async (scene) => {
      const { world } = scene;
      world.simulator.faults.clear();
      assert.equal(await scene.depth('ReportDeadLetters'), 2);
      assert.equal((await itemOf(world, scene.yesterday))?.state, 'failed');
      await scene.redrive('ReportDeadLetters');
      assert.equal((await itemOf(world, scene.yesterday))?.state, 'stored');
      assert.equal(await scene.depth('ReportDeadLetters'), 1, 'what names no report is back');
      await world.cloud.purge('ReportDeadLetters');
      await hours(world, 2);
    },
  },
  {
    alarm: 'ContradictoryAnswer',
    early: true,
    comes: async (scene) => {
      const other = { 'Begin Date': '01/02/2026', 'End Date': '01/02/2026' };
      scene.world.simulator.reports.put({ ...dailySales(scene.yesterday), tsv: salesTsv(other) });
      await hour(scene.world);
    },
    tells: /2026-01-02/,
    mended: async (scene) => {
      scene.world.simulator.reports.put({ ...dailySales(scene.yesterday), tsv: salesTsv() });
      await hours(scene.world, 7);
    },
  },
  {
    alarm: 'ReportRejected',
    early: true,
    names: { TEAM: 'acme', DAY: '2026-11-27' },
    comes: async (scene) => {
      const detail = 'Invalid vendor number specified. Try again.';
      scene.answer({ kind: 'status', status: 400, code: 'PARAMETER_ERROR.INVALID', detail });
      await hour(scene.world);
    },
    tells: /vendor number/i,
    besides: ['ReportDeadLetters'],
    mended: async (scene) => {
      scene.world.simulator.faults.clear();
      await scene.fix('ReportRejected', 'npx asc-jobs reports backfill', {
        TEAM: 'acme',
        DAY: scene.yesterday,
      });
      await scene.world.cloud.purge('ReportDeadLetters');
      await scene.world.cloud.drain();
      await hours(scene.world, 2);
    },
  },
  {
    alarm: 'FetchReportErrors',
    early: true,
    comes: async (scene) => {
      scene.world.cloud.faults.add({
        service: 'dynamodb',
        operation: 'UpdateItem',
        times: 5,
        effect: { when: 'before', call: async () => void (await scene.world.cloud.kill('FetchReport')) },
      });
      for (let times = 0; times < 5; times += 1)
        await failing(scene.world, 'FetchReport', messageFor(scene.yesterday));
      await hour(scene.world);
    },
    tells: /./,
    mended: async ({ world }) => {
      await hours(world, 2);
    },
  },
  {
    alarm: 'ReportEventsOwed',
    early: true,
    comes: async ({ world }) => {
      world.cloud.faults.add({ service: 'events', times: 1000, effect: 'accessDenied' });
      await hours(world, 4);
    },
    tells: /not authorized|AccessDenied/i,
    mended: async ({ world }) => {
      world.cloud.faults.clear();
      await hours(world, 3);
    },
  },
];
