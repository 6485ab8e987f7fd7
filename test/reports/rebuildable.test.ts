import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rebuildableSeries } from '../../functions/reports/rebuild/rebuildable.ts';

const REPORTS = ['SALES/SUMMARY/DAILY', 'SALES/SUMMARY/WEEKLY', 'SALES/SUMMARY/MONTHLY', 'FINANCIAL/ZZ'];

describe('A span of days whose tables are made anew', () => {
  const series = rebuildableSeries({
    reportVersions: {},
    teams: [
      {
        name: 'acme',
        keys: { reports: 'acme/reports' },
        vendors: [{ number: '85012345', reports: REPORTS }],
      },
    ],
  });
  const isBetween = (report: string, reportDate: string, from: string, to: string) =>
    series.find((one) => one.series.report === report)?.isBetween(reportDate, from, to);

  for (const [report, reportDate, lastDay] of [
    ['SALES/SUMMARY/DAILY', '2026-11-22', '2026-11-22'],
    ['SALES/SUMMARY/WEEKLY', '2026-11-22', '2026-11-22'],
    ['SALES/SUMMARY/MONTHLY', '2026-10', '2026-10-31'],
    // Apple's fiscal year 2026 began on 28 September 2025; its first month has five weeks.
    ['FINANCIAL/ZZ', '2026-01', '2025-11-01'],
  ] as const)
    it(`holds a period of ${report} where its last day lies in it`, () => {
      const before = lastDay.replace(/\d\d$/, (day) => String(Number(day) - 1).padStart(2, '0'));
      assert.equal(isBetween(report, reportDate, lastDay, lastDay), true);
      assert.equal(isBetween(report, reportDate, '2010-01-01', lastDay), true);
      assert.equal(isBetween(report, reportDate, lastDay, '9999-12-31'), true);
      if (before.endsWith('-00')) return;
      assert.equal(isBetween(report, reportDate, '2010-01-01', before), false);
    });
});
