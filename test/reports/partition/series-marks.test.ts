import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSettings } from '../../../functions/platform/config/settings.ts';
import { expectedDates } from '../../../functions/reports/catalogue/calendar.ts';
import { findEntry } from '../../../functions/reports/catalogue/catalogue.ts';
import type { Partition } from '../../../functions/reports/catalogue/series.ts';
import { planReports } from '../../../functions/reports/plan/plan-reports.ts';
import { parseReportRequest, requestReports } from '../../../functions/reports/plan/request-reports.ts';
import { createMemoryLedger } from '../../histories/memory-ledger.ts';
import { createMemoryMarks } from '../../histories/memory-marks.ts';
import { configuredVersions, createMemoryRefusals } from '../../histories/memory-vendor.ts';
import { silent } from '../../histories/surroundings.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const REPORT = 'SALES/SUMMARY/DAILY';
const entry = findEntry(REPORT) ?? assert.fail('no entry');
const series = { team: 'acme', vendor: '85012345', report: REPORT };
/** Noon in California. */
const NOON = Date.parse('2026-11-24T20:07:00Z');

/** A planner over a year of stored dates, whose reads are noted as the dates that they begin with. */
async function yearOfStoredDates() {
  let now = NOON;
  const clock = { now: () => now };
  const ledger = createMemoryLedger(clock);
  const settle = async (reportDate: string, settledAt: number, recheckAt?: number) => {
    const result = await ledger.claim({ ...series, reportDate });
    if (result.kind !== 'claimed') return assert.fail(`${reportDate} cannot be claimed`);
    const stored = { state: 'stored', settledAs: 'stored', settledAt, sha256: 'a', rows: 1 } as const;
    await ledger.settle(result.claim, { ...stored, tries: 0, versions: [], owed: [], recheckAt });
  };
  for (const date of expectedDates(entry, undefined, NOON)) {
    const settledAt = Date.parse(date) + DAY + 17 * HOUR;
    const recheckAt = settledAt + 30 * DAY;
    await settle(date, settledAt, recheckAt > NOON ? recheckAt : undefined);
  }
  const marks = createMemoryMarks();
  const reads: string[] = [];
  const writes: string[] = [];
  const queued: string[] = [];
  const deps = {
    settings: parseSettings({
      teams: [
        { name: 'acme', keys: { reports: 'k' }, vendors: [{ number: series.vendor, reports: [REPORT] }] },
      ],
    }),
    ledger: {
      ...ledger,
      expectQueued: (partition: Partition) => {
        writes.push(`expectQueued ${partition.reportDate}`);
        return ledger.expectQueued(partition);
      },
      markQueued: (partition: Partition) => {
        writes.push(`markQueued ${partition.reportDate}`);
        return ledger.markQueued(partition);
      },
      list: (...[of, from, to]: Parameters<typeof ledger.list>) => {
        reads.push(from);
        return ledger.list(of, from, to);
      },
    },
    versions: configuredVersions,
    vendors: createMemoryRefusals(),
    marks: {
      ...marks,
      note: (...noted: Parameters<typeof marks.note>) => {
        writes.push('mark');
        return marks.note(...noted);
      },
    },
    queueReports: async (messages: readonly { message: { reportDate: string } }[]) =>
      void queued.push(...messages.map(({ message }) => message.reportDate)),
    sendEvents: async () => undefined,
    clock,
    log: silent,
    metric: () => undefined,
  };
  /** Runs the planner at a moment: what it read, by first date, and what it queued. */
  const planAt = async (at: number) => {
    now = at;
    reads.length = 0;
    queued.length = 0;
    writes.length = 0;
    await planReports(deps);
    return { reads: [...reads], queued: [...queued], writes: [...writes] };
  };
  return { deps, planAt, settle };
}

describe('What the planner reads of a series that is settled', () => {
  it('is everything once, as after an upgrade, and then nothing until something is to be done', async () => {
    const { planAt } = await yearOfStoredDates();
    const first = await planAt(NOON);
    assert.deepEqual(first.queued, []);
    assert.ok((first.reads[0] ?? '') < '2025-12-01');
    assert.deepEqual(await planAt(NOON + HOUR), { reads: [], queued: [], writes: [] });
  });

  it('is the newest dates when another one is expected, which is queued', async () => {
    const { planAt, settle } = await yearOfStoredDates();
    await planAt(NOON);
    const morning = await planAt(NOON + 21 * HOUR);
    assert.ok(morning.queued.includes('2026-11-24'));
    assert.ok(
      morning.reads.every((from) => from > '2026-10-20'),
      morning.reads.join(' '),
    );
    await settle('2026-11-24', NOON + 21 * HOUR, NOON + 51 * DAY);
  });

  it('is what is to be compared with Apple again when that is due', async () => {
    const { planAt } = await yearOfStoredDates();
    await planAt(NOON);
    const later = await planAt(NOON + 2 * DAY);
    assert.ok(
      later.queued.some((date) => date < '2026-10-28'),
      later.queued.join(' '),
    );
    assert.ok(
      later.reads.every((from) => from > '2026-10-01'),
      later.reads.join(' '),
    );
  });

  it('is everything again once a week, and after a person has asked for settled dates', async () => {
    const { deps, planAt } = await yearOfStoredDates();
    await planAt(NOON);
    const request = { report: REPORT, from: '2026-03-01', to: '2026-03-01', refetch: true };
    await requestReports({ ...deps, queueReports: async () => undefined }, parseReportRequest(request));
    // Its message was lost, say: the planner finds the date all the same.
    const { queued } = await planAt(NOON + 3 * HOUR);
    assert.deepEqual(queued, ['2026-03-01']);
    const { reads } = await planAt(NOON + 11 * DAY);
    assert.ok((reads[0] ?? '') < '2025-12-15');
  });

  it('is everything when the settings ask for another version', async () => {
    const { deps, planAt } = await yearOfStoredDates();
    await planAt(NOON);
    deps.settings = { ...deps.settings, reportVersions: { [REPORT]: '1_1' } };
    assert.ok(((await planAt(NOON + HOUR)).reads[0] ?? '') < '2025-12-01');
  });
});

describe('What the planner writes of a series', () => {
  /** The morning after, before any look is due. */
  const MORNING = NOON + 20.5 * HOUR;

  it('is one item for a new date, and its mark once that date is settled', async () => {
    const { planAt, settle } = await yearOfStoredDates();
    await planAt(NOON);
    const morning = await planAt(MORNING);
    assert.deepEqual(morning.queued, ['2026-11-24']);
    assert.deepEqual(morning.writes, ['expectQueued 2026-11-24']);
    assert.deepEqual((await planAt(MORNING + HOUR / 4)).writes, [], 'it is on the queue');
    await settle('2026-11-24', MORNING + HOUR / 4, MORNING + 30 * DAY);
    assert.deepEqual((await planAt(MORNING + HOUR / 3)).writes, ['mark']);
    assert.deepEqual(await planAt(MORNING + 0.35 * HOUR), { reads: [], queued: [], writes: [] });
  });

  it('is its mark alone for all settled dates that are to be compared with Apple again', async () => {
    const { planAt } = await yearOfStoredDates();
    await planAt(NOON);
    const later = await planAt(NOON + 4 * DAY);
    const looks = later.queued.filter((date) => date < '2026-11-01');
    assert.ok(looks.length >= 3, later.queued.join(' '));
    assert.equal(later.writes.filter((write) => write === 'mark').length, 1);
    assert.ok(!later.writes.some((write) => write.startsWith('markQueued')));
    assert.deepEqual((await planAt(NOON + 4 * DAY + HOUR)).queued, [], 'they are on the queue');
    const lost = (await planAt(NOON + 4 * DAY + 3 * HOUR)).queued;
    assert.ok(
      looks.every((date) => lost.includes(date)),
      'a message that was lost is sent again',
    );
  });
});
