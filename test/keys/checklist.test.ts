import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SecretsManagerClient, TagResourceCommand } from '@aws-sdk/client-secrets-manager';
import { checklistOf, checklistText } from '../../functions/keys/notices/checklist.ts';
import { createUsersReader } from '../../functions/keys/rotate/staging-labels.ts';
import type { KeyStatus } from '../../functions/keys/store/key-status.ts';
import { keyUsesOf } from '../../functions/keys/store/key-use.ts';
import { startWorld, type World } from '../../local/world/world.ts';
import { check, FIRST_DAY, SECRET, settingsWith, statusOf } from './key-world.ts';

async function checklistIn(world: World, changes: Partial<KeyStatus> = {}): Promise<string> {
  const { key, ...status } = { ...(await statusOf(world)), ...changes };
  const keyUse = keyUsesOf(world.settings).find(({ job }) => job === 'reports');
  assert.ok(key !== undefined && keyUse !== undefined);
  return checklistText(checklistOf(keyUse, { ...status, key }, 'us-east-1'));
}

describe('The checklist of a rotation', () => {
  it('names services and owners from the tags of the secret, and gives each the new key', async () => {
    const world = await startWorld({ now: FIRST_DAY, settings: settingsWith() });
    const secrets = new SecretsManagerClient(world.cloud.clientConfig);
    try {
      await check(world);
      assert.doesNotMatch(await checklistIn(world), /outside of this product/);
      const Tags = [
        { Key: 'used-by:billing', Value: 'nightly export' },
        { Key: 'used-by', Value: 'fastlane' },
        { Key: 'owner', Value: 'ada@example.com' },
        { Key: 'cost-centre', Value: '42' },
      ];
      await secrets.send(new TagResourceCommand({ SecretId: SECRET, Tags }));
      const named = ['billing: nightly export', 'fastlane', 'owner ada@example.com'];
      assert.deepEqual(await createUsersReader(secrets)(SECRET), named);
      await check(world);
      const text = await checklistIn(world);
      for (const name of named) {
        assert.ok(text.includes(`outside of this product: ${name}`), text);
        assert.ok(text.includes(`Give the new key to ${name}`), text);
      }
      assert.doesNotMatch(text, /cost-centre/);
    } finally {
      secrets.destroy();
      await world.close();
    }
  });

  it('says what to revoke first where Apple lets the team have no further key', async () => {
    const world = await startWorld({ now: FIRST_DAY, settings: settingsWith() });
    try {
      await check(world);
      const previous = { keyId: 'OLDKEY0001', accepted: true, since: FIRST_DAY };
      assert.match(await checklistIn(world, { previous }), /revoke OLDKEY0001 first/);
      const bothInUse = await checklistIn(world);
      assert.match(bothInUse, /If all are in use, revoke LOCALKEY00 now.*add --revoked/s);
      assert.doesNotMatch(bothInUse, /OLDKEY0001/);
    } finally {
      await world.close();
    }
  });
});
