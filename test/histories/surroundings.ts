import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { KeyCircuitBreaker } from '../../functions/app-store-connect/auth/key-circuit-breaker.ts';
import type { OutgoingEvent } from '../../functions/events/event-types.ts';
import type { Settings } from '../../functions/platform/config/settings.ts';
import type { Clock } from '../../functions/platform/util/clock.ts';
import { expectedDates } from '../../functions/reports/catalogue/calendar.ts';
import { subscribedSeries } from '../../functions/reports/catalogue/catalogue.ts';
import type { Partition } from '../../functions/reports/catalogue/series.ts';
import { seriesKey } from '../../functions/reports/catalogue/series.ts';
import type { fetchBatch } from '../../functions/reports/fetch-batch.ts';
import type { ReportLedger } from '../../functions/reports/partition/ledger.ts';
import type { QueuePartitions } from '../../functions/reports/partition/plan-partitions.ts';
import { planReports } from '../../functions/reports/plan/plan-reports.ts';
import type { SeriesMarks } from '../../functions/reports/plan/series-marks.ts';
import type { VendorRefusals } from '../../functions/reports/vendor/vendor-refusals.ts';
import { configuredVersions } from './memory-vendor.ts';
import type { Actor } from './turns.ts';

// What stands around the real cores in random histories, whatever these are about.

/** Days before a change of daylight saving in California, and one far from any. */
export const STARTS = ['2026-03-06T15:40:00Z', '2026-10-30T14:55:00Z', '2026-07-14T15:07:00Z'] as const;

export const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

const never = () => Promise.reject(new Error('No analytics are played'));
export const noAnalytics = {
  app: never,
  claimApp: never,
  noteRequest: never,
  settleApp: never,
  series: never,
  noteInstances: never,
  awaitNext: never,
};

/** Writes down which report a table is of, instead of its rows. */
export const pretendTable: Parameters<typeof fetchBatch>[0]['convert'] = async ({ parquetPath, sha256 }) => {
  await writeFile(parquetPath, `table of ${sha256}`);
  return { rows: 1, unknownColumns: [], remarks: [] };
};

/** No key is refused. */
export const closedCircuit: KeyCircuitBreaker = {
  allowRequest: async () => ({ kind: 'allowed' }),
  recordFailure: async () => undefined,
  recordSuccess: async () => undefined,
  noteAccepted: async () => undefined,
};

/** An answer of Apple's that says no. */
export const refusal = (status: number, code: string): Response =>
  Response.json({ errors: [{ status: String(status), code, title: code, detail: code }] }, { status });

/** Editions of reports by their hash, in the order in which Apple served them, from 1. */
export class Editions {
  readonly #known = new Map<string, number>();
  /** The edition that was served last, by what was asked for. */
  readonly #last = new Map<string, string>();
  #count = 0;

  of(sha256: string): number {
    return this.#known.get(sha256) ?? 0;
  }

  /**
   * @param place what was asked for, where Apple may go back to an earlier edition: that one is the newest then
   * @returns the hash
   */
  async note(answer: Response, place?: string): Promise<string> {
    const bytes = new Uint8Array(await answer.clone().arrayBuffer());
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const isBack = place !== undefined && this.#last.get(place) !== sha256;
    if (!this.#known.has(sha256) || isBack) {
      this.#count += 1;
      this.#known.set(sha256, this.#count);
    }
    if (place !== undefined) this.#last.set(place, sha256);
    return sha256;
  }
}

/**
 * One run of the planner. What should have existed from its begin to its end is expected once it has ended: while it
 * is held up, another day may begin.
 */
export async function runPlanner(
  actor: Actor,
  around: {
    settings: Settings;
    ledger: ReportLedger;
    vendors: VendorRefusals;
    marks: SeriesMarks;
    queueReports: QueuePartitions<Partition>;
    events: OutgoingEvent[];
    clock: Clock;
    /** Filled with `<series> <report date>`. */
    expected: Set<string>;
  },
): Promise<void> {
  const { settings, ledger, vendors, marks, queueReports, events, clock, expected } = around;
  const startedAt = clock.now();
  await planReports({
    settings,
    ledger: actor.guard('ledger', ledger),
    versions: configuredVersions,
    vendors: actor.guard('vendors', vendors),
    marks: actor.guard('marks', marks),
    queueReports: actor.call('queue.send', queueReports),
    sendEvents: actor.call('events.send', async (sent) => void events.push(...sent)),
    clock,
    log: silent,
    metric: () => undefined,
  });
  noteExpected(expected, settings, { from: startedAt, to: clock.now() });
}

/** What a run of the planner has to have noted: the reports that should exist at its begin and still at its end. */
export function noteExpected(
  expected: Set<string>,
  settings: Settings,
  { from, to }: { from: number; to: number },
): void {
  for (const { series, entry, backfillDays } of subscribedSeries(settings)) {
    const datesAt = (at: number) => expectedDates(entry, backfillDays, at);
    const later = new Set(datesAt(to));
    for (const date of datesAt(from).filter((one) => later.has(one)))
      expected.add(`${seriesKey(series)} ${date}`);
  }
}
