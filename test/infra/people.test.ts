import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { synthesizeAssembly } from '../../local/aws/assembly.ts';
import { queueArn } from '../../local/aws/base/account.ts';
import { isObject } from '../../local/aws/base/json.ts';
import { isAllowed } from '../../local/aws/iam/judge.ts';
import { type ResolvedApp, resolveApp } from '../../local/aws/template/resolved-stack.ts';
import { functionArn } from '../../local/aws/template/resource-types.ts';
import { readTemplates } from '../../local/aws/template/template.ts';
import { SETTINGS } from './templates.ts';

const ACCOUNT = 'us-east-1:000000000000';
const ROLES = ['Viewer', 'Planner', 'Requester', 'Approver', 'Operator', 'Rotation'] as const;
type Role = (typeof ROLES)[number];

describe('The managed policies for people', () => {
  let app: ResolvedApp;
  before(async () => {
    app = resolveApp(
      readTemplates(await synthesizeAssembly({ appStoreConnect: SETTINGS })),
      'http://127.0.0.1',
    );
  });

  const nameOf = (type: string, part: string) => {
    const found = app.resources.find((each) => each.type === type && each.logicalId.includes(part));
    assert.ok(found, `${type} ${part}`);
    return found.name;
  };
  const lambda = (id: string) => functionArn(nameOf('AWS::Lambda::Function', id));
  const bucket = (key: string) => `arn:aws:s3:::${nameOf('AWS::S3::Bucket', 'Lake')}/${key}`;
  const table = (id: string) =>
    `arn:aws:dynamodb:${ACCOUNT}:table/${nameOf('AWS::DynamoDB::GlobalTable', id)}`;
  const bus = () => `arn:aws:events:${ACCOUNT}:event-bus/${nameOf('AWS::Events::EventBus', 'EventBus')}`;
  const SECRET = `arn:aws:secretsmanager:${ACCOUNT}:secret:asc/acme/prices-a1b2c3`;

  /** Who of all roles may do this. */
  async function who(
    action: string,
    resource: string,
    context: Record<string, string | string[]> = {},
  ): Promise<Role[]> {
    const allowed: Role[] = [];
    for (const role of ROLES) {
      const policy = app.resources.find(
        ({ type, logicalId }) => type === 'AWS::IAM::ManagedPolicy' && logicalId.startsWith(`People${role}`),
      );
      const document = policy?.properties['PolicyDocument'];
      assert.ok(isObject(document), role);
      const may = await isAllowed({
        principalArn: 'arn:aws:iam::000000000000:role/person',
        principalTags: {},
        policies: [{ name: role, policy: document }],
        resourcePolicy: undefined,
        authorization: { action, resource, context },
      });
      if (may) allowed.push(role);
    }
    return allowed;
  }
  const invoke = (id: string) => who('lambda:InvokeFunction', lambda(id));
  const publish = (detailType: string[]) =>
    who('events:PutEvents', bus(), {
      'events:source': ['acme.pricing'],
      ...(detailType.length > 0 && { 'events:detail-type': detailType }),
    });

  it('planning, requesting and approving are three rights', async () => {
    assert.deepEqual(await invoke('PlanPriceChange'), ['Planner', 'Requester']);
    assert.deepEqual(await invoke('AcceptPriceChange'), ['Requester']);
    assert.deepEqual(await invoke('ApprovePriceChange'), ['Approver']);
  });

  it('nobody invokes the function that writes at Apple', async () => {
    assert.deepEqual(await invoke('ApplyPriceChange'), []);
  });

  it('over the bus, each publishes its own kind of event and nothing else', async () => {
    assert.deepEqual(await publish(['Price Change Requested']), ['Requester']);
    assert.deepEqual(await publish(['Price Change Approved']), ['Approver']);
    assert.deepEqual(await publish(['Price Change Requested', 'Price Change Approved']), []);
    assert.deepEqual(await publish(['Price Change Applied']), [], 'nobody forges what the product announces');
    assert.deepEqual(await publish([]), []);
  });

  it('files that change prices are put by requesters only', async () => {
    assert.deepEqual(await who('s3:PutObject', bucket('inbox/prices/sale.json')), ['Requester']);
    assert.deepEqual(await who('s3:PutObject', bucket('desired/prices/acme/app/1.csv')), ['Requester']);
    assert.deepEqual(await who('s3:PutObject', bucket('audit/prices/acme/1.json')), []);
    assert.deepEqual(await who('s3:PutObject', bucket('raw/a.gz')), []);
    assert.deepEqual(await who('s3:DeleteObject', bucket('tables/a.parquet')), []);
  });

  it('a viewer reads ledgers, tables and audit, and no key', async () => {
    assert.deepEqual(await who('dynamodb:Query', table('Reports')), ['Viewer', 'Operator']);
    assert.deepEqual(await who('s3:GetObject', bucket('tables/t/data.parquet')), ['Viewer']);
    assert.deepEqual(await who('s3:GetObject', bucket('audit/keys/acme/1.json')), ['Viewer']);
    assert.deepEqual(await who('s3:GetObject', bucket('raw/team=acme/a.gz')), ['Viewer']);
    assert.deepEqual(await invoke('StatusWidget'), ['Viewer']);
    const log = (name: string) => `arn:aws:logs:${ACCOUNT}:log-group:${name}:*`;
    const own = log('app-store-connect-jobs-PlanReportsLogs-abc');
    assert.deepEqual(await who('logs:StartQuery', own), ['Viewer'], 'the dashboard asks the logs');
    assert.deepEqual(await who('logs:StartQuery', log('another-stack-abc')), []);
    assert.deepEqual(await who('cloudwatch:GetMetricData', '*'), ['Viewer']);
    for (const action of ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'])
      assert.deepEqual(await who(action, table('Prices')), [], action);
  });

  it('who requests or approves can follow the change without a viewer’s rights', async () => {
    // `prices apply` waits for the end of its change; `prices approve` shows the plan first.
    assert.deepEqual(await who('dynamodb:GetItem', table('Prices')), ['Viewer', 'Requester', 'Approver']);
    assert.deepEqual(await who('s3:GetObject', bucket('audit/prices/acme/1.json')), ['Viewer', 'Approver']);
    assert.deepEqual(await who('dynamodb:Query', `${table('Prices')}/index/Team`), ['Viewer']);
    assert.deepEqual(await who('dynamodb:Query', table('Prices')), []);
    assert.deepEqual(await who('dynamodb:GetItem', table('Keys')), ['Viewer']);
  });

  it('an operator starts jobs and redrives dead letters; only a rotator puts a key', async () => {
    for (const id of ['PlanReports', 'CheckKeys', 'RotateKey', 'ReconcilePrices'])
      assert.deepEqual(await invoke(id), ['Operator'], id);
    const letters = queueArn(nameOf('AWS::SQS::Queue', 'ReportDeadLetters'));
    assert.deepEqual(await who('sqs:StartMessageMoveTask', letters), ['Operator']);
    assert.deepEqual(await who('sqs:PurgeQueue', letters), []);
    const events = queueArn(nameOf('AWS::SQS::Queue', 'NotifyTellPeopleDeadLetters'));
    assert.deepEqual(await who('sqs:PurgeQueue', events), ['Operator'], 'they come from no queue');
    const live = queueArn(nameOf('AWS::SQS::Queue', 'PriceQueue'));
    assert.deepEqual(await who('sqs:SendMessage', live), ['Operator'], 'where letters are moved back to');
    for (const action of ['sqs:ReceiveMessage', 'sqs:DeleteMessage'])
      assert.deepEqual(await who(action, live), [], 'nobody takes away what waits');
    assert.deepEqual(await who('secretsmanager:PutSecretValue', SECRET), ['Rotation']);
    assert.deepEqual(await who('secretsmanager:UpdateSecretVersionStage', SECRET), []);
    assert.deepEqual(
      await who('secretsmanager:GetSecretValue', SECRET.replace('asc/acme', 'somebody/elses')),
      [],
    );
  });
});
