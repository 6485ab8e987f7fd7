import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { secretOf, startWorld, type World } from '../../local/world/world.ts';
import {
  check,
  DAY,
  FIRST_DAY,
  labelsOf,
  noticesOf,
  putCandidate,
  putVersion,
  rotationTo,
  settingsWith,
  statusOf,
} from './key-world.ts';

const rotate = (world: World, keyId: string, more: Record<string, unknown> = {}) =>
  world.cloud.invoke('RotateKey', { team: 'acme', job: 'reports', keyId, requestedBy: 'ada', ...more });

const statusIn = (answer: unknown): unknown =>
  typeof answer === 'object' && answer !== null && 'status' in answer ? answer.status : answer;
const reasonIn = (answer: unknown): string =>
  typeof answer === 'object' && answer !== null && 'reason' in answer ? String(answer.reason) : '';

async function auditOf(world: World, key: string): Promise<Record<string, unknown> | undefined> {
  const s3 = new S3Client({ ...world.cloud.clientConfig, forcePathStyle: true });
  try {
    const Bucket = world.cloud.nameOf('AWS::S3::Bucket', 'Lake');
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key }));
    return JSON.parse((await Body?.transformToString()) ?? '');
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
    throw error;
  } finally {
    s3.destroy();
  }
}

describe('A rotation', () => {
  let world: World;
  before(async () => {
    world = await startWorld({ now: FIRST_DAY, settings: settingsWith() });
    await check(world);
    world.clock.advance(DAY);
    await putCandidate(world, 'ROTATED001');
  });
  after(() => world.close());

  it('tests the new key at Apple, puts it in use, and keeps the old one as fallback', async () => {
    world.simulator.clearRequests();
    const answer = await rotate(world, 'ROTATED001');
    assert.deepEqual(answer, { status: 'promoted', keyId: 'ROTATED001', revoke: 'LOCALKEY00' });
    assert.deepEqual(
      world.simulator.requests().map(({ path, keyId }) => [path, keyId]),
      [['/v1/salesReports', 'ROTATED001']],
    );
    assert.deepEqual(Object.values(await labelsOf(world)).toSorted(), [
      ['AWSCURRENT'],
      ['AWSPREVIOUS', 'RETIRING-LOCALKEY00'],
    ]);
    assert.equal((await rotationTo(world, 'ROTATED001'))?.state, 'promoted');
  });

  it('tells at once what to revoke', () => {
    const told = world.cloud.notifications().at(-1);
    assert.equal(told?.subject, 'acme/reports: new key ROTATED001 is in use, now revoke LOCALKEY00');
    assert.match(told?.email ?? '', /3\. Revoke LOCALKEY00\. It cannot be taken back/);
  });

  it('may be asked for again: nothing happens twice', async () => {
    const sent = noticesOf(world).length;
    const requests = world.simulator.requests().length;
    for (const _ of [1, 2]) assert.equal(statusIn(await rotate(world, 'ROTATED001')), 'promoted');
    assert.equal(noticesOf(world).length, sent);
    assert.equal(world.simulator.requests().length, requests);
  });

  it('reminds as long as Apple accepts the old key: the day after, then weekly', async () => {
    const before = noticesOf(world).length;
    for (let day = 0; day <= 30; day += 1) {
      await check(world);
      // A second check of a day sends nothing more.
      if (day % 7 < 2) await check(world);
      world.clock.advance(DAY);
    }
    assert.deepEqual(
      noticesOf(world).slice(before),
      ['', '+1w', '+2w', '+3w', '+4w'].map((week) => `LOCALKEY00#still-valid-for-ROTATED001${week}`),
    );
    const { findings, previous } = await statusOf(world);
    assert.deepEqual([previous?.keyId, previous?.accepted], ['LOCALKEY00', true]);
    assert.deepEqual(
      findings.map(({ code }) => code),
      ['old-key-valid'],
    );
  });

  it('is not closed by a stray 401 of the old key', async () => {
    const sent = noticesOf(world).length;
    const stray = world.simulator.faults.add({
      match: { keyId: 'LOCALKEY00' },
      effect: { kind: 'status', status: 401, code: 'NOT_AUTHORIZED' },
    });
    await check(world);
    assert.equal(stray.struck(), 1, 'the stray refusal met the old key');
    assert.equal((await rotationTo(world, 'ROTATED001'))?.state, 'promoted');
    assert.equal((await statusOf(world)).previous?.accepted, true);
    const told = noticesOf(world).slice(sent);
    assert.ok(!told.some((notice) => notice.includes('closed')), told.join());
    assert.ok(Object.values(await labelsOf(world)).some((labels) => labels.includes('RETIRING-LOCALKEY00')));
  });

  it('is not closed by the checks of one run that are all refused, however often it is run', async () => {
    const refuseAll = world.simulator.faults.add({
      times: Number.POSITIVE_INFINITY,
      match: { keyId: 'LOCALKEY00' },
      effect: { kind: 'status', status: 401, code: 'NOT_AUTHORIZED' },
    });
    await check(world);
    await check(world);
    assert.equal(refuseAll.struck(), 6, 'three asks a run');
    refuseAll.remove();
    assert.equal((await rotationTo(world, 'ROTATED001'))?.state, 'promoted');
    const { previous, findings } = await statusOf(world);
    assert.equal(previous?.accepted, undefined);
    assert.match(
      findings.find(({ code }) => code === 'old-key-refused')?.text ?? '',
      /counts as revoked only once a check at least six hours later is refused, too/,
    );
  });

  it('is asked for again the next day, and reminded of when Apple lets the old key in', async () => {
    const sent = noticesOf(world).length;
    world.clock.advance(7 * DAY);
    await check(world);
    assert.deepEqual((await statusOf(world)).previous, {
      ...(await statusOf(world)).previous,
      accepted: true,
    });
    assert.equal((await statusOf(world)).previous?.refusedSince, undefined);
    assert.equal((await rotationTo(world, 'ROTATED001'))?.oldKeyRefusedSince, undefined);
    assert.match(noticesOf(world).slice(sent).join(), /LOCALKEY00#still-valid-for-ROTATED001/);
  });

  it('is closed with a record once Apple has refused the old key on two days', async () => {
    world.simulator.revokeKey('LOCALKEY00');
    await check(world);
    assert.equal((await rotationTo(world, 'ROTATED001'))?.state, 'promoted');
    world.clock.advance(DAY);
    await check(world);
    assert.equal((await rotationTo(world, 'ROTATED001'))?.state, 'closed');
    assert.match(world.cloud.notifications().at(-1)?.subject ?? '', /old key LOCALKEY00 is revoked/);
    const promoted = await auditOf(world, 'audit/keys/acme/reports/ROTATED001/1-promoted.json');
    const closed = await auditOf(world, 'audit/keys/acme/reports/ROTATED001/2-closed.json');
    assert.deepEqual(
      [promoted?.['requestedBy'], promoted?.['oldKeyId'], closed?.['state']],
      ['ada', 'LOCALKEY00', 'closed'],
    );
    assert.deepEqual(Object.values(await labelsOf(world)), [['AWSCURRENT']]);
  });

  it('is then over: no call with the old key, no message', async () => {
    const sent = noticesOf(world).length;
    world.simulator.clearRequests();
    for (let day = 0; day < 3; day += 1) {
      world.clock.advance(DAY);
      await check(world);
    }
    assert.deepEqual(new Set(world.simulator.requests().map(({ keyId }) => keyId)), new Set(['ROTATED001']));
    assert.equal(noticesOf(world).length, sent);
    assert.deepEqual((await statusOf(world)).findings, []);
  });
});

describe('A new key that is no good changes nothing and says why', () => {
  let world: World;
  let labels: Record<string, string[]>;
  before(async () => {
    world = await startWorld({ now: FIRST_DAY, settings: settingsWith() });
    await check(world);
  });
  after(() => world.close());
  beforeEach(async () => {
    labels = await labelsOf(world);
  });

  const stillCurrent = async () => {
    const current = (all: Record<string, string[]>) =>
      Object.entries(all).find(([, names]) => names.includes('AWSCURRENT'))?.[0];
    assert.equal(current(await labelsOf(world)), current(labels));
    await check(world);
    assert.equal((await statusOf(world)).key?.keyId, 'LOCALKEY00');
  };

  it('its role is too narrow', async () => {
    await putCandidate(world, 'DEVELOPER1', { role: 'DEVELOPER' });
    const answer = await rotate(world, 'DEVELOPER1');
    assert.equal(statusIn(answer), 'rejected');
    assert.match(reasonIn(answer), /DEVELOPER1 (?:does|may) not allow \/v1\/salesReports.*Finance/s);
    assert.equal((await rotationTo(world, 'DEVELOPER1'))?.state, 'rejected');
    await stillCurrent();
  });

  it('its issuer is that of another team: found out by asking Apple', async () => {
    await putCandidate(world, 'OTHERISS01', { issuerId: '11111111-2222-3333-4444-555555555555' });
    const answer = await rotate(world, 'OTHERISS01');
    const issuerId = world.keys.get('acme')?.issuerId;
    assert.match(reasonIn(answer), new RegExp(`accepts key OTHERISS01 with the issuer ID ${issuerId}`));
    await stillCurrent();
  });

  it('key ID and private key are of different files', async () => {
    await putCandidate(world, 'DIFFERENT1', { privateKeyPem: world.keys.get('acme')?.privateKeyPem ?? '' });
    const answer = await rotate(world, 'DIFFERENT1');
    assert.match(reasonIn(answer), /same private key under key ID LOCALKEY00/);
    await stillCurrent();
  });

  it('the candidate is the .p8 file alone', async () => {
    await putVersion(world, world.keys.get('acme')?.privateKeyPem ?? '', ['CANDIDATE']);
    assert.match(reasonIn(await rotate(world, 'ABCDE12345')), /is not JSON/);
    await stillCurrent();
  });

  it('the candidate is another key than the one asked for', async () => {
    await putCandidate(world, 'CANDIDATE1');
    assert.match(reasonIn(await rotate(world, 'CANDIDATE2')), /holds key CANDIDATE1, not CANDIDATE2/);
    await stillCurrent();
  });

  it('Apple is ill: it is neither promoted nor rejected', async () => {
    await putCandidate(world, 'PATIENCE01');
    const fault = world.simulator.faults.add({
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'status', status: 503, code: 'SERVICE_UNAVAILABLE' },
    });
    const answer = await rotate(world, 'PATIENCE01');
    fault.remove();
    assert.equal(statusIn(answer), 'waiting');
    assert.equal(await rotationTo(world, 'PATIENCE01'), undefined);
    await stillCurrent();
  });

  it('what was rejected may be put right and asked for again', async () => {
    await putCandidate(world, 'RIGHTED001', { issuerId: '11111111-2222-3333-4444-555555555555' });
    assert.equal(statusIn(await rotate(world, 'RIGHTED001')), 'rejected');
    const acme = world.keys.get('acme');
    assert.ok(acme);
    const key = await putCandidate(world, 'RIGHTED002');
    assert.equal(statusIn(await rotate(world, key.keyId)), 'promoted');
  });

  it('a request that is misspelt is refused by name', async () => {
    await assert.rejects(world.cloud.invoke('RotateKey', { team: 'acme', key: 'X' }), /keyId/);
    await assert.rejects(rotate(world, 'ABCDE12345', { team: 'umbra' }), /no reports key of a team "umbra"/);
  });
});

describe('In an emergency', () => {
  it('jobs never fall back to the revoked key', async () => {
    const world = await startWorld({ now: FIRST_DAY, settings: settingsWith() });
    try {
      await putCandidate(world, 'EMERGENCY1');
      await rotate(world, 'EMERGENCY1', { revoked: true });
      assert.deepEqual(Object.values(await labelsOf(world)).toSorted(), [
        ['AWSCURRENT'],
        ['RETIRING-LOCALKEY00'],
      ]);
      // Still probed until Apple refuses it on two days.
      world.clock.advance(DAY);
      await check(world);
      assert.deepEqual(noticesOf(world).at(-1), 'LOCALKEY00#still-valid-for-EMERGENCY1');
      world.simulator.revokeKey('LOCALKEY00');
      await check(world);
      assert.equal((await rotationTo(world, 'EMERGENCY1'))?.state, 'promoted');
      world.clock.advance(DAY);
      await check(world);
      assert.equal((await rotationTo(world, 'EMERGENCY1'))?.state, 'closed');
    } finally {
      await world.close();
    }
  });
});

describe('A second rotation before the first is closed', () => {
  it('follows up both old keys', async () => {
    const world = await startWorld({ now: FIRST_DAY, settings: settingsWith() });
    try {
      for (const keyId of ['SECONDKEY1', 'THIRDKEY01']) {
        await putCandidate(world, keyId);
        await rotate(world, keyId);
      }
      world.clock.advance(DAY);
      await check(world);
      assert.deepEqual(noticesOf(world).toSorted(), [
        'LOCALKEY00#revoke-for-SECONDKEY1',
        'LOCALKEY00#still-valid-for-SECONDKEY1',
        'SECONDKEY1#revoke-for-THIRDKEY01',
        'SECONDKEY1#still-valid-for-THIRDKEY01',
      ]);
      world.simulator.revokeKey('LOCALKEY00');
      world.simulator.revokeKey('SECONDKEY1');
      await check(world);
      world.clock.advance(DAY);
      await check(world);
      const states = await Promise.all(['SECONDKEY1', 'THIRDKEY01'].map((keyId) => rotationTo(world, keyId)));
      assert.deepEqual(
        states.map((rotation) => rotation?.state),
        ['closed', 'closed'],
      );
    } finally {
      await world.close();
    }
  });
});

describe('A key that was replaced by hand', () => {
  it('is followed up all the same', async () => {
    const world = await startWorld({ now: FIRST_DAY, settings: settingsWith() });
    try {
      const key = await putCandidate(world, 'BYHAND0001');
      await putVersion(world, secretOf(key, world.clock.now()), ['AWSCURRENT']);
      world.clock.advance(8 * DAY);
      await check(world);
      assert.deepEqual(noticesOf(world), ['LOCALKEY00#still-valid-for-BYHAND0001+1w']);
    } finally {
      await world.close();
    }
  });

  it('keeps its former key in view after a run of stray refusals', async () => {
    const world = await startWorld({ now: FIRST_DAY, settings: settingsWith() });
    try {
      const key = await putCandidate(world, 'BYHAND0001');
      await putVersion(world, secretOf(key, world.clock.now()), ['AWSCURRENT']);
      const stray = world.simulator.faults.add({
        times: 3,
        match: { keyId: 'LOCALKEY00' },
        effect: { kind: 'status', status: 401, code: 'NOT_AUTHORIZED' },
      });
      await check(world);
      assert.equal(stray.struck(), 3);
      assert.equal((await statusOf(world)).previous?.accepted, undefined);
      world.clock.advance(8 * DAY);
      await check(world);
      assert.equal((await statusOf(world)).previous?.accepted, true);
      assert.deepEqual(noticesOf(world), ['LOCALKEY00#still-valid-for-BYHAND0001+1w']);
    } finally {
      await world.close();
    }
  });
});
