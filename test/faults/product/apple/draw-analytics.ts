import type { AnalyticsStore } from '../../../../local/simulator/reports/analytics-store.ts';
import type { Chance } from '../../../engine/chance.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const ANALYTICS_NAME = 'App Downloads Standard';
export const ANALYTICS_REPORT = `ANALYTICS/COMMERCE/${ANALYTICS_NAME}/DAILY`;
/** From the beginning of a history on. */
const DAYS = 6;
/** How much later than the beginning of its processing date Apple makes an instance. */
const LATEST_HOURS = 60;
/** A segment that Apple no longer has is there again before the product gives it up. */
const LOST_HOURS = 30;

const HEADER = ['Date', 'App Name', 'App Apple Identifier', 'Territory', 'Counts'];

/** Segments whose rows are nowhere else. */
function drawSegments(app: string, date: string, chance: Chance): string[] {
  const row = (): string => [date, 'Tide', app, 'US', String(chance.below(1_000_000_000))].join('\t');
  return Array.from({ length: 1 + chance.below(3) }, () =>
    [HEADER.join('\t'), ...Array.from({ length: 1 + chance.below(3) }, row)]
      .map((line) => `${line}\n`)
      .join(''),
  );
}

/** Puts an instance for a date, which is to be seen from a moment on. */
export function putInstance(
  store: AnalyticsStore,
  chance: Chance,
  {
    app,
    date,
    availableAt,
    snapshot = false,
  }: { app: string; date: string; availableAt: number; snapshot?: boolean },
): string {
  return store.put({
    app,
    category: 'COMMERCE',
    name: ANALYTICS_NAME,
    granularity: 'DAILY',
    processingDate: date,
    availableAt,
    segments: drawSegments(app, date, chance),
    ...(snapshot && { accessType: 'ONE_TIME_SNAPSHOT' as const }),
  });
}

/** Draws what Apple makes of an app's analytics in the days of a history: on time, late, and once more. */
export function drawAnalytics(
  store: AnalyticsStore,
  chance: Chance,
  { app, start, snapshot }: { app: string; start: number; snapshot: boolean },
): void {
  store.offer({ category: 'COMMERCE', name: ANALYTICS_NAME });
  for (let day = -1; day < DAYS; day += 1) {
    const midnight = start + day * DAY;
    const date = new Date(midnight).toISOString().slice(0, 10);
    if (chance.happens(0.15)) continue;
    let availableAt = midnight + chance.below(LATEST_HOURS) * HOUR;
    for (let edition = chance.happens(0.3) ? 2 : 1; edition > 0; edition -= 1) {
      const id = putInstance(store, chance, { app, date, availableAt });
      if (chance.happens(0.1)) store.loseSegments(id, availableAt, availableAt + LOST_HOURS * HOUR);
      availableAt += HOUR + chance.below(3 * DAY);
    }
  }
  if (!snapshot) return;
  for (const day of [-40, -30]) {
    const date = new Date(start + day * DAY).toISOString().slice(0, 10);
    putInstance(store, chance, { app, date, availableAt: start, snapshot: true });
  }
}
