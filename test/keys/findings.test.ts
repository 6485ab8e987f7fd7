import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startWorld } from '../../local/world/world.ts';
import { operatorOf } from '../cli/operator/operator.ts';
import { check, FIRST_DAY, putVersion, settingsWith, statusOf } from './key-world.ts';

describe('A check also notes', () => {
  it('a key that serves two teams, and one whose secret states too wide a role', async () => {
    const vendors = [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY'], backfillDays: 2 }];
    const shared = { name: 'umbra', keys: { reports: 'app-store-connect/acme/reports' } };
    const [acme] = settingsWith().teams;
    // Two teams of the settings that name one secret.
    const world = await startWorld({ now: FIRST_DAY, settings: { teams: [{ ...acme, vendors }] } });
    try {
      const { keyId, issuerId, privateKeyPem } = world.keys.get('acme') ?? assert.fail();
      const secret = { keyId, issuerId, privateKey: privateKeyPem, kind: 'team', role: 'ADMIN' };
      await putVersion(world, JSON.stringify(secret), ['AWSCURRENT']);
      await check(world);
      const codes = (await statusOf(world)).findings.map(({ code }) => code);
      assert.deepEqual(codes, ['created-at-missing', 'role-too-wide']);

      const operator = operatorOf({
        ...world,
        settings: { ...world.settings, teams: [...world.settings.teams, { ...shared, vendors: [] }] },
      });
      const { exit, out } = await operator.run(['doctor']);
      assert.equal(exit, 1, out);
      assert.match(out, /! The same key serves umbra\/reports \(same secret\)/);
      assert.match(out, /! The same key serves acme\/reports \(same secret\)/);
    } finally {
      await world.close();
    }
  });
});
