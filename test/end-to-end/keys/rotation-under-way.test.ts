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
      // Half-way through, in front of a write's mark: the new key is promoted and the old one revoked at once.
      let marks = 0;
      world.cloud.faults.add({
        service: 's3',
        operation: 'PutObject',
        match: ({ caller }) => {
          if (!caller.startsWith('ApplyPriceChange')) return false;
          marks += 1;
          return marks === 2;
        },
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
            world.simulator.revokeKey(world.priceKeys.get('acme')?.keyId ?? '');
          },
        },
      });
      await put(world, 'Price Change Requested', request('sale'));
      const record = await settled(world, 'sale');
      assert.equal(record.state, 'applied');
      assert.ok(marks >= 2, 'the rotation came in the middle');
      assert.equal(answered(401), 1, 'one write met the revoked key, and went out again under the new one');
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
