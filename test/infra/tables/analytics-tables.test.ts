import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { analyticsColumns } from '../../../functions/reports/analytics/names/analytics-catalogue.ts';
import { appOf, SETTINGS, templateOf } from '../templates.ts';

const DOWNLOADS = 'ANALYTICS/COMMERCE/App Downloads Standard/DAILY';
const EVENTS = 'ANALYTICS/COMMERCE/App Store Subscription Event Report Standard/DAILY';
const UNKNOWN = 'ANALYTICS/FRAMEWORK_USAGE/ARKit World Tracking/WEEKLY';
const [first, second] = SETTINGS.teams;
const app = appOf({
  appStoreConnect: {
    teams: [
      { ...first, apps: [{ id: '6448311069', analytics: [DOWNLOADS, UNKNOWN, EVENTS], snapshot: true }] },
      { ...second, apps: [{ id: '6448311070', analytics: [DOWNLOADS] }] },
    ],
  },
});
const jobs = templateOf(app, 'app-store-connect-jobs');
const tableOf = (name: string) =>
  Object.values(jobs.findResources('AWS::Glue::Table'))
    .map(({ Properties }) => Properties.TableInput)
    .find(({ Name }) => Name === name) ?? assert.fail(name);

describe('The table of an analytics report', () => {
  it('begins with the columns its Parquet files begin with', () => {
    const { StorageDescriptor } = tableOf('analytics_app_downloads_standard_daily');
    assert.deepEqual(
      StorageDescriptor.Columns.map(({ Name }: { Name: string }) => Name),
      [...analyticsColumns('App Downloads Standard').map(({ name }) => name), 'report_sha256'],
    );
    const types = Object.fromEntries(
      StorageDescriptor.Columns.map(({ Name, Type }: { Name: string; Type: string }) => [Name, Type]),
    );
    assert.deepEqual(
      [types['date'], types['counts'], types['territory']],
      ['date', 'decimal(38,6)', 'string'],
    );
  });

  it('knows every app that subscribes it, and each processing date, by projection', () => {
    const { Parameters, PartitionKeys } = tableOf('analytics_app_downloads_standard_daily');
    assert.equal(Parameters['projection.team.values'], 'acme,umbra');
    assert.equal(Parameters['projection.app.values'], '6448311069,6448311070');
    assert.equal(Parameters['projection.report_date.interval'], '1');
    assert.deepEqual(
      PartitionKeys.map(({ Name }: { Name: string }) => Name),
      ['team', 'app', 'report_date'],
    );
    assert.match(
      JSON.stringify(Parameters['storage.location.template']),
      /team=\$\{team\}\/app=\$\{app\}\/report_date=\$\{report_date\}\//,
    );
  });

  it('of subscription events has the columns of Apple’s page, under the name that the API gives the report', () => {
    const { StorageDescriptor } = tableOf('analytics_app_store_subscription_event_report_standard_daily');
    const types = new Map<string, string>(
      StorageDescriptor.Columns.map(({ Name, Type }: { Name: string; Type: string }) => [Name, Type]),
    );
    assert.equal([...types.keys()][0], 'event_date');
    assert.deepEqual(
      ['event_date', 'event_sub_type', 'offer_id', 'vanity_code', 'counts'].map((name) => types.get(name)),
      ['date', 'string', 'string', 'string', 'decimal(38,6)'],
    );
    assert.equal(types.size, 30 + 1);
  });

  it('of the snapshot is one of its own, for those who have one', () => {
    const { Parameters } = tableOf('analytics_app_downloads_standard_daily_snapshot');
    assert.equal(Parameters['projection.app.values'], '6448311069');
  });

  it('of a report with unknown columns shows the date, whichever name Apple gives it, and synthesis says so', () => {
    const { StorageDescriptor } = tableOf('analytics_arkit_world_tracking_weekly');
    assert.deepEqual(
      StorageDescriptor.Columns.map(({ Name }: { Name: string }) => Name),
      ['date', 'event_date', 'report_sha256'],
    );
    const stack = app.node.findChild('app-store-connect-jobs');
    assert.ok(Stack.isStack(stack));
    const warnings = Annotations.fromStack(stack).findWarning(
      '*',
      Match.stringLikeRegexp('ARKit World Tracking'),
    );
    assert.equal(warnings.length, 2);
  });

  it('has a view beside it that leaves replaced batches out, with comments', () => {
    const { TableType, StorageDescriptor, ViewOriginalText } = tableOf(
      'analytics_app_downloads_standard_daily_latest',
    );
    assert.equal(TableType, 'VIRTUAL_VIEW');
    const columns: { Name: string; Comment: string }[] = StorageDescriptor.Columns;
    assert.deepEqual(
      columns.map(({ Name }) => Name),
      [
        'team',
        'app',
        'processing_date',
        ...analyticsColumns('App Downloads Standard').map(({ name }) => name),
      ],
    );
    for (const { Name, Comment } of columns) assert.ok(Comment.length > 0, Name);
    const [, encoded = ''] = /^\/\* Presto View: (\S+) \*\/$/.exec(ViewOriginalText) ?? [];
    assert.match(
      Buffer.from(encoded, 'base64').toString('utf8'),
      /max\(report_date\) AS newest FROM analytics_app_downloads_standard_daily/,
    );
  });

  it('has no such view where its columns are not known', () => {
    const names = Object.values(jobs.findResources('AWS::Glue::Table')).map(
      ({ Properties }) => Properties.TableInput.Name,
    );
    assert.ok(!names.includes('analytics_arkit_world_tracking_weekly_latest'));
  });
});
