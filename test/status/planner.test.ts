import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findingsOf } from '../../functions/status/model/findings.ts';
import { renderPage } from '../../functions/status/render-page.ts';
import { NOW } from './sample/base.ts';
import { itemOf, seriesOf } from './sample/days.ts';
import { sampleStatus } from './sample/status.ts';

const HOUR = 3_600_000;
const calm = { ...sampleStatus(), changes: [], keys: [] };
const statusWith = (plannerRanAt: number | null, days: Record<string, Record<string, unknown>> = {}) => ({
  ...calm,
  plannerRanAt,
  series: [seriesOf('SALES/SUMMARY/DAILY', 5, days)],
});
const pageOf = (status: ReturnType<typeof statusWith>) => renderPage(status, { view: 'overview' });

describe('The status of a planner that does not run', () => {
  it('before the first run says that nothing is known, not that every report is stored', () => {
    const status = { ...statusWith(null), series: [seriesOf('SALES/SUMMARY/DAILY', 0)] };
    assert.match(pageOf(status), /The planner has not run yet: nothing is known of any report/);
    assert.doesNotMatch(pageOf(status), /Every report is stored/);
    assert.equal(findingsOf(status)[0]?.severity, 'warning');
  });

  it('that has been dead for a week says so, however well everything looks', () => {
    const status = statusWith(NOW - 7 * 24 * HOUR);
    assert.match(pageOf(status), /has not completed a run for 7 days/);
    assert.equal(findingsOf(status)[0]?.severity, 'problem');
  });

  it('is calm while it runs hourly', () => {
    const status = statusWith(NOW - HOUR);
    assert.deepEqual(findingsOf(status), []);
    assert.match(pageOf(status), /Every report is stored or known to be empty/);
  });

  it('says how many dates are on their way, not that every report is stored', () => {
    const date = new Date(NOW - 24 * HOUR).toISOString().slice(0, 10);
    const waiting = { state: 'waiting', settledAs: undefined, expectedAt: NOW - HOUR, nextAttemptAt: NOW };
    const page = pageOf(statusWith(NOW - HOUR, { [date]: waiting }));
    assert.match(page, /1 of 5 report dates are on their way/);
    assert.doesNotMatch(page, /Every report is stored/);
  });
});

describe('A series on the status page', () => {
  const pageWith = (series: ReturnType<typeof seriesOf>) =>
    renderPage({ ...calm, plannerRanAt: NOW, series: [series] }, { view: 'reports' });

  it('shows how long after Apple had its dates they were stored', () => {
    const series = seriesOf('SALES/SUMMARY/DAILY', 3);
    const days = series.days.map(({ date, state }) => ({
      date,
      state,
      item: itemOf(date, { settledAt: NOW - HOUR, notReadyAt: NOW - HOUR - 9 * 60_000 }),
    }));
    assert.match(
      pageWith({ ...series, days }),
      /stored at most 9 minutes after Apple had it \(median of 3 dates\)/,
    );
  });

  it('names the version that Apple serves in place of the configured one', () => {
    const versionChange = { asked: '1_3', version: '1_4', changedAt: NOW };
    const page = pageWith({ ...seriesOf('SUBSCRIPTION/SUMMARY/DAILY', 2), versionChange });
    assert.match(page, /Apple serves version 1_4 in place of 1_3/);
  });

  it('says why a partition is overdue that its workers die on', () => {
    const dying = { state: 'fetching', settledAs: undefined, claims: 7, overdueToldAt: NOW - HOUR };
    const date = new Date(NOW - 3 * 24 * HOUR).toISOString().slice(0, 10);
    const page = pageOf({
      ...statusWith(NOW),
      series: [seriesOf('SALES/SUMMARY/DAILY', 5, { [date]: dying })],
    });
    assert.match(page, /Its worker ended 7 times without a result/);
  });
});
