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
} from '../../keys/key-world.ts';
import { callsOf, killAt } from './kill-at.ts';

describe('A rotation that is killed around each of its calls', () => {
  let world: World;
  let calls: string[] = [];
  let count = 0;
  let current = 'LOCALKEY00';

  const rotate = (keyId: string) =>
    world.cloud.invoke('RotateKey', { team: 'acme', job: 'reports', keyId, requestedBy: 'ada' });
  const nextKeyId = (): string => {
    count += 1;
    return `CRASHED${String(count).padStart(3, '0')}`;
  };
  /** Which key the jobs would take, by asking: the daily check takes the same. */
  const keyInUse = async (): Promise<string | undefined> => {
    await check(world);
    const { health, key } = await statusOf(world);
    assert.equal(health, 'well');
    return key?.keyId;
  };

  before(async () => {
    world = await startWorld({ now: FIRST_DAY, settings: settingsWith() });
    const keyId = nextKeyId();
    await putCandidate(world, keyId);
    await rotate(keyId);
    world.simulator.revokeKey(current);
    await check(world);
    await world.pass(DAY);
    await check(world);
    current = keyId;
    calls = callsOf(world, 'RotateKey');
  });
  after(() => world.close());

  it('makes calls at which it can be killed', () => {
    for (const call of ['secretsmanager UpdateSecretVersionStage', 's3 PutObject', 'sns Publish'])
      assert.ok(calls.includes(call), calls.join(', '));
    assert.ok(calls.length >= 12, calls.join(', '));
  });

  for (const when of ['before', 'after'] as const) {
    it(`${when} it takes effect: there is always a key that works, and the rotation ends well`, async () => {
      for (const index of calls.keys()) {
        const keyId = nextKeyId();
        await putCandidate(world, keyId);
        killAt(world, 'RotateKey', { index, when });
        const place = `${when} ${calls[index]} (${index})`;
        await assert.rejects(rotate(keyId), /killed/, place);
        world.cloud.faults.clear();
        await world.cloud.drain();

        // In turn, the next day's check goes on by itself, or the person asks again.
        await world.pass(DAY);
        if (index % 2 === 0) assert.ok([current, keyId].includes((await keyInUse()) ?? ''), place);
        if ((await rotationTo(world, keyId))?.state !== 'promoted') await rotate(keyId);
        assert.equal(await keyInUse(), keyId, place);
        assert.equal((await rotationTo(world, keyId))?.state, 'promoted', place);

        await world.pass(DAY);
        world.simulator.revokeKey(current);
        // Refused on two days.
        await check(world);
        await world.pass(DAY);
        await check(world);
        assert.equal((await rotationTo(world, keyId))?.state, 'closed', place);
        const about = noticesOf(world).filter((id) => id.includes(`-for-${keyId}`));
        assert.equal(new Set(about).size, about.length, `${place}: told twice: ${about}`);
        assert.ok(about.includes(`${current}#closed-for-${keyId}`), place);
        current = keyId;
      }
      assert.deepEqual(Object.values(await labelsOf(world)), [['AWSCURRENT']]);
    });
  }
});
