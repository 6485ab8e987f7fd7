import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Match } from 'aws-cdk-lib/assertions';
import { permissionRows } from '../../tools/permission-table.ts';
import { hasWildcard, WILDCARD_REASONS, wildcardReason } from '../../tools/wildcard-reasons.ts';
import { appOf, templateOf } from './templates.ts';

const app = appOf();
const storage = templateOf(app, 'app-store-connect-storage');
const jobs = templateOf(app, 'app-store-connect-jobs');
const rows = permissionRows([storage.toJSON(), jobs.toJSON()]);

/** Who may do such an action on such a resource. */
const who = (action: RegExp, resource: RegExp): string[] =>
  [
    ...new Set(
      rows.filter((row) => action.test(row.action) && resource.test(row.resource)).map((row) => row.who),
    ),
  ].sort();

const WRITES = /^dynamodb:(Put|Update|Delete|BatchWrite|Transact)/;

describe('The table of permissions', () => {
  it('shows every function', () => {
    const functions = Object.values(jobs.findResources('AWS::Lambda::Function'));
    assert.ok(functions.length > 10, `${functions.length} functions`);
    for (const { Properties } of functions) {
      const tag = Properties.Tags.find(
        ({ Key }: { Key: string }) => Key === 'app-store-connect-jobs:function',
      );
      assert.ok(
        rows.some((row) => row.who === tag.Value),
        tag.Value,
      );
    }
  });

  it('has no wildcard without a reason, and no reason without its wildcard', () => {
    for (const { who: name, action, resource } of rows) {
      assert.doesNotMatch(action, /\*/, `${name} ${action}`);
      assert.notEqual(resource, '*', `${name} ${action}`);
      if (hasWildcard(resource)) assert.ok(wildcardReason(resource), `${name} ${action} ${resource}`);
    }
    for (const { resource } of WILDCARD_REASONS)
      assert.ok(
        rows.some((row) => resource.test(row.resource)),
        String(resource),
      );
  });
});

describe('Who may do what', () => {
  it('the widget reads ledgers and audit, and asks no table of the lake, which would cost with each view', () => {
    const widget = rows.filter(({ who: name }) => name === 'StatusWidget');
    assert.ok(widget.length > 0);
    for (const { action, resource } of widget) {
      assert.doesNotMatch(action, /^(athena|glue):/, resource);
      if (action === 's3:GetObject') assert.match(resource, /audit\//, action);
    }
  });

  it('price keys are read by those who write and compare prices, and by the functions of the keys', () => {
    const readers = who(/^secretsmanager:GetSecretValue$/, /asc\/acme\/prices/);
    assert.deepEqual(readers, ['ApplyPriceChange', 'CheckKeys', 'ReconcilePrices', 'RotateKey']);
    assert.deepEqual(who(/^secretsmanager:GetSecretValue$/, /asc\/acme\/reports/), [
      'CheckKeys',
      'FetchReport',
      'RotateKey',
    ]);
  });

  it('nobody puts a value into a secret, or deletes one', () => {
    assert.deepEqual(who(/^secretsmanager:(Put|Create|Delete|Update(?!SecretVersionStage))/, /./), []);
  });

  it('a table is written by the functions of its job, the requests’ budget by all who ask Apple', () => {
    assert.deepEqual(who(WRITES, /^Reports$/), ['FetchReport', 'PlanReports']);
    assert.deepEqual(who(WRITES, /^Prices$/), [
      'AcceptPriceChange',
      'ApplyPriceChange',
      'ApprovePriceChange',
      'ReconcilePrices',
    ]);
    assert.deepEqual(who(WRITES, /^Keys$/), ['CheckKeys', 'NoteDelivery', 'RotateKey']);
    assert.deepEqual(who(WRITES, /^RateBudget$/), [
      'ApplyPriceChange',
      'CheckKeys',
      'FetchReport',
      'ReconcilePrices',
      'RotateKey',
    ]);
    const tables = new Set(rows.filter(({ action }) => WRITES.test(action)).map(({ resource }) => resource));
    assert.deepEqual([...tables].sort(), ['Keys', 'Prices', 'RateBudget', 'Reports']);
  });

  it('an object is written under the prefixes of its job', () => {
    const writes = /^s3:Put/;
    assert.deepEqual(who(writes, /^Lake\/(raw\/\*|tables\/\*)/), ['FetchReport']);
    assert.deepEqual(who(writes, /^Lake\/(tables\/price_|audit\/price-effects)/), ['MeasurePriceEffects']);
    assert.deepEqual(who(writes, /^Lake\/(tables\/exchange_|raw\/exchange|outbox\/rates)/), [
      'FetchExchangeRates',
    ]);
    assert.deepEqual(who(writes, /^Lake\/audit\/prices\//), ['ApplyPriceChange']);
    assert.deepEqual(who(writes, /^Lake\/audit\/keys\//), ['CheckKeys', 'RotateKey']);
    assert.deepEqual(who(writes, /^Lake\/outbox\/prices/), ['AcceptPriceChange']);
    assert.deepEqual(who(writes, /^Lake\/(inbox|desired)/), []);
  });

  it('nobody deletes, and nobody reads a whole table', () => {
    assert.deepEqual(who(/:Delete(?!Message$)|:Purge|:Scan$/, /./), []);
  });

  it('and the bucket refuses deletions by functions whatever their policies come to say', () => {
    storage.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Principal: { AWS: '*' },
            Action: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
            Condition: { Null: { 'aws:PrincipalTag/app-store-connect-jobs:function': 'false' } },
          }),
        ]),
      }),
    });
  });
});

describe('A customer-managed key', () => {
  const keyed = appOf({ encryption: 'customer' });
  const stack = templateOf(keyed, 'app-store-connect-storage');

  it('is absent by default, as it costs', () => {
    storage.resourceCountIs('AWS::KMS::Key', 0);
  });

  it('encrypts bucket and tables where it is asked for, rotates, and stays when the stack goes', () => {
    stack.hasResource('AWS::KMS::Key', {
      DeletionPolicy: 'Retain',
      Properties: Match.objectLike({ EnableKeyRotation: true }),
    });
    stack.allResourcesProperties('AWS::DynamoDB::GlobalTable', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    });
    stack.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          Match.objectLike({
            BucketKeyEnabled: true,
            ServerSideEncryptionByDefault: Match.objectLike({ SSEAlgorithm: 'aws:kms' }),
          }),
        ],
      },
    });
  });

  it('may be used by the people who read or write what it encrypts, through S3 and DynamoDB only', () => {
    const jobs = templateOf(keyed, 'app-store-connect-jobs');
    const uses = Object.entries(jobs.findResources('AWS::IAM::ManagedPolicy')).flatMap(
      ([id, { Properties }]) => {
        const statements: { Sid?: string; Action?: unknown; Condition?: unknown }[] =
          Properties.PolicyDocument.Statement;
        return statements
          .filter(({ Sid }) => Sid === 'UseTheKey')
          .map(({ Action, Condition }) => ({
            who: /^People([A-Z][a-z]+)/.exec(id)?.[1],
            Action,
            via: JSON.stringify(Condition),
          }));
      },
    );
    const write = ['kms:Decrypt', 'kms:GenerateDataKey'];
    assert.deepEqual(uses.map(({ who, Action }) => [who, Action]).sort(), [
      ['Approver', 'kms:Decrypt'],
      ['Operator', write],
      ['Requester', write],
      ['Viewer', write],
    ]);
    for (const { via } of uses) assert.match(via, /kms:ViaService.*s3\..*dynamodb\./);
  });

  it('may be used by the functions, through S3 and DynamoDB only', () => {
    stack.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: Match.objectLike({
        Statement: Match.arrayWith([
          Match.objectLike({
            Sid: 'FunctionsThroughServices',
            Condition: Match.objectLike({
              Null: { 'aws:PrincipalTag/app-store-connect-jobs:function': 'false' },
            }),
          }),
        ]),
      }),
    });
  });
});
