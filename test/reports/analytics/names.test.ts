import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSettings, SettingsError } from '../../../functions/platform/config/settings.ts';
import { analyticsType } from '../../../functions/reports/analytics/names/analytics-catalogue.ts';
import { snapshotOf, splitAnalyticsName } from '../../../functions/reports/analytics/names/analytics-name.ts';
import { knownAnalytics } from '../../../functions/reports/analytics/names/analytics-rules.ts';
import {
  analyticsTableKey,
  combinedSha256,
  rawSegmentKey,
} from '../../../functions/reports/analytics/names/object-keys.ts';

const ENGAGEMENT = 'ANALYTICS/APP_STORE_ENGAGEMENT/App Store Discovery and Engagement Standard/DAILY';

const partsOf = (report: string) => splitAnalyticsName(report) ?? assert.fail(report);

describe('The name of an analytics series', () => {
  const partition = { team: 'acme', app: '6448311069', report: ENGAGEMENT, reportDate: '2026-11-24' };

  it('tells where its files lie', () => {
    assert.equal(
      rawSegmentKey(partition, partsOf(ENGAGEMENT), 'abc'),
      'raw/team=acme/app=6448311069/ANALYTICS/APP_STORE_ENGAGEMENT/app_store_discovery_and_engagement_standard/DAILY/2026-11-24/abc.tsv.gz',
    );
    assert.equal(
      analyticsTableKey(partition, partsOf(ENGAGEMENT)),
      'tables/analytics_app_store_discovery_and_engagement_standard_daily/team=acme/app=6448311069/report_date=2026-11-24/data.parquet',
    );
  });

  it('tells history apart', () => {
    const parts = partsOf(snapshotOf(ENGAGEMENT));
    assert.match(rawSegmentKey(partition, parts, 'abc'), /\/DAILY\/SNAPSHOT\/2026-11-24\/abc\.tsv\.gz$/);
    assert.match(analyticsTableKey(partition, parts), /_standard_daily_snapshot\/team=/);
  });
});

describe('The hash of several segments', () => {
  it('does not depend on their order, and that of one is its own', () => {
    assert.equal(combinedSha256(['a']), 'a');
    assert.equal(combinedSha256(['a', 'b']), combinedSha256(['b', 'a']));
    assert.notEqual(combinedSha256(['a', 'b']), combinedSha256(['a', 'b', 'b']));
  });
});

describe('A column of an analytics report', () => {
  for (const [header, kind] of Object.entries({
    Date: 'date',
    'App Download Date': 'date',
    Counts: 'decimal',
    'Unique Counts': 'decimal',
    Sessions: 'decimal',
    'Proceeds in USD': 'decimal',
    'App Apple Identifier': 'string',
    'Pre-Order': 'string',
    'Country Code': 'string',
  })) {
    it(`${header} is ${kind}`, () => assert.equal(analyticsType(header).kind, kind));
  }
});

describe('Settings of an app', () => {
  const problemsOf = (...analytics: string[]): string[] => {
    const apps = [{ id: '6448311069', analytics }];
    try {
      parseSettings({ teams: [{ name: 'acme', keys: { reports: 'k' }, apps }] }, [knownAnalytics]);
    } catch (error) {
      assert.ok(error instanceof SettingsError);
      return error.problems.map(({ path, message }) => `${path} ${message}`);
    }
    return [];
  };

  it('take a report by its exact name, also one that this version does not know', () => {
    assert.deepEqual(problemsOf(ENGAGEMENT, 'ANALYTICS/FRAMEWORK_USAGE/ARKit World Tracking/WEEKLY'), []);
  });

  const refused: [string, RegExp][] = [
    [
      'ANALYTICS/COMERCE/App Downloads Standard/DAILY',
      /no category COMERCE; nearest: ANALYTICS\/COMMERCE\/App D/,
    ],
    ['ANALYTICS/COMMERCE/App Downloads Standard/HOURLY', /no granularity HOURLY; nearest: .*Standard\/DAILY/],
    ['ANALYTICS/COMMERCE/Any Other Name/YEARLY', /nearest: ANALYTICS\/COMMERCE\/Any Other Name\//],
    ['ANALYTICS/APP_USAGE/App Downloads Standard/DAILY', /belongs to COMMERCE/],
    [
      'ANALYTICS/App Downloads Standard/DAILY',
      /must look like .*nearest: ANALYTICS\/COMMERCE\/App Downloads/,
    ],
    ['ANALYTICS/COMMERCE/App Downloads Standard/DAILY/SNAPSHOT', /must look like/],
    ['SALES/SUMMARY/DAILY', /must look like/],
  ];
  for (const [report, words] of refused) {
    it(`refuse ${report}`, () => {
      const [problem, ...more] = problemsOf(report);
      assert.match(problem ?? '', words);
      assert.match(problem ?? '', /^teams\[0\]\.apps\[0\]\.analytics\[0\]/);
      assert.deepEqual(more, []);
    });
  }

  it('refuse two names that would share a table', () => {
    const [problem] = problemsOf('ANALYTICS/PERFORMANCE/A-B/DAILY', 'ANALYTICS/PERFORMANCE/A B/DAILY');
    assert.match(
      problem ?? '',
      /^teams\[0\]\.apps\[0\]\.analytics\[1\] .*would share the table analytics_a_b_daily/,
    );
  });

  it('refuse what is there twice', () => {
    assert.match(problemsOf(ENGAGEMENT, ENGAGEMENT)[0] ?? '', /listed twice/);
  });
});
