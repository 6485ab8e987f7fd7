import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openRealFiles, tsv } from './made-anew.ts';

// What real files have and Apple's pages do not say, each made anew after files that others published.
const { convertAnalytics, rowsOf } = await openRealFiles();

const EVENTS = tsv(
  [
    ...['Event Date', 'App Name', 'App Apple Identifier', 'Event', 'Original Start Date'],
    ...['Days Before Canceling', 'Counts'],
  ],
  ['2026-11-20', 'Tide', '1', 'Cancel', '2026-10-01', '12', '7'],
);

describe('An analytics report', () => {
  it('may call its day Event Date: those of subscriptions do', async () => {
    for (const name of ['App Store Subscription State Report Detailed', 'App Sessions Standard']) {
      await convertAnalytics(name, EVENTS);
      assert.deepEqual(
        await rowsOf(
          'date, event_date, original_start_date, days_before_canceling::INT AS days, counts::INT AS counts',
        ),
        [{ date: null, event_date: '2026-11-20', original_start_date: '2026-10-01', days: 12, counts: 7 }],
      );
    }
  });

  it('of subscription events has its day where Apple’s page says, under both names that the report has', async () => {
    for (const name of [
      'App Store Subscription Event Standard',
      'App Store Subscription Event Report Detailed',
    ]) {
      await convertAnalytics(name, EVENTS);
      assert.deepEqual(await rowsOf('event_date, offer_type, counts::INT AS counts'), [
        { event_date: '2026-11-20', offer_type: null, counts: 7 },
      ]);
      await convertAnalytics(name, EVENTS.replace('Event Date', 'Date'));
      assert.deepEqual(await rowsOf('event_date, date'), [{ event_date: null, date: '2026-11-20' }]);
    }
  });

  it('with neither day is none', async () => {
    await assert.rejects(
      convertAnalytics('App Sessions Standard', tsv(['App Name', 'Counts'], ['Tide', '7'])),
      {
        code: 'HEADER_MISSING',
      },
    );
  });
});
