import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSettings } from '../../functions/platform/config/settings.ts';
import type { UnfinishedRun } from '../../functions/reports/plan/planner-runs.ts';
import { planAll } from '../../functions/reports/plan-all.ts';
import { createMemoryLedger } from '../histories/memory-ledger.ts';
import { createMemoryMarks } from '../histories/memory-marks.ts';
import { configuredVersions, createMemoryRefusals } from '../histories/memory-vendor.ts';
import { noAnalytics, silent } from '../histories/surroundings.ts';

const NOW = Date.parse('2026-11-24T17:07:00Z');
const TEAMS = 100;
const settings = parseSettings({
  teams: Array.from({ length: TEAMS }, (_, index) => ({
    name: `team-${index}`,
    keys: { reports: `team-${index}` },
    vendors: [{ number: String(85_012_300 + index), reports: ['SALES/SUMMARY/DAILY'], backfillDays: 1 }],
  })),
});

/** Planners over one ledger, each with time for some calls of the queue, which take five seconds each. */
function planners() {
  let at: UnfinishedRun | undefined;
  let runs = 0;
  const clock = { now: () => NOW };
  const ledger = createMemoryLedger(clock);
  const calls: string[][] = [];
  let left = 0;
  const deps = {
    settings,
    ledger,
    versions: configuredVersions,
    vendors: createMemoryRefusals(),
    marks: createMemoryMarks(),
    analytics: noAnalytics,
    runs: {
      note: async () => {
        at = undefined;
        runs += 1;
      },
      pause: async (unfinished: UnfinishedRun) => {
        at = unfinished;
      },
      unfinished: async () => at,
    },
    queueReports: async (messages: readonly { message: object; group: string }[]) => {
      if (messages.length > 0) calls.push(messages.map(({ group }) => group));
      left -= 5_000;
    },
    sendEvents: async () => undefined,
    clock,
    log: silent,
    metric: () => undefined,
  };
  return {
    calls,
    completed: () => runs,
    plan: (millis: number) => {
      left = millis;
      return planAll(deps, { remainingMillis: () => left });
    },
  };
}

describe('A run of the planner over many series', () => {
  it('puts the new dates of ten series on the queue with one call', async () => {
    const { plan, calls } = planners();
    await plan(1e9);
    assert.equal(calls.length, TEAMS / 10);
    assert.equal(new Set(calls.flat()).size, TEAMS);
  });

  it('ends before its time is up, and the next one goes on from there', async () => {
    const { plan, calls, completed } = planners();
    const first = await plan(30_000);
    assert.ok(first.series > 0 && first.series < TEAMS, `${first.series} series`);
    assert.equal(completed(), 0, 'not every series has been looked at');
    const reached = new Set(calls.flat());
    await plan(30_000);
    const next = calls.flat().slice(reached.size);
    assert.ok(next.length > 0 && next.every((team) => !reached.has(team)));
  });

  it('counts as a run once every series was looked at, by however many runs', async () => {
    const { plan, calls, completed } = planners();
    for (let run = 0; completed() === 0; run += 1) {
      assert.ok(run < 10, 'the runs come to no end');
      await plan(40_000);
    }
    assert.equal(new Set(calls.flat()).size, TEAMS);
    assert.equal(calls.flat().length, TEAMS, 'none was queued twice');
  });
});
