import type { Settings } from '../../functions/platform/config/settings.ts';
import { createReportLedger } from '../../functions/reports/partition/ledger.ts';
import { planReports } from '../../functions/reports/plan/plan-reports.ts';
import { createSeriesMarks } from '../../functions/reports/plan/series-marks.ts';
import { nothingKnown } from './nothing-known.ts';
import { silent } from './simulated-access.ts';

type Documents = Parameters<typeof createReportLedger>[0]['documents'];

/** One run of the planner alone on the table `Reports`: how many series it looked at and messages it sent, and its time. */
export async function planOnce(
  settings: Settings,
  documents: Documents,
  now = MORNING,
): Promise<{ series: number; messages: number; millis: number }> {
  const clock = { now: () => now };
  let messages = 0;
  const started = performance.now();
  const { series } = await planReports({
    settings,
    ...nothingKnown,
    marks: createSeriesMarks({ documents, table: 'Reports', clock }),
    ledger: createReportLedger({ documents, table: 'Reports', clock }),
    queueReports: async (queued) => {
      messages += queued.length;
    },
    sendEvents: async () => undefined,
    clock,
    log: silent,
    metric: () => undefined,
  });
  return { series, messages, millis: performance.now() - started };
}

/** When it runs: Tuesday, 9:07 in California. */
export const MORNING = Date.parse('2026-11-24T17:07:00Z');
