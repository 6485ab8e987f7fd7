import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Match } from 'aws-cdk-lib/assertions';
import { appOf, statementsOf, templateOf } from './templates.ts';

const app = appOf();
const storage = templateOf(app, 'app-store-connect-storage');
const jobs = templateOf(app, 'app-store-connect-jobs');

const functionNamed = (name: string) =>
  Object.values(
    jobs.findResources('AWS::Lambda::Function', {
      Properties: { Tags: Match.arrayWith([{ Key: 'app-store-connect-jobs:function', Value: name }]) },
    }),
  )[0]?.['Properties'];

describe('The jobs stack', () => {
  it('starts the planner every hour on Apple’s clock', () => {
    jobs.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(7 * * * ? *)',
      ScheduleExpressionTimezone: 'America/Los_Angeles',
      State: 'ENABLED',
    });
  });

  it('takes only requests and approvals, its own events, and uploads to its own bucket from the buses', () => {
    const patterns = Object.values(jobs.findResources('AWS::Events::Rule')).map(
      ({ Properties }) => Properties,
    );
    assert.ok(patterns.length >= 5);
    for (const { EventBusName, EventPattern } of patterns) {
      if (EventBusName === 'default') {
        // Only S3 can send as aws.s3, and a bucket's name is one of all accounts.
        assert.deepEqual(
          [EventPattern.source, EventPattern['detail-type']],
          [['aws.s3'], ['Object Created']],
        );
        assert.match(JSON.stringify(EventPattern.detail.bucket.name), /Lake/);
        assert.match(EventPattern.detail.object.key[0].prefix, /^(inbox|desired)\/\w+\/$/);
        continue;
      }
      const isAccepted = /^Price Change (Requested|Approved)$/.test(EventPattern['detail-type'].join());
      assert.ok(isAccepted || EventPattern.source.join() === 'app-store-connect-jobs');
      assert.ok(EventPattern['detail-type'].every((type: unknown) => typeof type === 'string'));
    }
    // Without a policy no other account may put events on the bus.
    jobs.resourceCountIs('AWS::Events::EventBusPolicy', 0);
  });

  it('runs functions on Node 24 and arm64', () => {
    for (const name of ['PlanReports', 'FetchReport']) {
      const { Runtime, Architectures, Handler } = functionNamed(name);
      assert.deepEqual([Runtime, Architectures, Handler], ['nodejs24.x', ['arm64'], 'index.handler']);
    }
  });

  it('gives each function exactly the variables it reads', () => {
    const own = (name: string) =>
      Object.keys(functionNamed(name).Environment.Variables)
        .filter((variable) => !/^(NODE_OPTIONS|POWERTOOLS_)/.test(variable))
        .sort();
    assert.deepEqual(own('PlanReports'), ['EVENT_BUS_NAME', 'REPORTS_TABLE', 'REPORT_QUEUE_URL']);
    assert.deepEqual(own('FetchReport'), [
      'BUDGET_TABLE',
      'EVENT_BUS_NAME',
      'LAKE_BUCKET',
      'REPORTS_TABLE',
      'SCOPED_TOKENS',
    ]);
  });

  it('feeds the fetcher in batches of which single messages can fail', () => {
    jobs.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 5,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it('parks a message after three receptions, for fourteen days', () => {
    jobs.hasResourceProperties('AWS::SQS::Queue', {
      RedrivePolicy: Match.objectLike({ maxReceiveCount: 5 }),
    });
    jobs.hasResourceProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 14 * 24 * 3600 });
  });

  it('hides a message for at least six times as long as a fetch may take', () => {
    const { Timeout } = functionNamed('FetchReport');
    jobs.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: Match.anyValue(),
      RedrivePolicy: Match.anyValue(),
    });
    const [queue] = Object.values(
      jobs.findResources('AWS::SQS::Queue', { Properties: { RedrivePolicy: Match.anyValue() } }),
    );
    assert.ok(queue?.['Properties'].VisibilityTimeout >= 6 * Timeout);
  });

  it('encrypts queues and refuses what comes without TLS', () => {
    jobs.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
    const queues = Object.keys(jobs.findResources('AWS::SQS::Queue')).length;
    jobs.resourceCountIs('AWS::SQS::QueuePolicy', queues);
    jobs.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      }),
    });
  });

  it('mails the addresses of the settings', () => {
    jobs.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@acme.example' });
  });

  it('keeps every function’s log for half a year', () => {
    const functions = Object.keys(jobs.findResources('AWS::Lambda::Function')).length;
    jobs.resourceCountIs('AWS::Logs::LogGroup', functions);
    jobs.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 180 });
  });
});

describe('The storage stack', () => {
  it('keeps tables and bucket when the stack goes', () => {
    storage.allResources('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
    storage.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Retain' });
    storage.allResourcesProperties('AWS::DynamoDB::GlobalTable', {
      Replicas: [
        Match.objectLike({
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        }),
      ],
    });
  });

  it('lets them go where the settings say so', () => {
    const teams = [{ name: 'acme', keys: { reports: 'k' } }];
    const fleeting = templateOf(
      appOf({ appStoreConnect: { teams, retainData: false } }),
      'app-store-connect-storage',
    );
    fleeting.allResources('AWS::DynamoDB::GlobalTable', { DeletionPolicy: 'Delete' });
    fleeting.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
  });

  it('blocks the public, encrypts, versions, and asks for TLS', () => {
    storage.hasResourceProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: Match.anyValue(),
      VersioningConfiguration: { Status: 'Enabled' },
    });
    storage.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      }),
    });
  });

  it('lets no function delete an object', () => {
    storage.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({
            Sid: 'FunctionsNeverDelete',
            Effect: 'Deny',
            Action: Match.arrayWith(['s3:DeleteObject']),
          }),
        ]),
      }),
    });
  });
});

describe('Least privilege', () => {
  const fetcher = statementsOf(jobs, 'FetchReport');
  const planner = statementsOf(jobs, 'PlanReports');

  it('no function may do anything to every resource', () => {
    for (const { Action, Resource } of [...fetcher, ...planner]) {
      assert.notEqual(Resource, '"*"', Action.join());
      assert.ok(!Action.some((action) => action.includes('*')), Action.join());
    }
  });

  it('the fetcher reads the reports keys of the settings and no other secret', () => {
    const secrets = fetcher.filter(({ Action }) =>
      Action.some((action) => action.startsWith('secretsmanager:')),
    );
    assert.deepEqual(
      secrets.flatMap(({ Action }) => Action),
      ['secretsmanager:GetSecretValue'],
    );
    const [{ Resource } = { Resource: '' }] = secrets;
    assert.match(Resource, /asc\/acme\/reports-\?{6}/);
    assert.match(Resource, /asc\/umbra\/reports-\?{6}/);
    assert.doesNotMatch(Resource, /prices/);
  });

  it('the planner reads no secret and touches no object', () => {
    const actions = planner.flatMap(({ Action }) => Action);
    assert.ok(!actions.some((action) => /^(secretsmanager|s3):/.test(action)), actions.join());
  });

  it('nobody deletes or scans', () => {
    const actions = [...fetcher, ...planner].flatMap(({ Action }) => Action);
    assert.ok(!actions.some((action) => /^(s3|dynamodb):.*(Delete|Scan)/.test(action)), actions.join());
  });
});

describe('Stages', () => {
  it('live side by side in one account', () => {
    const dev = appOf({ stage: 'dev' });
    assert.deepEqual(
      dev.node.children.filter(({ node }) => node.id.startsWith('app-store')).map(({ node }) => node.id),
      ['app-store-connect-storage-dev', 'app-store-connect-jobs-dev'],
    );
    templateOf(dev, 'app-store-connect-jobs-dev').hasResourceProperties('AWS::SQS::Queue', {
      Tags: Match.arrayWith([{ Key: 'app-store-connect-jobs:stage', Value: 'dev' }]),
    });
  });
});
