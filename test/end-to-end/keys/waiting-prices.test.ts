import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type ChangeRecord, isOver } from '../../../functions/prices/store/change-record.ts';
import { type LocalKey, makeKey, secretOf, startWorld, type World } from '../../../local/world/world.ts';
import { operatorOf } from '../../cli/operator/operator.ts';
import { itMore } from '../../groups/extent.ts';
import {
  ask,
  changeOf,
  MINUTE,
  priceSettings,
  request,
  SUBSCRIPTION,
  settled,
  TEN,
} from '../prices/prices.ts';

const SECRET = 'app-store-connect/acme/prices';
/** A change that waits for a person is looked at every five minutes. */
const MOST_MINUTES = 6;

describe('A price change whose key does not work says why it waits', () => {
  let world: World;
  let key: LocalKey;
  let keysMade = 0;

  before(async () => {
    world = await startWorld({ now: TEN, settings: priceSettings() });
    const given = world.priceKeys.get('acme');
    assert.ok(given);
    key = given;
  });
  after(() => world.close());
  // One case that fails leaves its secret to no other.
  beforeEach(() => storeNewKey());

  const store = async (value: string): Promise<void> => {
    const secrets = new SecretsManagerClient(world.cloud.clientConfig);
    // Twice, so that the version before holds the same, and no good key is left to fall back to.
    for (const _ of [1, 2])
      await secrets.send(new PutSecretValueCommand({ SecretId: SECRET, SecretString: value }));
    secrets.destroy();
    // The function reads a secret again after five minutes.
    await world.pass(6 * MINUTE);
  };
  const storeNewKey = async (): Promise<void> => {
    keysMade += 1;
    key = makeKey(world.simulator, {
      team: 'acme',
      issuerId: key.issuerId,
      keyId: `PRICEKEY${String(keysMade).padStart(2, '0')}`,
      role: 'APP_MANAGER',
    });
    await store(secretOf(key, world.clock.now(), 'APP_MANAGER'));
  };
  const newSubscription = (id: string) => {
    world.simulator.prices.addSubscription({
      team: 'acme',
      id,
      prices: { USA: '49.99' },
      territories: 'all',
    });
    return { ...SUBSCRIPTION, id };
  };
  const isWaiting = (record: ChangeRecord): boolean => record.waiting !== undefined;

  /** Record, log and `prices status` give one reason; then the key is put right, and the change ends as asked. */
  const saysEverywhere = async (changeId: string, expected: RegExp): Promise<void> => {
    const record = await settled(world, changeId, (one) => expected.test(one.waiting?.reason ?? ''), 6);
    assert.ok(!isOver(record));
    const reason = record.waiting?.reason ?? '';
    const logged = world.cloud
      .logs()
      .filter(({ line }) => line.includes('Price change waits') && line.includes(changeId));
    assert.ok(
      logged.some(({ line }) => expected.test(line)),
      'the log says it',
    );
    const { exit, out } = await operatorOf(world).run(['prices', 'status', changeId]);
    assert.equal(exit, 1, 'it waits');
    assert.ok(out.includes(`${changeId} waits since`), out);
    assert.ok(out.includes(reason.split('\n')[0] ?? ''), out);
  };
  const endsWell = async (changeId: string, id: string, { writes = 1 } = {}): Promise<void> => {
    await storeNewKey();
    // Minute by minute, as time passes: messages come when they are due, and the sweep every five minutes.
    for (let minute = 1; minute <= MOST_MINUTES; minute += 1) {
      await world.cloud.drain(2_000).catch(() => undefined);
      const record = await changeOf(world, changeId);
      if (record !== undefined && isOver(record)) break;
      await world.pass(MINUTE);
      if (minute % 5 === 0) await ask(world, { sweep: true });
    }
    const record = await changeOf(world, changeId);
    assert.deepEqual(
      [record?.state, record?.waiting],
      ['applied', undefined],
      `${MOST_MINUTES} minutes after the key was put right`,
    );
    assert.equal(world.simulator.prices.history('subscription', id).length, writes, 'each sent once');
  };

  it('a key that Apple refuses', async () => {
    const product = newSubscription('6448311069');
    world.simulator.revokeKey(key.keyId);
    await store(secretOf(key, world.clock.now(), 'APP_MANAGER'));
    await ask(world, request('refused', { product, prices: { USA: '44.99' } }));
    await saysEverywhere('refused', new RegExp(`${key.keyId}[\\s\\S]*(?:revoked|refuse)`));
    await endsWell('refused', product.id);
  });

  it('a secret that holds no key', async () => {
    const product = newSubscription('6448311070');
    await store(key.privateKeyPem);
    await ask(world, request('malformed', { product, prices: { USA: '44.99' } }));
    await saysEverywhere(
      'malformed',
      /app-store-connect\/acme\/prices holds no usable App Store Connect key[\s\S]*is not JSON/,
    );
    await endsWell('malformed', product.id);
  });

  it('also while it is sent: what has gone out stays, the rest goes out once the key is right', async () => {
    const product = newSubscription('6448311073');
    const busy = world.simulator.faults.add({
      match: { method: 'POST', path: '/v1/subscriptionPrices', nth: 2 },
      effect: { kind: 'rateLimited', retryAfterSeconds: 600 },
    });
    await ask(world, request('sending', { product, prices: { FRA: '44.99', USA: '44.99' } }));
    const sending = await settled(
      world,
      'sending',
      ({ state, cursor }) => state === 'sending' && cursor === 1,
    );
    assert.equal(sending.everSent, true);
    busy.remove();
    world.simulator.revokeKey(key.keyId);
    await store(secretOf(key, world.clock.now(), 'APP_MANAGER'));
    await saysEverywhere('sending', /refused|revoked/);
    assert.equal((await changeOf(world, 'sending'))?.state, 'sending');
    await endsWell('sending', product.id, { writes: 2 });
  });

  for (const { name, id, spoil, expected } of [
    {
      name: 'verify-refused',
      id: '6448311071',
      spoil: async () => {
        world.simulator.revokeKey(key.keyId);
        await store(secretOf(key, world.clock.now(), 'APP_MANAGER'));
      },
      expected: /refused|revoked/,
    },
    {
      name: 'verify-malformed',
      id: '6448311072',
      spoil: () => store(key.privateKeyPem),
      expected: /holds no usable App Store Connect key[\s\S]*is not JSON/,
    },
  ]) {
    (name === 'verify-refused' ? it : itMore)(`also while it is read back: ${name}`, async () => {
      const product = newSubscription(id);
      world.simulator.faults.add({
        match: { method: 'POST', path: '/v1/subscriptionPrices' },
        effect: { kind: 'delayedEffect', millis: 45 * MINUTE, answer: 'normal' },
      });
      await ask(world, request(name, { product, prices: { USA: '44.99' } }));
      const verifying = await settled(world, name, ({ state }) => state === 'verifying');
      assert.match(verifying.waiting?.reason ?? '', /does not show the new price/);
      await spoil();
      await saysEverywhere(name, expected);
      assert.equal((await changeOf(world, name))?.state, 'verifying');
      assert.ok(isWaiting(verifying));
      // By now Apple shows the price; only the key is missing to see it.
      await world.pass(45 * MINUTE);
      await endsWell(name, id);
    });
  }
});
