import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { isOver } from '../../../functions/prices/store/change-record.ts';
import { makeKey, secretOf, startWorld, type World } from '../../../local/world/world.ts';
import { changeOf, priceSettings, put, request, SUBSCRIPTION, settled, TEN } from '../prices/prices.ts';

const SECRET = 'app-store-connect/acme/prices';

async function putVersion(world: World, value: string, label: string): Promise<void> {
  const secrets = new SecretsManagerClient(world.cloud.clientConfig);
  await secrets.send(
    new PutSecretValueCommand({ SecretId: SECRET, SecretString: value, VersionStages: [label] }),
  );
  secrets.destroy();
}

/** What Apple's page does: a new key for prices, and its secret. */
function newKey(world: World, keyId: string): string {
  const issuerId = world.priceKeys.get('acme')?.issuerId ?? '';
  const key = makeKey(world.simulator, { team: 'acme', issuerId, keyId, role: 'APP_MANAGER' });
  return secretOf(key, world.clock.now(), 'APP_MANAGER');
}

async function worldWithPrices(): Promise<World> {
  const world = await startWorld({ now: TEN, settings: priceSettings() });
  world.simulator.prices.addSubscription({
    team: 'acme',
    id: SUBSCRIPTION.id,
    prices: { USA: '49.99' },
    territories: 'all',
  });
  return world;
}

describe('A rotation while a price change is being written', () => {
  it('with the old key revoked in the middle: every write is sent once, none fails', async () => {
    const world = await worldWithPrices();
    try {
      const writes = () => world.simulator.requests().filter(({ method }) => method === 'POST');
      const answered = (status: number) => writes().filter((write) => write.status === status).length;
      await putVersion(world, newKey(world, 'NEWPRICE01'), 'CANDIDATE');
      // Before the first write the new key is promoted; the worker still holds the old one.
      let rotations = 0;
      world.cloud.faults.add({
        service: 's3',
        operation: 'PutObject',
        match: ({ caller }) => caller.startsWith('ApplyPriceChange'),
        times: 1,
        effect: {
          when: 'before',
          call: async () => {
            const rotated = {
              team: 'acme',
              job: 'prices',
              keyId: 'NEWPRICE01',
              confirmedRole: 'APP_MANAGER',
            };
            await world.cloud.invoke('RotateKey', rotated);
            rotations += 1;
          },
        },
      });
      // From its second write on, Apple refuses the old key, whichever reads come in between.
      const oldKeyId = world.priceKeys.get('acme')?.keyId ?? '';
      const revoked = world.simulator.faults.add({
        match: { method: 'POST', keyId: oldKeyId, nth: 2 },
        times: Number.POSITIVE_INFINITY,
        effect: { kind: 'status', status: 401, code: 'NOT_FOUND' },
      });
      await put(world, 'Price Change Requested', request('sale'));
      const record = await settled(world, 'sale');
      assert.equal(record.state, 'applied');
      assert.equal(rotations, 1);
      assert.ok(revoked.struck() > 0, 'the revocation came in the middle');
      const refused = writes().filter(({ status }) => status === 401);
      assert.ok(refused.length > 0, 'a write met the revoked key');
      assert.deepEqual(new Set(refused.map(({ keyId }) => keyId)), new Set([oldKeyId]));
      // All writes of one wave may meet it: each went out again under the new key, and none more than that.
      assert.equal(answered(401) + answered(201), writes().length);
      assert.ok(writes().some(({ status, keyId }) => status === 201 && keyId === 'NEWPRICE01'));
      const history = world.simulator.prices.history('subscription', SUBSCRIPTION.id);
      assert.equal(answered(201), history.length, 'each write took effect once');
    } finally {
      await world.close();
    }
  });
});

describe('A price change whose key is dead', () => {
  it('waits, and goes on by itself with the new key', async () => {
    const world = await worldWithPrices();
    try {
      world.simulator.revokeKey(world.priceKeys.get('acme')?.keyId ?? '');
      await put(world, 'Price Change Requested', request('sale'));
      const refused = () => world.simulator.requests().some(({ status }) => status === 401);
      for (let round = 0; round < 400 && !refused(); round += 1) await wait(50);
      await wait(500);
      const waiting = await changeOf(world, 'sale');
      assert.ok(refused() && waiting !== undefined && !isOver(waiting), waiting?.state);
      await putVersion(world, newKey(world, 'NEWPRICE02'), 'AWSCURRENT');
      const record = await settled(world, 'sale', ({ state }) => state === 'applied', 20);
      assert.equal(record.state, 'applied');
    } finally {
      await world.close();
    }
  });
});
