import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorld, type World } from '../../../local/world/world.ts';
import {
  check,
  DAY,
  FIRST_DAY,
  labelsOf,
  noticesOf,
  putCandidate,
  rotationTo,
  settingsWith,
  statusOf,
} from '../key-world.ts';

import { auditOf, rotate, statusIn } from './rotations.ts';

describe('A rotation', () => {
  let world: World;
  before(async () => {
    world = await startWorld({ now: FIRST_DAY, settings: settingsWith() });
    await check(world);
    await world.pass(DAY);
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
      await world.pass(DAY);
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
    await world.pass(7 * DAY);
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
    await world.pass(DAY);
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
      await world.pass(DAY);
      await check(world);
    }
    assert.deepEqual(new Set(world.simulator.requests().map(({ keyId }) => keyId)), new Set(['ROTATED001']));
    assert.equal(noticesOf(world).length, sent);
    assert.deepEqual((await statusOf(world)).findings, []);
  });
});
