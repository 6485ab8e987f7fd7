import { Temporal } from 'temporal-polyfill';
import type { AppInput } from '../auth/accounts.ts';
import type { Simulator } from '../index.ts';
import { lastDayOfFiscalMonth } from '../reports/fiscal-calendar.ts';
import { financeReport, salesReport } from '../reports/report-store.ts';
import { PACIFIC_TIME_ZONE } from '../rules/time.ts';
import { SAMPLE_ANALYTICS_REPORT, sampleDownloads } from './sample-analytics.ts';
import { APPS } from './sample-catalogue.ts';
import { sampleFinanceDetail, sampleFinancial } from './sample-finance.ts';
import { sampleReviews } from './sample-reviews.ts';
import { sampleSales } from './sample-sales.ts';
import { sampleSubscribers, sampleSubscriptionEvents, sampleSubscriptions } from './sample-subscriptions.ts';

/** What a sample team sells: Apple's numbers of its products. */
export const SAMPLE_PRODUCTS = {
  subscription: '6448311069',
  inAppPurchase: '6448311070',
  app: '6448311001',
} as const;

/** The apps of the sample reports, for the team that sells them. */
export const SAMPLE_APPS: readonly AppInput[] = APPS.map(({ appleId, title, sku }) => ({
  id: appleId,
  name: title,
  bundleId: sku,
  sku,
}));

const DAYS = 30;
const MONTHS = 12;
/** Apple's fiscal year begins three months before the calendar's: October 2026 is 2027-01. */
const FISCAL_LEAD_MONTHS = 3;
/** A day's analytics are there two days later. */
const ANALYTICS_DELAY_DAYS = 2;
/** So many days ago nothing was sold. */
const EMPTY_DAY = 9;

/** The daily reports of subscriptions. */
const SUBSCRIPTION_SAMPLES = [
  { reportType: 'SUBSCRIPTION', reportSubType: 'SUMMARY', sample: sampleSubscriptions },
  { reportType: 'SUBSCRIPTION_EVENT', reportSubType: 'SUMMARY', sample: sampleSubscriptionEvents },
  { reportType: 'SUBSCRIBER', reportSubType: 'DETAILED', sample: sampleSubscribers },
];

/**
 * Fills a simulator for a team: a month of daily sales and subscriptions, a year of finance reports, a month of
 * analytics and reviews, and a subscription, a purchase and an app with prices.
 *
 * @param days so many past days of daily reports, 30 unless given
 * @param ahead so many coming days, which appear when Apple's calendar says so; none unless given
 */
export function stockSamples(
  simulator: Simulator,
  {
    team,
    vendor,
    now,
    days = DAYS,
    ahead = 0,
  }: { team: string; vendor: string; now: number; days?: number; ahead?: number },
): void {
  const today = Temporal.Instant.fromEpochMilliseconds(now)
    .toZonedDateTimeISO(PACIFIC_TIME_ZONE)
    .toPlainDate();
  for (let daysAgo = 1 - ahead; daysAgo <= days; daysAgo += 1) {
    const reportDate = today.subtract({ days: daysAgo }).toString();
    const report = salesReport({ vendor, reportDate });
    for (const { reportType, reportSubType, sample } of SUBSCRIPTION_SAMPLES)
      simulator.reports.put({
        ...report,
        reportType,
        reportSubType,
        version: '1_4',
        tsv: sample(reportDate),
      });
    if (daysAgo === EMPTY_DAY) simulator.reports.noSales(report);
    else simulator.reports.put({ ...report, tsv: sampleSales({ vendor, day: reportDate }) });
  }
  stockFinance(simulator, vendor, today.add({ days: ahead }));
  stockAnalytics(simulator, today, { days: Math.min(days, DAYS), ahead });
  for (const { id } of SAMPLE_APPS)
    for (const review of sampleReviews(id, now, Math.min(days, DAYS))) simulator.reviews.put(review);
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

/** The fiscal months whose last day lies before a day. Apple's calendar says from when on each can be downloaded. */
function stockFinance(simulator: Simulator, vendor: string, until: Temporal.PlainDate): void {
  const months = Array.from({ length: MONTHS + FISCAL_LEAD_MONTHS + 2 }, (_, ago) =>
    until.toPlainYearMonth().add({ months: FISCAL_LEAD_MONTHS }).subtract({ months: ago }).toString(),
  ).filter((month) => {
    const lastDay = lastDayOfFiscalMonth(month);
    return lastDay !== undefined && Temporal.PlainDate.compare(lastDay, until) < 0;
  });
  for (const reportDate of months.slice(0, MONTHS)) {
    const of = { vendor, month: reportDate };
    const report = { vendor, reportType: 'FINANCIAL', reportDate } as const;
    simulator.reports.put({ ...financeReport({ ...report, region: 'ZZ' }), tsv: sampleFinancial(of) });
    simulator.reports.put({
      ...financeReport({ ...report, region: 'US' }),
      tsv: sampleFinancial({ ...of, countries: ['US'] }),
    });
    simulator.reports.put({
      ...financeReport({ ...report, reportType: 'FINANCE_DETAIL', region: 'Z1' }),
      tsv: sampleFinanceDetail(of),
    });
  }
}

function stockAnalytics(
  simulator: Simulator,
  today: Temporal.PlainDate,
  { days, ahead }: { days: number; ahead: number },
): void {
  for (const { id: app } of SAMPLE_APPS) {
    // Asked for long ago, so that there is something to download at once.
    const requested = today.subtract({ days: 2 * DAYS }).toZonedDateTime(PACIFIC_TIME_ZONE);
    simulator.analytics.create(app, 'ONGOING', requested.epochMilliseconds);
    for (let daysAgo = days; daysAgo >= 1 - ahead; daysAgo -= 1) {
      const processed = today.subtract({ days: daysAgo });
      const day = processed.subtract({ days: ANALYTICS_DELAY_DAYS }).toString();
      simulator.analytics.put({
        ...SAMPLE_ANALYTICS_REPORT,
        app,
        granularity: 'DAILY',
        processingDate: processed.toString(),
        availableAt: processed.toZonedDateTime(PACIFIC_TIME_ZONE).epochMilliseconds,
        segments: [sampleDownloads({ app, day })],
      });
    }
  }
}
