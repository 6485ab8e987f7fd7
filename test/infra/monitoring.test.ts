import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Match } from 'aws-cdk-lib/assertions';
import { alarmDefinitions } from '../../infra/monitoring/alarm-definitions.ts';
import { appOf, SETTINGS, templateOf } from './templates.ts';

const STACK = 'app-store-connect-jobs';
const jobs = templateOf(appOf({ runbookBaseUrl: 'https://wiki.acme.example/runbook' }), STACK);
const alarms = Object.values(jobs.findResources('AWS::CloudWatch::Alarm')).map(
  ({ Properties }) => Properties,
);
const definitions = alarmDefinitions({ keyMaxAgeDays: 90 });

describe('The alarms', () => {
  it('are those of the tables', () => {
    const names = alarms.map(({ AlarmName }) => AlarmName).sort();
    assert.deepEqual(names, definitions.map(({ id }) => `${STACK}-${id}`).sort());
  });

  it('tell the topic when they trip and when they are over', () => {
    for (const { AlarmActions, OKActions, AlarmName } of alarms) {
      assert.equal(AlarmActions.length, 1, AlarmName);
      assert.deepEqual(AlarmActions, OKActions);
    }
    jobs.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      }),
    });
  });

  it('say what is wrong and link to the runbook', () => {
    for (const { AlarmName, AlarmDescription } of alarms) {
      const anchor = AlarmName.slice(STACK.length + 1).toLowerCase();
      assert.ok(AlarmDescription.endsWith(`https://wiki.acme.example/runbook#${anchor}`), AlarmDescription);
      assert.ok(AlarmDescription.length < 1024);
    }
  });

  it('watch every function but the one whose errors its viewer sees', () => {
    const watched = new Set(
      definitions.flatMap(({ signal }) => ('lambda' in signal ? [signal.functionId] : [])),
    );
    const functions = Object.values(jobs.findResources('AWS::Lambda::Function')).flatMap(({ Properties }) =>
      Properties.Tags.filter(({ Key }: { Key: string }) => Key === 'app-store-connect-jobs:function'),
    );
    const unwatched = functions.map(({ Value }) => Value).filter((name) => !watched.has(name));
    assert.deepEqual(unwatched, ['StatusWidget']);
  });

  it('say why missing data is treated as it is', () => {
    for (const { id, because, missing, periods } of definitions) {
      assert.ok(because.length > 15, id);
      assert.ok(missing !== 'ignore' || periods === 1, `${id}: CloudWatch keeps a state, not a history`);
    }
  });

  it('are gathered in one alarm per job on request, which tells nobody by itself', () => {
    jobs.resourceCountIs('AWS::CloudWatch::CompositeAlarm', 0);
    const asked = templateOf(appOf({ appStoreConnect: SETTINGS, jobAlarms: 'on' }), STACK);
    asked.resourceCountIs('AWS::CloudWatch::CompositeAlarm', 3);
    for (const { Properties } of Object.values(asked.findResources('AWS::CloudWatch::CompositeAlarm')))
      assert.equal(Properties.AlarmActions, undefined);
    const rules = JSON.stringify(asked.findResources('AWS::CloudWatch::CompositeAlarm'));
    for (const id of Object.keys(asked.findResources('AWS::CloudWatch::Alarm')))
      assert.ok(rules.includes(id), id);
  });

  it('tell a lack of room by the functions that start all the time; of each other one, what tells it is there', () => {
    const throttled = definitions.filter(({ id }) => id.endsWith('Throttles')).map(({ id }) => id);
    assert.deepEqual(throttled.toSorted(), [
      'AcceptPriceChangeThrottles',
      'ApplyPriceChangeThrottles',
      'FetchReportThrottles',
      'PlanReportsThrottles',
    ]);
    for (const id of ['ExchangeRatesOld', 'PriceEffectLate', 'TellPeopleDeadLetters', 'KeyCheckSilent'])
      assert.ok(
        definitions.some((definition) => definition.id === id),
        id,
      );
  });

  it('are there without the dashboard, which is left out on request, with its output and the right to see it', () => {
    const without = templateOf(appOf({ appStoreConnect: SETTINGS, dashboard: 'off' }), STACK);
    without.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
    assert.ok(!JSON.stringify(without.toJSON()).includes('DashboardName'));
    const alarms = (template: typeof jobs) => Object.keys(template.findResources('AWS::CloudWatch::Alarm'));
    assert.deepEqual(alarms(without), alarms(jobs));
  });

  it('ask for the key age of the settings', () => {
    const strict = templateOf(appOf({ appStoreConnect: { ...SETTINGS, keyMaxAgeDays: 30 } }), STACK);
    strict.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `${STACK}-KeyTooOld`,
      Threshold: 30,
    });
  });
});

describe('The dashboard', () => {
  const [dashboard] = Object.values(jobs.findResources('AWS::CloudWatch::Dashboard'));
  const body = JSON.stringify(dashboard?.['Properties'].DashboardBody);

  it('shows freshness, requests, price changes, keys, errors and what costs', () => {
    for (const shown of [
      'Freshness of each series',
      'RequestsRemaining',
      'PriceChangeApplied',
      'PriceChangeUnsettled',
      'KeyAgeDays',
      'Errors of functions',
      'ApproximateNumberOfMessagesVisible',
      'ConsumedWriteCapacityUnits',
      'IncomingBytes',
    ])
      assert.ok(body.includes(shown), shown);
  });

  it('costs nothing: one a stack, with fewer than fifty metrics', () => {
    jobs.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
    const metrics = body.split(/\[\\"A[a-zA-Z/0-9]+\\",\\"/).length - 1 + body.split('SEARCH(').length - 1;
    assert.ok(metrics > 30 && metrics < 50, String(metrics));
  });
});

describe('The dashboard of many teams', () => {
  const teams = Array.from({ length: 21 }, (_, index) => ({
    ...SETTINGS.teams[0],
    name: `team-${index}`,
  }));
  const bodyOf = (settings: Record<string, unknown>) =>
    JSON.stringify(
      Object.values(
        templateOf(appOf({ appStoreConnect: { ...SETTINGS, ...settings } }), STACK).findResources(
          'AWS::CloudWatch::Dashboard',
        ),
      ),
    );

  it('reads requests and key ages of the teams from the logs, as they have no metrics', () => {
    for (const body of [bodyOf({ teams }), bodyOf({ metricsPerTeam: false })]) {
      assert.ok(!body.includes('SEARCH('));
      for (const query of ['stats min(RequestsRemaining)', 'stats latest(KeyAgeDays)'])
        assert.ok(body.includes(query), query);
    }
  });

  it('draws them by team up to twenty teams, and where the settings ask for it', () => {
    for (const body of [bodyOf({ teams: teams.slice(1) }), bodyOf({ teams, metricsPerTeam: true })])
      assert.equal(body.split('SEARCH(').length - 1, 2);
  });
});

describe('Chat', () => {
  it('is told only where a workspace and a channel are named, and may only look', () => {
    jobs.resourceCountIs('AWS::Chatbot::SlackChannelConfiguration', 0);
    const chatty = templateOf(appOf({ slackWorkspaceId: 'T01234567', slackChannelId: 'C01234567' }), STACK);
    chatty.hasResourceProperties('AWS::Chatbot::SlackChannelConfiguration', {
      SlackWorkspaceId: 'T01234567',
      GuardrailPolicies: [Match.objectLike({})],
    });
  });
});

describe('The saved queries', () => {
  it('of all functions read the log of every function, those of the notifier and the status page, too', () => {
    const queries = Object.values(jobs.findResources('AWS::Logs::QueryDefinition'));
    const every = queries.find(({ Properties }) => /errors and warnings/.test(Properties.Name));
    const groups = jobs.findResources('AWS::Logs::LogGroup');
    const logicalIds = every?.['Properties'].LogGroupNames.map(({ Ref }: { Ref: string }) => Ref);
    assert.deepEqual([...logicalIds].sort(), Object.keys(groups).sort());
  });
});
