import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { World } from '../../../local/world/world.ts';
import { analyticsWorld, DAY, downloads, instance, itemOf } from './analytics.ts';
import { HOUR } from './sales.ts';

const MINUTE = HOUR / 60;
/** Midnight in California. */
const midnight = (date: string): number => Date.parse(`${date}T08:00:00Z`);
const dayAfter = (days: number): string =>
  new Date(Date.parse('2026-11-26') + days * DAY).toISOString().slice(0, 10);

const LEARNED = 5;
const MEASURED = 4;

describe('How long after Apple has an analytics instance it is stored', () => {
  let world: World;
  /** Each day's instance appears at its own minute between half past eight and nine. */
  const appearsAt = (day: number): number => midnight(dayAfter(day)) + 8.5 * HOUR + ((day * 7) % 30) * MINUTE;
  const delays: number[] = [];
  /** The two schedules of infra/reports/reports.ts between these hours, in California. */
  const run = async (date: string, fromHour: number, toHour: number): Promise<void> => {
    for (let at = midnight(date) + fromHour * HOUR; at < midnight(date) + toHour * HOUR; at += MINUTE) {
      const minute = (at / MINUTE) % 60;
      if (minute !== 7 && minute % 10 !== 0) continue;
      await world.passTo(at);
      await world.cloud.invoke('PlanReports', minute === 7 ? {} : { look: 'arrivals' });
      await world.cloud.drain();
    }
  };

  before(async () => {
    world = await analyticsWorld({}, { now: midnight(dayAfter(-3)) });
    for (let day = 0; day < LEARNED + MEASURED; day += 1) {
      const segment = downloads({ USA: day + 1 }, dayAfter(day - 2));
      world.simulator.analytics.put(instance(dayAfter(day), [segment], appearsAt(day)));
    }
    await run(dayAfter(-3), 9, 10);
    for (let day = 0; day < LEARNED + MEASURED; day += 1) {
      await run(dayAfter(day), 7, 10);
      const item = await itemOf(world, dayAfter(day));
      assert.equal(item?.state, 'stored', `${dayAfter(day)}: ${item?.lastAnswer}`);
      if (day >= LEARNED) delays.push(((item.settledAt ?? 0) - appearsAt(day)) / MINUTE);
    }
  });
  after(() => world.close());

  it('is ten minutes or less in the median, once its hours are learned', () => {
    const median = delays.toSorted((one, other) => one - other)[delays.length >> 1] ?? Number.NaN;
    assert.ok(median <= 10, delays.join(' '));
  });

  it('is measured by what is known: never less than the truth, never more than one look too much', () => {
    const told = world.cloud
      .metrics()
      .filter(({ name }) => name === 'ReportDelayMinutes')
      .slice(-MEASURED)
      .map(({ value }) => value);
    assert.equal(told.length, MEASURED);
    for (const [index, minutes] of told.entries())
      assert.ok(minutes >= (delays[index] ?? 0) && minutes <= 21, `${minutes} for ${delays[index]}`);
  });

  it('costs a few looks a day: none outside of the usual hours', () => {
    const lists = world.simulator.requests().filter(({ path }) => path.endsWith('/instances'));
    assert.ok(lists.length <= (LEARNED + MEASURED) * 12 + 6, `${lists.length} looks`);
  });
});
