import { after, before, describe, it } from 'node:test';
import type { World } from '../../../local/world/world.ts';
import { dailySales, HOUR, messageFor, salesTsv } from '../../end-to-end/reports/sales.ts';
import { itMore } from '../../groups/extent.ts';
import {
  assertOn,
  checkAndCompare,
  DAY,
  FIRST_MORNING,
  failing,
  hour,
  hours,
  MINUTE,
  sendTo,
  startWatchedWorld,
} from './alarm-world.ts';

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

describe('Failures of the reports, and the alarms they trip', () => {
  let world: World;
  /** Each failure has a morning of its own. */
  let morning = FIRST_MORNING;
  before(async () => {
    world = await startWatchedWorld();
  });
  after(() => world.close());

  const nextMorning = async (): Promise<string> => {
    morning += DAY;
    await world.passTo(morning);
    await checkAndCompare(world);
    return dayOf(morning - DAY);
  };
  /** Apple answers so when it is asked for this day. */
  const answer = (reportDate: string, effect: Parameters<World['simulator']['faults']['add']>[0]['effect']) =>
    world.simulator.faults.add({
      match: { query: { 'filter[reportDate]': reportDate } },
      times: Number.POSITIVE_INFINITY,
      effect,
    });
  /** A person has mended it: the message goes, the report is fetched, and an hour passes. */
  const mend = async (reportDate: string): Promise<void> => {
    world.simulator.faults.clear();
    await world.cloud.purge('ReportDeadLetters');
    await world.cloud.invoke('PlanReports', { from: reportDate, to: reportDate });
    await world.cloud.drain();
    await hours(world, 2);
    await assertOn(world);
  };

  it('healthy days trip none, at no hour', async () => {
    for (let day = 0; day < 2; day += 1) {
      await nextMorning();
      for (let passed = 0; passed < 23; passed += 1) {
        await hours(world, 1);
        await assertOn(world);
      }
    }
  });

  it('Apple is an hour late: none', async () => {
    const yesterday = await nextMorning();
    world.simulator.reports.late({ ...dailySales(yesterday), availableAt: morning + HOUR });
    await hour(world);
    await assertOn(world);
    await hours(world, 1);
    await assertOn(world);
  });

  it('Apple is late until three in the afternoon', async () => {
    const yesterday = await nextMorning();
    world.simulator.reports.late({ ...dailySales(yesterday), availableAt: morning + 6 * HOUR });
    await hour(world);
    await hours(world, 1);
    await assertOn(world);
    await hours(world, 2);
    await assertOn(world, 'NoReportByNoon');
    await hours(world, 4);
    await assertOn(world);
  });

  it('Apple delivers a day more than a day late', async () => {
    const yesterday = await nextMorning();
    world.simulator.reports.late({ ...dailySales(yesterday), availableAt: morning + 34 * HOUR });
    await hour(world);
    await nextMorning();
    await hours(world, 5);
    await assertOn(world, 'ReportOverdue');
    await hours(world, 7);
    await assertOn(world);
  });

  it('Apple answers with a web page', async () => {
    const yesterday = await nextMorning();
    answer(yesterday, { kind: 'html', status: 200 });
    await hour(world);
    await assertOn(world, 'UnknownAnswer', 'ReportDeadLetters');
    await mend(yesterday);
  });

  itMore('Apple sends a file with a damaged row', async () => {
    const yesterday = await nextMorning();
    world.simulator.reports.put({ ...dailySales(yesterday), tsv: 'SKU\tUnits\nonly-one-field\n' });
    await hour(world);
    await assertOn(world, 'UnknownAnswer', 'ReportDeadLetters');
    world.simulator.reports.noSales(dailySales(yesterday));
    await mend(yesterday);
  });

  itMore('Apple says of yesterday that it is no longer kept', async () => {
    const yesterday = await nextMorning();
    const detail = 'Report is no longer available. Reports are kept for one year.';
    answer(yesterday, { kind: 'status', status: 410, code: 'GONE', detail });
    await hour(world);
    await assertOn(world, 'ContradictoryAnswer');
    world.simulator.faults.clear();
    // It waits without a dead letter, and heals by itself when Apple has the report again.
    await hours(world, 7);
    await assertOn(world);
  });

  it('Apple sends the report of another day', async () => {
    const yesterday = await nextMorning();
    const other = { 'Begin Date': '01/02/2026', 'End Date': '01/02/2026' };
    world.simulator.reports.put({ ...dailySales(yesterday), tsv: salesTsv(other) });
    await hour(world);
    await assertOn(world, 'ContradictoryAnswer');
    world.simulator.reports.put({ ...dailySales(yesterday), tsv: salesTsv() });
    await hours(world, 7);
    await assertOn(world);
  });

  it('a person mistyped the vendor number', async () => {
    const yesterday = await nextMorning();
    const detail = 'Invalid vendor number specified. Try again.';
    answer(yesterday, { kind: 'status', status: 400, code: 'PARAMETER_ERROR.INVALID', detail });
    await hour(world);
    await assertOn(world, 'ReportRejected', 'ReportDeadLetters');
    await mend(yesterday);
  });

  itMore('Apple has retired the report’s version', async () => {
    const yesterday = await nextMorning();
    const detail =
      'The version parameter you have specified is invalid. The latest version for this report is 1_9.';
    answer(yesterday, { kind: 'status', status: 400, code: 'PARAMETER_ERROR.INVALID', detail });
    await hour(world);
    await assertOn(world, 'ReportRejected', 'ReportDeadLetters');
    await mend(yesterday);
  });

  itMore('Apple is ill for two hours: none', async () => {
    const yesterday = await nextMorning();
    answer(yesterday, { kind: 'status', status: 503, code: 'SERVICE_UNAVAILABLE' });
    await hour(world);
    await assertOn(world);
    world.simulator.faults.clear();
    await hours(world, 2);
    await assertOn(world);
  });

  it('somebody sends a message that names no report', async () => {
    await nextMorning();
    await hour(world);
    await sendTo(world, 'ReportQueue', 'hello');
    await world.cloud.drain();
    await assertOn(world, 'ReportDeadLetters');
    await world.cloud.purge('ReportDeadLetters');
    await assertOn(world);
  });

  it('somebody has switched the planner’s schedule off', async () => {
    await nextMorning();
    await hours(world, 1);
    for (let passed = 0; passed < 3; passed += 1) {
      await assertOn(world);
      await world.pass(44 * MINUTE);
      await world.cloud.invoke('AcceptPriceChange', { sweep: true });
      await world.pass(16 * MINUTE);
      await world.cloud.invoke('AcceptPriceChange', { sweep: true });
    }
    await assertOn(world, 'PlannerSilent');
    await hour(world);
    await assertOn(world);
  });

  itMore('a policy forbids the planner its table', async () => {
    await nextMorning();
    await hour(world);
    world.cloud.faults.add({ service: 'dynamodb', operation: 'Query', times: 100, effect: 'accessDenied' });
    await failing(world, 'PlanReports');
    await failing(world, 'PlanReports');
    world.cloud.faults.clear();
    await assertOn(world, 'PlanReportsErrors');
    await hours(world, 2);
    await assertOn(world);
  });

  it('the fetcher dies again and again', async () => {
    const yesterday = await nextMorning();
    world.cloud.faults.add({
      service: 'dynamodb',
      operation: 'UpdateItem',
      times: 5,
      effect: { when: 'before', call: async () => void (await world.cloud.kill('FetchReport')) },
    });
    for (let times = 0; times < 5; times += 1) await failing(world, 'FetchReport', messageFor(yesterday));
    await hour(world);
    await assertOn(world, 'FetchReportErrors');
    await hours(world, 2);
    await assertOn(world);
  });

  it('EventBridge takes no events for hours', async () => {
    await nextMorning();
    world.cloud.faults.add({ service: 'events', times: 1000, effect: 'accessDenied' });
    await hour(world);
    await hours(world, 1);
    await assertOn(world);
    await hours(world, 2);
    await assertOn(world, 'ReportEventsOwed');
    world.cloud.faults.clear();
    await hours(world, 3);
    await assertOn(world);
  });
});
