import { Temporal } from 'temporal-polyfill';
import { HOUR_MILLIS, MINUTE_MILLIS, PACIFIC_TIME_ZONE } from '../../functions/platform/util/time.ts';
import { salesReport } from '../simulator/reports/report-store.ts';
import { sampleSales } from '../simulator/samples/sample-sales.ts';
import type { World } from '../world/world.ts';
import type { CheckList } from './check-list.ts';
import { readLedger } from './ledger-view.ts';
import { OTHER_TEAM } from './other-reports.ts';

const TEAM = 'acme';

/** Settings of the embedded run: one team with four weeks of daily sales, another with other reports. */
export const MORNING_SETTINGS = {
  teams: [
    {
      name: TEAM,
      keys: { reports: 'app-store-connect/acme/reports', prices: 'app-store-connect/acme/prices' },
      prices: { maxIncreasePercent: 30, approvalAbovePercent: 35, watch: 'all' },
      vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY'], backfillDays: 28 }],
    },
    OTHER_TEAM,
  ],
};

export const TODAY = Temporal.PlainDate.from('2026-11-24');
const day = (daysAgo: number): string => TODAY.subtract({ days: daysAgo }).toString();

/** 09:07 in California: the planner runs at seven past each hour. */
export const MORNING = TODAY.toZonedDateTime({
  timeZone: PACIFIC_TIME_ZONE,
  plainTime: '09:07',
}).epochMilliseconds;

const EMPTY_DAY = day(13);
const LATE_DAY = day(1);
const RESTATED_DAY = day(5);
const CRASH_DAY = day(9);

const DAYS_SOLD = 28;

const VENDOR = '85012345';
const report = (reportDate: string) => salesReport({ vendor: VENDOR, reportDate });

/** Fills the simulator's report store: four weeks of sales, one day without any, one late, one that Apple will correct. */
export function stockSales({ simulator }: World): void {
  for (let daysAgo = 0; daysAgo <= DAYS_SOLD; daysAgo += 1) {
    const reportDate = day(daysAgo);
    if (reportDate === EMPTY_DAY) simulator.reports.noSales(report(reportDate));
    else
      simulator.reports.put({
        ...report(reportDate),
        tsv: sampleSales({ vendor: VENDOR, day: reportDate }),
      });
  }
  simulator.reports.late({ ...report(LATE_DAY), availableAt: MORNING + 90 * MINUTE_MILLIS });
  simulator.reports.restate({
    ...report(RESTATED_DAY),
    at: MORNING + 3 * HOUR_MILLIS,
    tsv: sampleSales({ vendor: VENDOR, day: RESTATED_DAY, seed: 2 }),
  });
}

/** Plays two mornings; says what happens as it happens, and checks it. */
export async function playMorning(
  world: World,
  checks: CheckList,
  say: (line: string) => void,
): Promise<void> {
  await playFirstRun(world, checks, say);
  await world.passTo(MORNING + 2 * HOUR_MILLIS);
  await playSecondRun(world, checks, say);
  await world.passTo(MORNING + 26 * HOUR_MILLIS);
  await playNextMorning(world, checks, say);
}

type Act = (world: World, checks: CheckList, say: (line: string) => void) => Promise<void>;

async function runPlanner({ cloud }: World): Promise<void> {
  const [schedule] = cloud.schedules;
  await cloud.invoke(schedule?.target.id ?? 'PlanReports', schedule?.input);
  await cloud.drain();
}

const itemOf = async ({ cloud }: World, date: string) =>
  (await readLedger(cloud)).find(({ pk, sk }) => pk.startsWith(`${TEAM}/`) && sk === date);

const playFirstRun: Act = async (world, checks, say) => {
  const { cloud } = world;
  cloud.faults.add({
    service: 's3',
    operation: 'PutObject',
    match: ({ resource }) => resource.includes(`team=${TEAM}/`) && resource.includes(`/${CRASH_DAY}/`),
    times: 1,
    effect: { when: 'after', call: async ({ caller }) => void (await cloud.kill(caller)) },
  });
  say(`${at(world)}  the planner runs; a worker is killed right after it has stored a raw file`);
  await runPlanner(world);
  const [late, empty, crashed] = [
    await itemOf(world, LATE_DAY),
    await itemOf(world, EMPTY_DAY),
    await itemOf(world, CRASH_DAY),
  ];
  checks.check(
    `${EMPTY_DAY} had no sales: settled as empty, not as an error`,
    empty?.state === 'empty',
    empty?.state,
  );
  checks.check(
    `${LATE_DAY} was not ready at 09:07: waiting, not empty`,
    late?.state === 'waiting',
    late?.state,
  );
  checks.check(
    `${CRASH_DAY} stayed unsettled when its worker was killed`,
    crashed?.state === 'fetching',
    crashed?.state,
  );
};

const playSecondRun: Act = async (world, checks, say) => {
  say(`${at(world)}  the planner runs again; the late report is there, the dead worker's lease has lapsed`);
  await runPlanner(world);
  const [arrived, healed] = [await itemOf(world, LATE_DAY), await itemOf(world, CRASH_DAY)];
  checks.check(`${LATE_DAY} was stored two hours later`, arrived?.state === 'stored', arrived?.state);
  checks.check(`${CRASH_DAY} was stored by another worker`, healed?.state === 'stored', healed?.state);
};

const playNextMorning: Act = async (world, checks, say) => {
  say(
    `${at(world)}  the next morning: one new day, and yesterday's reports are compared with Apple's once more`,
  );
  await runPlanner(world);
  const [restated, today] = [await itemOf(world, RESTATED_DAY), await itemOf(world, day(0))];
  checks.check(
    `${RESTATED_DAY} was restated by Apple: the table shows the new file, the old one is kept`,
    restated?.versions.length === 1 && restated.state === 'stored',
    `${restated?.versions.length} earlier versions`,
  );
  checks.check(`${day(0)} was stored on its first morning`, today?.state === 'stored', today?.state);
  const events = world.cloud
    .events()
    .filter(({ detail }) => detail['team'] === TEAM)
    .map((event) => event['detail-type']);
  checks.check(
    'one Report Restated event and one Report Empty event were sent',
    once(events, 'Report Restated') && once(events, 'Report Empty'),
  );
};

const once = (all: readonly string[], wanted: string): boolean =>
  all.filter((type) => type === wanted).length === 1;

/** The moment in California, as `Tue 24 Nov 2026 09:07`. */
export function at({ clock }: Pick<World, 'clock'>): string {
  const now = Temporal.Instant.fromEpochMilliseconds(clock.now()).toZonedDateTimeISO(PACIFIC_TIME_ZONE);
  const date = now.toLocaleString('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
  return `${date.replace(',', '')} ${now.toPlainTime().toString({ smallestUnit: 'minute' })}`;
}
