import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { secretOf, startWorld } from '../../../local/world/world.ts';
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
} from '../key-world.ts';

import { rotate } from './rotations.ts';

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
      await world.pass(DAY);
      await check(world);
      assert.deepEqual(noticesOf(world).at(-1), 'LOCALKEY00#still-valid-for-EMERGENCY1');
      world.simulator.revokeKey('LOCALKEY00');
      await check(world);
      assert.equal((await rotationTo(world, 'EMERGENCY1'))?.state, 'promoted');
      await world.pass(DAY);
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
      await world.pass(DAY);
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
      await world.pass(DAY);
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
      await world.pass(8 * DAY);
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
      await world.pass(8 * DAY);
      await check(world);
      assert.equal((await statusOf(world)).previous?.accepted, true);
      assert.deepEqual(noticesOf(world), ['LOCALKEY00#still-valid-for-BYHAND0001+1w']);
    } finally {
      await world.close();
    }
  });
});
