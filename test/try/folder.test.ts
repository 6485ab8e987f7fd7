import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { withoutSecrets } from '../../cli/commands/try/status-files.ts';
import { nextLook, watch } from '../../cli/commands/try/watch.ts';
import { inProcess } from '../../local/aws/gateway/in-process.ts';
import { createDiskObjects } from '../../local/aws/services/disk-objects.ts';
import { createS3 } from '../../local/aws/services/s3.ts';
import { diskFull, openFolder } from '../../local/try/folder.ts';
import { lockFolder } from '../../local/try/lock.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'folder-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('S3 in a folder', () => {
  const open = (onWriteError: (error: unknown) => void = () => {}): S3Client =>
    new S3Client({
      endpoint: 'http://127.0.0.1',
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      forcePathStyle: true,
      maxAttempts: 1,
      requestHandler: inProcess(
        createS3(createDiskObjects(join(directory, 'lake'), onWriteError), (request, disk) => disk(request)),
      ),
    });
  const at = { Bucket: 'lake', Key: 'tables/a/team=x/data.parquet' };
  const status = (code: number) => (error: unknown) =>
    Object(Object(error)['$metadata'])['httpStatusCode'] === code;

  it('keeps an object as a plain file, with its metadata', async () => {
    const s3 = open();
    await s3.send(new PutObjectCommand({ ...at, Body: 'one', Metadata: { 'report-sha256': 'abc' } }));
    assert.equal(readFileSync(join(directory, 'lake', at.Key), 'utf8'), 'one');
    const reopened = open();
    const head = await reopened.send(new HeadObjectCommand(at));
    assert.deepEqual([head.Metadata, head.ContentLength], [{ 'report-sha256': 'abc' }, 3]);
    const { Body } = await reopened.send(new GetObjectCommand(at));
    assert.equal(await Body?.transformToString(), 'one');
  });

  it('keeps the conditions of a write', async () => {
    const s3 = open();
    const { ETag } = await s3.send(new PutObjectCommand({ ...at, Body: 'one', IfNoneMatch: '*' }));
    await assert.rejects(
      s3.send(new PutObjectCommand({ ...at, Body: 'two', IfNoneMatch: '*' })),
      status(412),
    );
    await s3.send(new PutObjectCommand({ ...at, Body: 'two', IfMatch: ETag }));
    await assert.rejects(s3.send(new PutObjectCommand({ ...at, Body: 'three', IfMatch: ETag })), status(412));
    assert.equal(readFileSync(join(directory, 'lake', at.Key), 'utf8'), 'two');
  });

  it('lists and deletes, and shows nothing that lies aside', async () => {
    const s3 = open();
    for (const Key of ['b/2', 'a/1', 'b/<1>']) await s3.send(new PutObjectCommand({ ...at, Key, Body: Key }));
    const list = async (Prefix: string) =>
      (await s3.send(new ListObjectsV2Command({ Bucket: 'lake', Prefix }))).Contents?.map(({ Key }) => Key);
    assert.deepEqual(await list(''), ['a/1', 'b/2', 'b/<1>']);
    assert.deepEqual(await list('b/'), ['b/2', 'b/<1>']);
    await s3.send(new DeleteObjectCommand({ ...at, Key: 'a/1' }));
    await assert.rejects(s3.send(new GetObjectCommand({ ...at, Key: 'a/1' })), status(404));
  });

  it('lets no key lead out of the folder', async () => {
    const s3 = open();
    for (const Key of ['../escaped', 'a/../../escaped', '.objects/x'])
      await assert.rejects(s3.send(new PutObjectCommand({ ...at, Key, Body: 'x' })), Key);
    assert.ok(!existsSync(join(directory, 'escaped')));
    assert.ok(!readdirSync(join(directory, 'lake')).includes('escaped'));
  });

  it('tells of a write that the disk refuses, and leaves no half of a file', async () => {
    const told: unknown[] = [];
    const s3 = open((error) => told.push(error));
    mkdirSync(join(directory, 'lake', at.Key), { recursive: true });
    await assert.rejects(s3.send(new PutObjectCommand({ ...at, Body: 'x' })));
    assert.equal(told.length, 1);
    const left = readdirSync(join(directory, 'lake', '.objects')).filter((name) => !name.endsWith('.json'));
    assert.deepEqual(left, []);
  });
});

describe('A folder of try', () => {
  it('is held by one process; one that died holds nothing', () => {
    const unlock = lockFolder(directory);
    assert.throws(() => lockFolder(directory), { code: 'FOLDER_IN_USE' });
    unlock();
    // A process id that no system gives.
    writeFileSync(join(directory, 'lock'), String(2 ** 22 + 1));
    lockFolder(directory)();
    // A container gives every process the same id: whoever has ours and is not us is dead.
    writeFileSync(join(directory, 'lock'), String(process.pid));
    lockFolder(directory)();
  });

  it('takes an error for a full disk only where it is one', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    assert.match(diskFull(directory, full)?.message ?? '', /The disk of .* is full/);
    assert.equal(diskFull(directory, new Error('something else')), undefined);
  });
});

describe('The clock of --watch', () => {
  const at = (text: string) => Date.parse(`2026-11-24T${text}Z`);

  it('plans at seven past the hour, and looks for arrivals every ten minutes', () => {
    assert.deepEqual(nextLook(at('10:05:00')), { at: at('10:07:00'), what: 'plan' });
    assert.deepEqual(nextLook(at('10:07:00')), { at: at('10:10:00'), what: 'arrivals' });
    assert.deepEqual(nextLook(at('10:50:01')), { at: at('11:00:00'), what: 'arrivals' });
  });

  it('goes on after trouble with the network, and ends when it is told to', async () => {
    const stop = new AbortController();
    const called: string[] = [];
    let now = at('10:06:59') + 990;
    const reports = {
      plan: async () => {
        called.push('plan');
        now = at('10:09:59') + 990;
        throw new Error('no network');
      },
      planArrivals: async () => {
        called.push('arrivals');
        stop.abort();
      },
      request: async () => undefined,
      queued: () => 0,
      fetchQueued: async () => {},
    };
    let told = '';
    const io = {
      out: () => {},
      err: (text: string) => {
        told += text;
      },
      ask: async () => undefined,
      env: {},
      now: () => now,
    };
    const noServices = { writeError: () => undefined };
    const folder = { directory };
    await watch({ reports, services: noServices, folder }, io, async () => {}, stop.signal);
    assert.deepEqual(called, ['plan', 'arrivals']);
    assert.match(told, /no network/);
  });
});

describe('A folder that others could write to', () => {
  it('becomes its owner’s alone, also under an open umask', () => {
    const before = process.umask(0);
    try {
      chmodSync(directory, 0o777);
      writeFileSync(join(directory, 'notes.txt'), 'mine');
      openFolder(directory).remember({ team: 'acme', vendor: '85012345', reports: [], backfillDays: 1 });
      assert.equal(statSync(directory).mode & 0o777, 0o700);
      assert.equal(statSync(join(directory, 'try.json')).mode & 0o777, 0o600);
      const inner = join(directory, 'new', 'folder');
      openFolder(inner);
      assert.equal(statSync(inner).mode & 0o777, 0o700);
    } finally {
      process.umask(before);
    }
  });

  it('is refused where somebody has put a link into it: our log would go into another file', (context) => {
    if (process.platform === 'win32') return context.skip('no such links');
    const umask = process.umask();
    const victim = join(directory, 'victim');
    writeFileSync(victim, 'precious');
    for (const plant of [
      (folder: string) => symlinkSync(victim, join(folder, 'try.log')),
      (folder: string) => linkSync(victim, join(folder, 'try.json')),
      (folder: string) => {
        mkdirSync(join(folder, 'lake'));
        symlinkSync(directory, join(folder, 'lake', 'tables'));
      },
    ]) {
      const folder = mkdtempSync(join(directory, 'wide-'));
      plant(folder);
      chmodSync(folder, 0o777);
      assert.throws(() => openFolder(folder), { code: 'FOLDER_NOT_PRIVATE' });
    }
    assert.equal(readFileSync(victim, 'utf8'), 'precious');
    process.umask(umask);
  });
});

it('the browser that shows the page does not see the key, under whatever name the environment has it', () => {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const given = {
    PATH: '/bin',
    DISPLAY: ':0',
    ASC_PRIVATE_KEY: privateKey,
    MY_KEY: privateKey,
    MY_BASE64: Buffer.from(privateKey).toString('base64'),
    AWS_SECRET_ACCESS_KEY: 'x',
  };
  assert.deepEqual(withoutSecrets(given), { PATH: '/bin', DISPLAY: ':0' });
});
