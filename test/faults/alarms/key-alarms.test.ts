import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type LocalKey, makeKey, secretOf, type World } from '../../../local/world/world.ts';
import { itMore } from '../../groups/extent.ts';
import {
  assertOn,
  checkAndCompare,
  DAY,
  FIRST_MORNING,
  failing,
  hour,
  hours,
  quietMorning,
  startWatchedWorld,
} from './alarm-world.ts';

describe('Failures around keys, and the alarms they trip', () => {
  let world: World;
  let key: LocalKey;
  let morning = FIRST_MORNING;
  let made = 0;
  before(async () => {
    world = await startWatchedWorld();
    const first = world.keys.get('acme');
    assert.ok(first);
    key = first;
  });
  after(() => world.close());

  const nextMorning = async (): Promise<void> => {
    morning += DAY;
    await quietMorning(world, morning);
  };
  const store = (value: string): Promise<void> => world.storeReportsSecret('acme', value);
  /** A person makes a new key, and puts it where the old one was. */
  const replace = async (role: 'FINANCE' | 'DEVELOPER' = 'FINANCE'): Promise<void> => {
    made += 1;
    const { issuerId } = key;
    key = makeKey(world.simulator, {
      team: 'acme',
      issuerId,
      keyId: `NEWKEY${String(made).padStart(4, '0')}`,
      role,
    });
    await store(secretOf(key, world.clock.now(), role));
  };
  /** The next morning's reports and the check find all well. */
  const over = async (): Promise<void> => {
    world.simulator.faults.clear();
    world.cloud.faults.clear();
    await world.cloud.purge('ReportDeadLetters');
    await hours(world, 1);
    await checkAndCompare(world);
    await hours(world, 3);
    await assertOn(world);
  };

  it('a key is revoked on Apple’s page: told by the first report that meets it', async () => {
    await nextMorning();
    morning += DAY;
    await world.passTo(morning);
    const dead = key;
    await replace();
    world.simulator.revokeKey(dead.keyId);
    world.simulator.revokeKey(key.keyId);
    await hour(world);
    await assertOn(world, 'KeyUnhealthy');
    await replace();
    await over();
  });

  it('a secret is overwritten with something else: told by the check', async () => {
    await nextMorning();
    const good = secretOf(key, world.clock.now());
    await store('not a key');
    await world.cloud.invoke('CheckKeys');
    await assertOn(world, 'KeyUnhealthy');
    await store(good);
    await over();
  });

  itMore('a key with too narrow a role is put in: told by the check', async () => {
    await nextMorning();
    const former = key;
    await replace('DEVELOPER');
    const narrow = key;
    await world.cloud.invoke('CheckKeys');
    await assertOn(world, 'KeyUnhealthy');
    await replace();
    // Both are followed until Apple refuses them.
    for (const { keyId } of [former, narrow]) world.simulator.revokeKey(keyId);
    await over();
  });

  it('an agreement runs out', async () => {
    await nextMorning();
    morning += DAY;
    await world.passTo(morning);
    world.simulator.setAgreement('acme', false);
    await hour(world);
    await checkAndCompare(world);
    await assertOn(world, 'AgreementUnsigned');
    world.simulator.setAgreement('acme', true);
    await over();
  });

  itMore('Apple is ill during the check: none, the last finding stands', async () => {
    await nextMorning();
    world.simulator.faults.add({
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'status', status: 503, code: 'SERVICE_UNAVAILABLE' },
    });
    await world.cloud.invoke('CheckKeys');
    await assertOn(world);
    await over();
  });

  it('a clock goes wrong', async () => {
    await nextMorning();
    world.simulator.behaviour.clockAheadSeconds = 90;
    await world.cloud.invoke('CheckKeys');
    await assertOn(world, 'ClockSkew');
    world.simulator.behaviour.clockAheadSeconds = -90;
    await hours(world, 1);
    await world.cloud.invoke('CheckKeys');
    await assertOn(world, 'ClockSkew');
    world.simulator.behaviour.clockAheadSeconds = 0;
    await over();
  });

  it('another tool uses up the key’s requests', async () => {
    await nextMorning();
    for (let passed = 0; passed < 3; passed += 1) {
      await assertOn(world);
      await hours(world, 1);
      world.simulator.leaveRequests(key.keyId, 100);
      const yesterday = new Date(morning - DAY).toISOString().slice(0, 10);
      await world.cloud.invoke('PlanReports', { from: yesterday, to: yesterday, refetch: true });
      await world.cloud.drain();
    }
    await assertOn(world, 'RateBudgetLow');
    await over();
  });

  it('an old key is not revoked for a week', async () => {
    // Keys that earlier mornings replaced by hand are followed, too; a person has revoked them by now.
    for (let old = 1; old < made; old += 1)
      world.simulator.revokeKey(`NEWKEY${String(old).padStart(4, '0')}`);
    await nextMorning();
    await replace();
    for (let day = 0; day < 7; day += 1) {
      morning += DAY;
      await world.passTo(morning);
      await checkAndCompare(world);
    }
    await hour(world);
    await assertOn(world);
    morning += DAY;
    await world.passTo(morning);
    await checkAndCompare(world);
    await hour(world);
    await assertOn(world, 'OldKeyNotRevoked');
    world.simulator.revokeKey(`NEWKEY${String(made - 1).padStart(4, '0')}`);
    await over();
  });

  it('a key grows older than the limit', async () => {
    await nextMorning();
    await store(secretOf(key, world.clock.now() - 91 * DAY));
    await world.cloud.invoke('CheckKeys');
    await assertOn(world, 'KeyTooOld');
    await hours(world, 3);
    await assertOn(world, 'KeyTooOld');
    await store(secretOf(key, world.clock.now()));
    await over();
  });

  it('somebody has switched the check’s schedule off', async () => {
    await nextMorning();
    await world.pass(2 * DAY);
    morning += 2 * DAY;
    await hours(world, 3);
    await assertOn(world, 'KeyCheckSilent');
    await over();
  });

  itMore('a policy forbids the check its table', async () => {
    await nextMorning();
    world.cloud.faults.add({ service: 'dynamodb', times: 100, effect: 'accessDenied' });
    for (let tries = 0; tries < 3; tries += 1) await failing(world, 'CheckKeys');
    await assertOn(world, 'CheckKeysErrors');
    await over();
  });

  itMore('a rotation is asked for a team that there is not', async () => {
    await nextMorning();
    await failing(world, 'RotateKey', {
      team: 'umbra',
      job: 'reports',
      keyId: 'AAAAAAAAAA',
      requestedBy: 'me',
    });
    await assertOn(world, 'RotateKeyErrors');
    await over();
  });

  it('deliveries of notices cannot be noted', async () => {
    await nextMorning();
    world.cloud.faults.add({ service: 'dynamodb', times: 100, effect: 'accessDenied' });
    const delivery = { Records: [{ Sns: { MessageAttributes: { id: { Value: 'AAAAAAAAAA#75' } } } }] };
    for (let tries = 0; tries < 3; tries += 1) await failing(world, 'NoteDelivery', delivery);
    await assertOn(world, 'NoteDeliveryErrors');
    await over();
  });
});
