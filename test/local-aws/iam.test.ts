import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { synthesizeAssembly } from '../../local/aws/assembly.ts';
import type { GatewayRequest } from '../../local/aws/base/http-message.ts';
import { type Authorizer, createAuthorizer } from '../../local/aws/iam/authorizer.ts';
import { deployedPolicies } from '../../local/aws/iam/policies.ts';
import { deployedFunctions } from '../../local/aws/runtime/functions.ts';
import { resolveApp } from '../../local/aws/template/resolved-stack.ts';
import { readTemplates } from '../../local/aws/template/template.ts';
import { startWorld, type World } from '../../local/world/world.ts';
import { priceSettings, put, request, SUBSCRIPTION, settled, TEN } from '../end-to-end/prices/prices.ts';

const [team] = priceSettings().teams;
const SETTINGS = {
  teams: [{ ...team, vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY'], backfillDays: 1 }] }],
};
const SECRETS: Record<string, string> = {
  'app-store-connect/acme/reports': 'a1b2c3',
  'app-store-connect/acme/prices': 'd4e5f6',
};

describe('IAM, judged locally by the policies of the template', () => {
  let authorizer: Authorizer;
  let names: (type: string, part: string) => string;

  before(async () => {
    const assembly = await synthesizeAssembly({ appStoreConnect: SETTINGS });
    const app = resolveApp(readTemplates(assembly), 'http://127.0.0.1');
    names = (type, part) =>
      app.resources.find((each) => each.type === type && each.logicalId.startsWith(part))?.name ?? '';
    authorizer = createAuthorizer(
      deployedPolicies(app, deployedFunctions(app, assembly)),
      (id) => SECRETS[id] && `arn:aws:secretsmanager:us-east-1:000000000000:secret:${id}-${SECRETS[id]}`,
    );
  });

  const call = (caller: string, service: string, operation: string, more: Partial<GatewayRequest>) =>
    authorizer.denialOf({
      service,
      operation,
      resource: '',
      caller: `${caller}.1`,
      method: 'POST',
      path: '/',
      headers: {},
      body: Buffer.alloc(0),
      ...more,
    });
  const secret = (caller: string, resource: string) =>
    call(caller, 'secretsmanager', 'GetSecretValue', { resource });
  const table = (caller: string, operation: string, id: string) =>
    call(caller, 'dynamodb', operation, { resource: names('AWS::DynamoDB::GlobalTable', id) });
  const object = (caller: string, operation: string, key: string, headers = {}) =>
    call(caller, 's3', operation, {
      resource: `${names('AWS::S3::Bucket', 'Lake')}/${key}`,
      path: `/${names('AWS::S3::Bucket', 'Lake')}/${key}`,
      headers,
    });
  const events = (caller: string, sources: (string | undefined)[]) =>
    call(caller, 'events', 'PutEvents', {
      body: Buffer.from(
        JSON.stringify({
          Entries: sources.map((Source) => ({
            Source,
            DetailType: 'Report Stored',
            EventBusName: names('AWS::Events::EventBus', 'EventBus'),
          })),
        }),
      ),
    });

  it('lets a function read the secret of its job and no other', async () => {
    assert.equal(await secret('FetchReport', 'app-store-connect/acme/reports'), undefined);
    const denial = await secret('FetchReport', 'app-store-connect/acme/prices');
    assert.equal(denial?.action, 'secretsmanager:GetSecretValue');
    assert.match(
      denial?.message ?? '',
      /not authorized to perform: secretsmanager:GetSecretValue on resource: arn:/,
    );
    assert.ok(await secret('AcceptPriceChange', 'app-store-connect/acme/prices'));
  });

  it('denies a secret that does not exist, as its bare name fits no ARN with a suffix', async () => {
    assert.ok(await secret('FetchReport', 'app-store-connect/acme/none'));
  });

  it('lets a function write the tables of its job and no other, and never scan or delete', async () => {
    assert.equal(await table('PlanReports', 'UpdateItem', 'Reports'), undefined);
    assert.ok(await table('PlanReports', 'UpdateItem', 'Prices'));
    assert.ok(await table('PlanPriceChange', 'UpdateItem', 'Prices'), 'a plan registers nothing');
    for (const operation of ['Scan', 'DeleteItem'])
      assert.ok(await table('PlanReports', operation, 'Reports'), operation);
  });

  it('writes Apple’s bytes only under the condition that nothing is overwritten', async () => {
    assert.equal(await object('FetchReport', 'PutObject', 'raw/a.gz', { 'if-none-match': '*' }), undefined);
    assert.ok(await object('FetchReport', 'PutObject', 'raw/a.gz'), 'the bucket policy refuses');
    assert.equal(await object('FetchReport', 'UploadPart', 'raw/a.gz'), undefined, 'parts create no object');
    assert.equal(await object('FetchReport', 'PutObject', 'tables/t/data.parquet'), undefined);
    assert.ok(await object('FetchReport', 'PutObject', 'audit/prices/a.json', { 'if-none-match': '*' }));
    assert.ok(await object('FetchReport', 'DeleteObject', 'tables/t/data.parquet'));
  });

  it('publishes events of this product only, each entry of a call looked at', async () => {
    assert.equal(await events('FetchReport', ['app-store-connect-jobs']), undefined);
    assert.ok(await events('FetchReport', ['app-store-connect-jobs', 'acme.pricing']));
    assert.ok(await events('FetchReport', [undefined]), 'an entry has to name its source');
  });
});

describe('The local cloud', () => {
  let world: World;
  before(async () => {
    world = await startWorld({ now: TEN, settings: SETTINGS });
    world.simulator.prices.addSubscription({
      team: 'acme',
      id: SUBSCRIPTION.id,
      prices: { USA: '49.99', FRA: '49.99' },
    });
  });
  after(() => world.close());

  it('judges the calls of reports, prices and keys, and denies none', async () => {
    await world.cloud.invoke('PlanReports');
    await world.cloud.invoke('CheckKeys');
    await put(world, 'Price Change Requested', request('judged'));
    await settled(world, 'judged');
    await world.cloud.drain();
    const { judged, decisions, denied, used } = world.cloud.authorization();
    assert.deepEqual(denied, []);
    assert.ok(judged > 30, String(judged));
    assert.ok(decisions < judged, 'a call like one before costs no second decision');
    for (const who of ['PlanReports', 'CheckKeys', 'AcceptPriceChange', 'ApplyPriceChange'])
      assert.ok(
        used.some((each) => each.who === who),
        who,
      );
  });

  it('answers a denied call as AWS does', async () => {
    const asFunction = new SecretsManagerClient({
      ...world.cloud.clientConfig,
      credentials: { accessKeyId: 'PlanReports.9', secretAccessKey: 'local' },
    });
    await assert.rejects(
      asFunction.send(new GetSecretValueCommand({ SecretId: 'app-store-connect/acme/reports' })),
      { name: 'AccessDeniedException', message: /PlanReports is not authorized to perform/ },
    );
    asFunction.destroy();
  });
});
