import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Match } from 'aws-cdk-lib/assertions';
import { appOf, statementsOf, templateOf } from './templates.ts';

const app = appOf();
const storage = templateOf(app, 'app-store-connect-storage');
const jobs = templateOf(app, 'app-store-connect-jobs');
const FUNCTIONS = ['CheckKeys', 'RotateKey', 'NoteDelivery'];

describe('The job of the keys', () => {
  it('checks them every day', () => {
    jobs.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(40 8 * * ? *)',
      ScheduleExpressionTimezone: 'America/Los_Angeles',
      State: 'ENABLED',
    });
  });

  it('hears which notices went out, and of nothing else', () => {
    jobs.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'lambda',
      FilterPolicy: { id: [{ exists: true }] },
    });
  });

  it('keeps its table when the stack goes', () => {
    const tables = storage.findResources('AWS::DynamoDB::GlobalTable');
    const keys = Object.entries(tables).find(([id]) => id.startsWith('Keys'))?.[1];
    assert.equal(keys?.['DeletionPolicy'], 'Retain');
  });

  it('writes audit records that nobody overwrites', () => {
    storage.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({
            Sid: 'WriteOnce',
            Effect: 'Deny',
            Resource: Match.arrayWith([{ 'Fn::Join': ['', Match.arrayWith(['/audit/*'])] }]),
          }),
        ]),
      }),
    });
  });
});

describe('Least privilege of the keys', () => {
  const actionsOf = (name: string): string[] => statementsOf(jobs, name).flatMap(({ Action }) => Action);

  it('no function may do anything to every resource', () => {
    for (const name of FUNCTIONS) {
      const statements = statementsOf(jobs, name);
      assert.ok(statements.length > 0, name);
      for (const { Action, Resource } of statements) {
        assert.notEqual(Resource, '"*"', Action.join());
        assert.ok(!Action.some((action) => action.includes('*')), Action.join());
      }
    }
  });

  it('the check and the rotation read every key of the settings, and no other secret', () => {
    for (const name of ['CheckKeys', 'RotateKey']) {
      const [secrets, ...more] = statementsOf(jobs, name).filter(({ Action }) =>
        Action.some((action) => action.startsWith('secretsmanager:')),
      );
      assert.equal(more.length, 0);
      for (const secret of ['asc/acme/reports', 'asc/acme/prices', 'asc/umbra/reports'])
        assert.ok(secrets?.Resource.includes(`${secret}-??????`), secret);
      assert.equal(secrets?.Resource.match(/\?{6}/g)?.length, 3);
    }
  });

  it('no function may put, delete or create a secret: a new key comes from a person', () => {
    const actions = FUNCTIONS.flatMap(actionsOf).filter((action) => action.startsWith('secretsmanager:'));
    assert.deepEqual([...new Set(actions)].toSorted(), [
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
    ]);
  });

  it('in the bucket they write audit records of keys, and nothing else', () => {
    for (const name of ['CheckKeys', 'RotateKey']) {
      const objects = statementsOf(jobs, name).filter(({ Action }) =>
        Action.some((action) => action.startsWith('s3:')),
      );
      assert.deepEqual(
        objects.map(({ Action }) => Action),
        [['s3:PutObject']],
      );
      assert.match(objects[0]?.Resource ?? '', /\/audit\/keys\/\*/);
    }
  });

  it('the receiver of deliveries touches the one table only', () => {
    const actions = actionsOf('NoteDelivery').filter((action) => !action.startsWith('logs:'));
    assert.deepEqual(actions.toSorted(), ['dynamodb:GetItem', 'dynamodb:UpdateItem']);
  });

  it('the fetcher of the reports still reads the reports keys only', () => {
    const secrets = statementsOf(jobs, 'FetchReport').filter(({ Action }) =>
      Action.includes('secretsmanager:GetSecretValue'),
    );
    assert.ok(secrets.every(({ Resource }) => !Resource.includes('prices')));
  });
});
