import type { Log } from '../../platform/logging/log.ts';
import { MetricName, type RecordMetric } from '../../platform/logging/metrics.ts';
import type { Clock } from '../../platform/util/clock.ts';
import { DAY_MILLIS, utcDay } from '../../platform/util/time.ts';
import type { Rate } from '../store/rate.ts';
import type { RateStore } from '../store/rate-store.ts';
import type { DownloadRates, RateFile } from './download-rates.ts';
import { findCorrections } from './find-corrections.ts';
import { parseEcbRates } from './parse-rates.ts';

export type FetchRatesDependencies = {
  store: RateStore;
  download: DownloadRates;
  clock: Clock;
  log: Pick<Log, 'info' | 'warn'>;
  metric: RecordMetric;
};

export type FetchedRates = {
  file: RateFile | undefined;
  days: number;
  latest: string | undefined;
  /** Rates of stored days that the file gives otherwise; they count from now on. */
  corrected?: number;
};

/** The short file holds 90 publications; a gap of fewer calendar days is within it for certain. */
// mutation: rates-short-file
const SHORT_FILE_DAYS = 85;
/** Where the tables of daily reports begin. */
const EARLIEST = '2020-01-01';

/**
 * Stores the days that are published and not stored yet: a gap closes by itself. Days on which nothing is published
 * (weekends, some holidays) have no rate; rates_daily takes the one before.
 *
 * The age of the latest rate is measured also where the new ones cannot be had: else nobody would be told that it grows old.
 */
export async function fetchRates(deps: FetchRatesDependencies): Promise<FetchedRates> {
  const latestStored = await deps.store.latestDay();
  let latest = latestStored;
  try {
    const fetched = await fetchSince(deps, latestStored);
    latest = fetched.latest;
    return fetched;
  } finally {
    measureAge(deps, latest);
  }
}

async function fetchSince(
  deps: FetchRatesDependencies,
  latestStored: string | undefined,
): Promise<FetchedRates> {
  const { store, download, clock, log, metric } = deps;
  const today = utcDay(clock.now());
  if (latestStored === today) return { file: undefined, days: 0, latest: latestStored };
  const gap = latestStored === undefined ? Number.POSITIVE_INFINITY : daysBetween(latestStored, today);
  const file: RateFile = gap <= SHORT_FILE_DAYS ? 'eurofxref-hist-90d.xml' : 'eurofxref-hist.xml';
  const xml = await download(file);
  const published = parseEcbRates(xml);
  // Before the new days: a run that dies in between finds both again.
  const corrected = latestStored === undefined ? 0 : await correct(deps, xml, published, latestStored);
  // mutation: rates-new-days
  const rates = published.filter(
    ({ day }) => day >= EARLIEST && day <= today && (latestStored === undefined || day > latestStored),
  );
  const days = [...new Set(rates.map(({ day }) => day))].toSorted();
  const [first, last] = [days[0], days.at(-1)];
  if (first !== undefined && last !== undefined) {
    await store.keepSource(last, xml);
    await store.write({ first, last }, rates, new Date(clock.now()).toISOString());
  }
  log.info('Exchange rates fetched', { file, days: days.length, latest: last ?? latestStored, corrected });
  metric(MetricName.exchangeRatesStored, days.length);
  return { file, days: days.length, latest: last ?? latestStored, corrected };
}

/** Corrections that a log line names; the table has all of them. */
const MAXIMUM_LOGGED = 50;

/**
 * Stores the rates of stored days that the file gives otherwise, beside the earlier ones: in `rates_daily` the one that was
 * loaded last counts.
 */
async function correct(
  { store, clock, log, metric }: FetchRatesDependencies,
  xml: string,
  published: readonly Rate[],
  latest: string,
): Promise<number> {
  const [oldest = latest] = published.map(({ day }) => day).toSorted();
  const first = oldest < EARLIEST ? EARLIEST : oldest;
  const corrections = findCorrections(published, await store.ecbRates(first), { first, latest });
  metric(MetricName.exchangeRatesCorrected, corrections.length);
  if (corrections.length === 0) return 0;
  await store.keepSource(latest, xml);
  await store.writeCorrections(corrections, new Date(clock.now()).toISOString());
  log.warn('The European Central Bank has corrected exchange rates of stored days; the new ones count', {
    count: corrections.length,
    corrections: corrections.slice(0, MAXIMUM_LOGGED),
  });
  return corrections.length;
}

function measureAge(
  { clock, metric }: Pick<FetchRatesDependencies, 'clock' | 'metric'>,
  latest: string | undefined,
): void {
  if (latest !== undefined) metric(MetricName.exchangeRateAgeDays, daysBetween(latest, utcDay(clock.now())));
}

const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MILLIS);
