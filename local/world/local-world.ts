import { DAY_MILLIS } from '../../functions/platform/util/time.ts';
import { SAMPLE_ANALYTICS_REPORT } from '../simulator/samples/sample-analytics.ts';
import { SAMPLE_APPS, stockSamples } from '../simulator/samples/sample-stock.ts';
import { startWorld, type World } from './world.ts';

const [TEAM, VENDOR] = ['acme', '85012345'];
const { category, name } = SAMPLE_ANALYTICS_REPORT;
/** This month and the month before, on any day of the month. */
const USUAL_DAYS = 62;
/** Apple goes on having reports while days pass in this world; after these, days are without sales. */
const DAYS_AHEAD = 60;

/** Settings of the world that stays up: every kind of report for which there is sample data, and no other. */
const settingsOf = (backfillDays: number) => ({
  teams: [
    {
      name: TEAM,
      keys: { reports: 'app-store-connect/acme/reports', prices: 'app-store-connect/acme/prices' },
      prices: { maxIncreasePercent: 30 },
      vendors: [
        {
          number: VENDOR,
          reports: [
            'SALES/SUMMARY/DAILY',
            'SUBSCRIPTION/SUMMARY/DAILY',
            'SUBSCRIPTION_EVENT/SUMMARY/DAILY',
            'FINANCIAL/ZZ',
          ],
          backfillDays,
        },
      ],
      reviews: true,
      apps: SAMPLE_APPS.map(({ id }) => ({ id, analytics: [`ANALYTICS/${category}/${name}/DAILY`] })),
    },
  ],
});

/**
 * A world in which everything is in order: samples are there, the planner and the check of the keys have run.
 *
 * @param days so many days of reports
 */
export async function startLocalWorld({
  days = USUAL_DAYS,
  ...options
}: {
  now: number;
  port?: number;
  days?: number;
}): Promise<World> {
  // Analytics are requested with an Admin key.
  const world = await startWorld({ ...options, settings: settingsOf(days), reportsRole: 'ADMIN' });
  stockSamples(world.simulator, {
    team: TEAM,
    vendor: VENDOR,
    now: world.clock.now(),
    days,
    ahead: DAYS_AHEAD,
  });
  // The first run finds the instances of analytics, the second fetches them.
  for (let run = 0; run < 2; run += 1) await runJobs(world);
  return world;
}

/** Lets days pass, on each of which the planner and the check of the keys run. */
export async function passDays(world: World, days: number): Promise<void> {
  for (let day = 0; day < days; day += 1) {
    await world.pass(DAY_MILLIS);
    await runJobs(world);
  }
}

async function runJobs({ cloud }: World): Promise<void> {
  for (const job of ['FetchExchangeRates', 'PlanReports', 'CheckKeys']) await cloud.invoke(job);
  await cloud.drain();
}
