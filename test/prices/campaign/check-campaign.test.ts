import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSettings } from '../../../functions/platform/config/settings.ts';
import { rejected } from '../../../functions/platform/validation/checked.ts';
import { checkCampaign } from '../../../functions/prices/campaign/accept/check-campaign.ts';
import { memoryCampaigns } from './memory-campaigns.ts';

const SETTINGS = parseSettings({
  teams: [{ name: 'acme', keys: { reports: 'r', prices: 'p' }, prices: {} }],
});
const clock = { now: () => Date.parse('2026-11-24T18:00:00Z') };
const product = { kind: 'subscription', id: '1' };
const prices = { USA: '4.99' };
const ROLLBACKS_ONLY = { rollbackOf: 'sale', undoes: ['later'] };

function check(fields: Record<string, unknown>, isOwn?: boolean) {
  const json = { campaign: 'undo', team: 'acme', requestedBy: 'cfo@acme.example', ...fields };
  const none = async () => rejected('product', 'there is none');
  const campaigns = memoryCampaigns({}, clock);
  return checkCampaign(
    { settings: SETTINGS, clock, findProduct: none, findProducts: none, campaigns },
    json,
    isOwn,
  );
}

describe('A campaign from outside that passes for a rollback', () => {
  const changes = [{ product, prices, ...ROLLBACKS_ONLY }];

  for (const [where, fields, paths] of [
    ['the whole', { changes: [{ product, prices }], rollbackOf: 'sale' }, ['rollbackOf']],
    [
      'the change of all products',
      { products: [product], change: { prices, ...ROLLBACKS_ONLY } },
      ['change.rollbackOf', 'change.undoes'],
    ],
    ['the change of one product', { changes }, ['changes.0.rollbackOf', 'changes.0.undoes']],
  ] as const)
    it(`is refused where ${where} says so, with the command that rolls back`, async () => {
      const checked = await check(fields);
      assert.equal(checked.kind, 'refused');
      if (checked.kind !== 'refused') return;
      assert.deepEqual(
        checked.problems.map(({ path }) => path),
        paths,
      );
      for (const { message } of checked.problems) assert.match(message, /asc-jobs prices rollback/);
    });

  it('is taken from the rollback itself', async () => {
    const checked = await check({ changes, rollbackOf: 'sale' }, true);
    assert.equal(checked.kind, 'new', JSON.stringify(checked));
  });
});
