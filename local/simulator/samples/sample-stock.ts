import { Temporal } from 'temporal-polyfill';
import type { Simulator } from '../index.ts';
import { sampleSales } from './sample-sales.ts';

/** What a sample team sells: Apple's numbers of its products. */
export const SAMPLE_PRODUCTS = {
  subscription: '6448311069',
  inAppPurchase: '6448311070',
  app: '6448311001',
} as const;

const DAYS = 30;
/** So many days ago nothing was sold. */
const EMPTY_DAY = 9;

/** Fills a simulator for a team: a month of daily sales, and a subscription, a purchase and an app with prices. */
export function stockSamples(
  simulator: Simulator,
  { team, vendor, now }: { team: string; vendor: string; now: number },
): void {
  const today = Temporal.Instant.fromEpochMilliseconds(now)
    .toZonedDateTimeISO('America/Los_Angeles')
    .toPlainDate();
  for (let daysAgo = 1; daysAgo <= DAYS; daysAgo += 1) {
    const reportDate = today.subtract({ days: daysAgo }).toString();
    const report = {
      vendor,
      reportType: 'SALES',
      reportSubType: 'SUMMARY',
      frequency: 'DAILY' as const,
      version: '1_0',
      reportDate,
    };
    if (daysAgo === EMPTY_DAY) simulator.reports.noSales(report);
    else simulator.reports.put({ ...report, tsv: sampleSales({ vendor, day: reportDate }) });
  }
  simulator.prices.addSubscription({
    team,
    id: SAMPLE_PRODUCTS.subscription,
    name: 'Pro, yearly',
    period: 'ONE_YEAR',
    prices: { USA: '49.99' },
    territories: 'all',
  });
  simulator.prices.addInAppPurchase({
    team,
    id: SAMPLE_PRODUCTS.inAppPurchase,
    name: '100 coins',
    prices: { USA: '4.99' },
  });
  simulator.prices.addApp({ team, id: SAMPLE_PRODUCTS.app, name: 'Photo Pro', prices: { USA: '9.99' } });
}
