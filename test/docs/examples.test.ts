import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { createOwnApp } from '../../docs/examples/own-cdk-app/app.ts';
import { createConsumer } from '../../docs/examples/report-consumer/consumer.ts';
import { listenToReports } from '../../docs/examples/report-consumer/rule.ts';

describe('The examples', () => {
  it('own-cdk-app: both stacks, under names of one’s own', () => {
    const app = createOwnApp({ context: { 'aws:cdk:bundling-stacks': [] } });
    const stack = app.node.tryFindChild('back-office-jobs');
    assert.ok(Stack.isStack(stack));
    Template.fromStack(stack).hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(7 * * * ? *)',
    });
  });

  it('report-consumer: a rule on the jobs’ bus, with what is not heard kept', () => {
    const stack = new Stack(new App(), 'Consumer', {
      env: { account: '111111111111', region: 'eu-central-1' },
    });
    const consumer = LambdaFunction.fromFunctionAttributes(stack, 'Load', {
      functionArn: 'arn:aws:lambda:eu-central-1:111111111111:function:load',
      sameEnvironment: true,
    });
    listenToReports(stack, 'jobs', consumer);
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Events::Rule', {
      EventBusName: 'jobs',
      EventPattern: { 'detail-type': ['Report Stored', 'Report Restated'] },
    });
    template.resourceCountIs('AWS::SQS::Queue', 1);
  });

  it('report-consumer: a repeated event is worked on once', async () => {
    const claimed = new Set<string>();
    const loaded: string[] = [];
    const consume = createConsumer({
      seen: { claim: async (id) => claimed.size < claimed.add(id).size },
      replacePartition: async (key) => void loaded.push(key),
    });
    const event = {
      id: 'e',
      version: '0',
      account: '111111111111',
      time: '2026-11-24T18:00:00Z',
      region: 'eu-central-1',
      resources: [],
      source: 'app-store-connect-jobs',
      'detail-type': 'Report Stored' as const,
      detail: {
        id: 'one',
        team: 'acme',
        vendor: '85012345',
        report: 'SALES/SUMMARY/DAILY',
        reportDate: '2026-11-23',
        rows: 5,
        sha256: 'aa',
        rawKey: 'raw/aa.tsv.gz',
        tableKey: 'tables/t.parquet',
      },
    };
    await consume(event);
    await consume(event);
    assert.deepEqual(loaded, ['tables/t.parquet']);
  });
});
