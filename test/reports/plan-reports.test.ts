import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSettings } from '../../functions/platform/config/settings.ts';
import type { ReportLedger } from '../../functions/reports/partition/ledger.ts';
import { type LedgerItem, ledgerItemSchema } from '../../functions/reports/partition/ledger-item.ts';
import { needsFetching } from '../../functions/reports/partition/plan-partitions.ts';
import { planReports } from '../../functions/reports/plan/plan-reports.ts';
import type { ReportMessage } from '../../functions/reports/plan/report-message.ts';

import { createMemoryMarks } from '../histories/memory-marks.ts';
import { configuredVersions, createMemoryRefusals } from '../histories/memory-vendor.ts';

const NOW = Date.parse('2026-11-24T17:07:00Z');
const HOUR = 3_600_000;
const settings = parseSettings({
  teams: ['acme', 'umbra'].map((name, index) => ({
    name,
    keys: { reports: name },
    vendors: [{ number: `8501234${index}`, reports: ['SALES/SUMMARY/DAILY'], backfillDays: 10 }],
  })),
});
const item = (more: Record<string, unknown>): LedgerItem =>
  ledgerItemSchema.parse({ pk: 'x', sk: '2026-11-23', ...more });

/** A planner over a ledger that holds these items for team acme. */
async function planWith(
  items: LedgerItem[],
  sendEvents: () => Promise<void> = async () => undefined,
  subscribed = settings,
  now = NOW,
  write: (team: string) => Promise<void> = async () => undefined,
) {
  const notes: string[] = [];
  const queued: { message: ReportMessage; group: string }[] = [];
  const never = () => assert.fail('the planner claims and settles nothing');
  const ledger: ReportLedger = {
    list: async ({ team }) => (team === 'acme' ? items : []),
    expect: async ({ team, reportDate }) => {
      notes.push(`expect ${team} ${reportDate}`);
      await write(team);
    },
    expectQueued: async ({ team, reportDate }) => {
      notes.push(`expect ${team} ${reportDate}`, `queued ${team} ${reportDate}`);
      await write(team);
    },
    markQueued: async ({ team, reportDate }) => {
      notes.push(`queued ${team} ${reportDate}`);
      await write(team);
    },
    makeClaimable: never,
    markOverdue: async ({ sk }) => {
      notes.push(`overdue ${sk}`);
      return true;
    },
    markPublished: async (_, owed) => void notes.push(`sent ${owed.map(({ id }) => id)}`),
    claim: never,
    settle: never,
    holds: never,
  };
  const result = await planReports({
    settings: subscribed,
    ledger,
    versions: configuredVersions,
    vendors: createMemoryRefusals(),
    marks: createMemoryMarks(),
    queueReports: async (messages) => void queued.push(...messages),
    sendEvents,
    clock: { now: () => now },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    metric: () => undefined,
  });
  return { result, queued, notes };
}

describe('The planner', () => {
  it('queues every partition that should exist and is not known, newest first', async () => {
    const { queued, notes, result } = await planWith([]);
    const dates = queued.filter(({ group }) => group === 'acme').map(({ message }) => message.reportDate);
    assert.equal(dates.length, 10);
    assert.deepEqual([dates[0], dates.at(-1)], ['2026-11-23', '2026-11-14']);
    assert.ok(notes.includes('expect acme 2026-11-14') && notes.includes('queued acme 2026-11-14'));
    assert.deepEqual(result, { series: 2, queued: 20, known: 0, overdue: 0 });
  });

  it('marks the last days as today’s work and the rest as backfill', async () => {
    const { queued } = await planWith([]);
    const today = queued.filter(({ message, group }) => group === 'acme' && message.priority === 'today');
    assert.deepEqual(
      today.map(({ message }) => message.reportDate),
      ['2026-11-23', '2026-11-22', '2026-11-21'],
    );
  });

  it('groups messages by team, so that one team’s backlog holds up no other', async () => {
    const { queued } = await planWith([]);
    assert.equal(queued.length, 20);
    for (const { message, group } of queued) assert.equal(group, message.team);
  });

  it('sends events that are still owed, and plans on when they cannot be sent', async () => {
    const owed = [{ id: 'a', detailType: 'Report Stored', detail: {} }];
    const items = [item({ state: 'stored', owed })];
    assert.ok((await planWith(items)).notes.includes('sent a'));
    const failing = await planWith(items, () => Promise.reject(new Error('no bus')));
    assert.ok(!failing.notes.includes('sent a'));
    assert.equal(failing.result.queued, 19);
  });

  it('tells a report as overdue once, a day and four hours after it was due', async () => {
    const due = Date.parse('2026-11-23T16:00:00Z');
    const late = { sk: '2026-11-22', state: 'waiting', nextAttemptAt: NOW + HOUR };
    assert.ok(NOW < due + 28 * HOUR);
    assert.ok(!(await planWith([item({ ...late })])).notes.includes('overdue 2026-11-22'));
    const older = { ...late, sk: '2026-11-21' };
    assert.ok((await planWith([item(older)])).notes.includes('overdue 2026-11-21'));
    assert.ok(
      !(await planWith([item({ ...older, overdueToldAt: NOW - HOUR })])).notes.includes('overdue 2026-11-21'),
    );
  });

  it('does not call history late that was only just asked for', async () => {
    const history = item({
      sk: '2026-11-15',
      state: 'waiting',
      nextAttemptAt: NOW + HOUR,
      expectedAt: NOW - HOUR,
    });
    assert.ok(!(await planWith([history])).notes.includes('overdue 2026-11-15'));
  });

  it('looks after what is known outside of the backfill, too', async () => {
    const { queued } = await planWith([item({ sk: '2026-01-05', state: 'waiting', nextAttemptAt: NOW })]);
    assert.ok(queued.some(({ message }) => message.reportDate === '2026-01-05'));
  });

  it('treats a finance month as today’s work when it comes due, though it ended days ago', async () => {
    const finance = parseSettings({
      teams: [
        {
          name: 'acme',
          keys: { reports: 'k' },
          vendors: [{ number: '85012345', reports: ['FINANCIAL/ZZ'], backfillDays: 60 }],
        },
      ],
    });
    const { queued } = await planWith([], undefined, finance, Date.parse('2026-11-06T17:07:00Z'));
    assert.deepEqual(
      queued.map(({ message }) => [message.reportDate, message.priority]),
      [
        ['2027-01', 'today'],
        ['2026-12', 'backfill'],
      ],
    );
  });

  it('writes sixteen partitions of a group at a time, not one after the other', async () => {
    let [under, most] = [0, 0];
    const slow = async () => {
      under += 1;
      most = Math.max(most, under);
      await new Promise((resolve) => setTimeout(resolve, 2));
      under -= 1;
    };
    const year = parseSettings({
      teams: settings.teams.slice(0, 1).map(({ name, keys, vendors }) => ({
        name,
        keys,
        vendors: vendors.map((vendor) => ({ ...vendor, backfillDays: 365 })),
      })),
    });
    const { queued } = await planWith([], undefined, year, NOW, slow);
    assert.equal(queued.length, 365);
    assert.equal(most, 16);
  });

  const cases: [string, Record<string, unknown>, boolean][] = [
    ['due', { state: 'due' }, true],
    ['on the queue already', { state: 'due', queuedAt: NOW - HOUR }, false],
    ['on the queue for too long', { state: 'due', queuedAt: NOW - 3 * HOUR }, true],
    ['waiting, too early', { state: 'waiting', nextAttemptAt: NOW + 1 }, false],
    ['waiting, its moment has come', { state: 'waiting', nextAttemptAt: NOW }, true],
    ['fetching under a lease', { state: 'fetching', leaseUntil: NOW + 1 }, false],
    ['fetching, but the worker is gone', { state: 'fetching', leaseUntil: NOW }, true],
    ['failed today', { state: 'failed', nextAttemptAt: NOW + HOUR }, false],
    ['failed yesterday', { state: 'failed', nextAttemptAt: NOW - HOUR }, true],
    ['stored', { state: 'stored', recheckAt: NOW + 1 }, false],
    ['stored, to be compared again', { state: 'stored', recheckAt: NOW }, true],
    ['stored for good', { state: 'stored' }, false],
    ['empty, to be asked again', { state: 'empty', recheckAt: NOW }, true],
    ['expired', { state: 'expired' }, false],
  ];
  for (const [name, more, expected] of cases) {
    it(`${expected ? 'queues' : 'leaves'} what is ${name}`, () => {
      assert.equal(needsFetching(item(more), NOW), expected);
    });
  }

  it('that is cut short in every run leaves out others each time: in eight hours it has come to all', async () => {
    const many = parseSettings({
      teams: Array.from({ length: 20 }, (_, index) => ({
        name: `team-${index}`,
        keys: { reports: `team-${index}` },
        vendors: [{ number: String(85_012_300 + index), reports: ['SALES/SUMMARY/DAILY'], backfillDays: 1 }],
      })),
    });
    const planned = new Set<string>();
    for (let hour = 0; hour < 8; hour += 1) {
      let writes = 0;
      const cutShort = planWith([], undefined, many, NOW + hour * HOUR, async (team) => {
        writes += 1;
        // A write for each series: time is up after a quarter of them.
        if (writes > 5) throw new Error('time is up');
        planned.add(team);
      });
      await assert.rejects(cutShort, /time is up/);
    }
    assert.equal(planned.size, 20);
  });
});
