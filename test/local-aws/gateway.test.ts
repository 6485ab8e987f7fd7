import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, mkdtempSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { type Gateway, startGateway } from '../../local/aws/gateway/gateway.ts';
import { type Emulators, startEmulators } from '../../local/aws/services/emulators.ts';
import { createS3 } from '../../local/aws/services/s3.ts';
import { createSecretsManager } from '../../local/aws/services/secrets-manager.ts';

const Bucket = 'lake';
let gateway: Gateway;
let emulators: Emulators;
let s3: S3Client;
let secrets: SecretsManagerClient;

before(async () => {
  const clock = { now: () => Date.parse('2026-11-24T17:00:00Z') };
  gateway = await startGateway(clock);
  emulators = await startEmulators(undefined);
  gateway.serve('s3', createS3(emulators.messages));
  gateway.serve('secretsmanager', createSecretsManager(clock).backend);
  const config = {
    endpoint: gateway.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  s3 = new S3Client(config);
  secrets = new SecretsManagerClient(config);
  await s3.send(new CreateBucketCommand({ Bucket }));
});
after(async () => {
  s3.destroy();
  secrets.destroy();
  await emulators.close();
  await gateway.close();
});

const put = (Key: string, Body: string, more: { IfMatch?: string; IfNoneMatch?: string } = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const textOf = async (Key: string) =>
  (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
const statusOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 200,
    (error) => error.$metadata?.httpStatusCode,
  );

describe('S3 behind the gateway', () => {
  it('lets one of fifty writers create an object that must not exist', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 50 }, (_, writer) => statusOf(put('once', String(writer), { IfNoneMatch: '*' }))),
    );
    assert.equal(statuses.filter((status) => status === 200).length, 1);
    assert.equal(statuses.filter((status) => status === 412).length, 49);
    assert.equal(await textOf('once'), String(statuses.indexOf(200)));
  });

  it('replaces an object only for who knows its present version', async () => {
    const { ETag = '' } = await put('table', 'one');
    await put('table', 'two', { IfMatch: ETag });
    assert.equal(await statusOf(put('table', 'three', { IfMatch: ETag })), 412);
    assert.equal(await textOf('table'), 'two');
    assert.equal(await statusOf(put('absent', 'x', { IfMatch: ETag })), 404);
  });

  it('keeps the exact bytes of a streamed file', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 's3-')), 'file');
    const bytes = randomBytes(3 << 20);
    writeFileSync(path, bytes);
    for (const ChecksumSHA256 of [createHash('sha256').update(bytes).digest('base64'), undefined]) {
      const Body = createReadStream(path);
      await s3.send(
        new PutObjectCommand({
          Bucket,
          Key: 'file',
          Body,
          ContentLength: bytes.length,
          ...(ChecksumSHA256 && { ChecksumSHA256 }),
        }),
      );
      const { Body: read } = await s3.send(new GetObjectCommand({ Bucket, Key: 'file' }));
      assert.ok(bytes.equals(Buffer.from((await read?.transformToByteArray()) ?? [])));
    }
  });
});

describe('Faults at the gateway', () => {
  it('meet as many requests as they say, and the SDK retries them', async () => {
    gateway.faults.add({ service: 's3', operation: 'PutObject', times: 2, effect: 'throttle' });
    await put('retried', 'x');
    assert.deepEqual(gateway.faults.pending(), []);
    assert.equal(await textOf('retried'), 'x');
  });

  it('can deny', async () => {
    gateway.faults.add({ service: 's3', times: 1, effect: 'accessDenied' });
    assert.equal(await statusOf(put('denied', 'x')), 403);
  });

  it('can break the connection after the effect', async () => {
    gateway.faults.add({ service: 's3', operation: 'PutObject', times: 1, effect: 'dropAfter' });
    await put('dropped', 'x');
    const puts = gateway.requests().filter(({ resource }) => resource.includes('dropped'));
    assert.deepEqual(
      puts.map(({ status }) => status),
      [200, 200],
    );
  });

  it('can run a hook at an exact point', async () => {
    const seen: string[] = [];
    gateway.faults.add({
      service: 's3',
      times: 1,
      effect: { when: 'before', call: ({ operation }) => void seen.push(operation) },
    });
    await put('hooked', 'x');
    assert.deepEqual(seen, ['PutObject']);
  });
});

describe('Secrets Manager', () => {
  const read = async (VersionStage?: string) =>
    (
      await secrets.send(
        new GetSecretValueCommand({ SecretId: 'key', ...(VersionStage && { VersionStage }) }),
      )
    ).SecretString;

  it('keeps the version before as AWSPREVIOUS', async () => {
    await secrets.send(new CreateSecretCommand({ Name: 'key', SecretString: 'one' }));
    await secrets.send(new PutSecretValueCommand({ SecretId: 'key', SecretString: 'two' }));
    assert.deepEqual([await read(), await read('AWSPREVIOUS')], ['two', 'one']);
  });

  it('takes a version under a label of one’s own, once for a token', async () => {
    const ClientRequestToken = '11111111-1111-1111-1111-111111111111';
    const candidate = {
      SecretId: 'key',
      SecretString: 'three',
      ClientRequestToken,
      VersionStages: ['CANDIDATE'],
    };
    await secrets.send(new PutSecretValueCommand(candidate));
    await secrets.send(new PutSecretValueCommand(candidate));
    assert.deepEqual([await read(), await read('CANDIDATE')], ['two', 'three']);
    await assert.rejects(secrets.send(new PutSecretValueCommand({ ...candidate, SecretString: 'other' })), {
      name: 'ResourceExistsException',
    });
    const { VersionId: RemoveFromVersionId } = await secrets.send(
      new GetSecretValueCommand({ SecretId: 'key' }),
    );
    await secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId: 'key',
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: ClientRequestToken,
        RemoveFromVersionId,
      }),
    );
    assert.deepEqual([await read(), await read('AWSPREVIOUS')], ['three', 'two']);
  });

  it('knows no secret that was not made', async () => {
    await assert.rejects(secrets.send(new GetSecretValueCommand({ SecretId: 'nothing' })), {
      name: 'ResourceNotFoundException',
    });
  });
});

describe('The gateway and web pages', () => {
  const AUTHORIZATION =
    'AWS4-HMAC-SHA256 Credential=local/20261124/us-east-1/secretsmanager/aws4_request, SignedHeaders=host, Signature=0';
  /** What a browser gets that asks for the names of all secrets. */
  const ask = (headers: Record<string, string>, method = 'POST') =>
    new Promise<{ status: number | undefined; cors: unknown; body: string }>((resolve, reject) => {
      const asked = request(gateway.endpoint, { method, headers }, (response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => {
          const cors = response.headers['access-control-allow-origin'];
          resolve({ status: response.statusCode, cors, body });
        });
      });
      asked.on('error', reject).end(method === 'POST' ? '{"SecretId":"page"}' : undefined);
    });
  const signed = { authorization: AUTHORIZATION, 'x-amz-target': 'secretsmanager.GetSecretValue' };
  before(() => secrets.send(new CreateSecretCommand({ Name: 'page', SecretString: 'hidden' })));

  it('a page that leads its own name to this machine is refused, whatever it signs', async () => {
    for (const host of ['evil.example', 'evil.example:4566', 'localhost.evil.example', '127.0.0.1.nip.io']) {
      const { status, body } = await ask({ ...signed, host });
      assert.deepEqual([status, body.includes('hidden')], [403, false], host);
    }
  });

  it('the names of this machine are taken', async () => {
    for (const host of ['127.0.0.1', `localhost:${gateway.port}`, 'lake.localhost:4566', '[::1]:4566'])
      assert.match((await ask({ ...signed, host })).body, /hidden/, host);
  });

  it('a page that posts from elsewhere reaches no service, as it cannot sign without being asked first', async () => {
    const origin = 'https://evil.example';
    const simple = await ask({ origin, 'content-type': 'text/plain' });
    assert.deepEqual(
      [simple.status, simple.cors, /UnknownService/.test(simple.body)],
      [400, undefined, true],
    );
    const allowed = { origin, 'access-control-request-method': 'POST' };
    const asked = { ...allowed, 'access-control-request-headers': 'authorization,x-amz-target' };
    const preflight = await ask(asked, 'OPTIONS');
    assert.deepEqual([(preflight.status ?? 0) >= 400, preflight.cors], [true, undefined]);
  });
});
