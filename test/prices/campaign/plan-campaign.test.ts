import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSettings } from '../../../functions/platform/config/settings.ts';
import { accepted } from '../../../functions/platform/validation/checked.ts';
import { planWholeCampaign } from '../../../functions/prices/campaign/accept/plan-campaign.ts';
import {
  type Member,
  memberId,
  parseCampaign,
} from '../../../functions/prices/campaign/model/campaign-request.ts';
import { planOf } from '../../status/sample/changes.ts';

const PRODUCTS = Array.from({ length: 20 }, (_, index) => ({
  kind: 'subscription' as const,
  id: String(index + 1),
}));
const SETTINGS = parseSettings({
  teams: [{ name: 'acme', keys: { reports: 'r', prices: 'p' }, prices: {} }],
});

/** A campaign over twenty products, each of whose plans takes so long. */
async function dryRun(planMillis: number) {
  const clock = { at: 0, now: () => clock.at };
  const parsed = parseCampaign({
    campaign: 'sale',
    team: 'acme',
    products: PRODUCTS,
    change: { percent: -10, preserveCurrentPrice: true },
    requestedBy: 'cfo@acme.example',
    dryRun: true,
  });
  assert.equal(parsed.kind, 'ok');
  if (parsed.kind !== 'ok') throw new Error('unreachable');
  const members = PRODUCTS.map((product): Member => ({ changeId: memberId('sale', product), product }));
  const planned: string[] = [];
  const answer = await planWholeCampaign(
    {
      settings: SETTINGS,
      clock,
      planOnly: async ({ product, idempotencyKey }) => {
        planned.push(product.id);
        clock.at += planMillis;
        return accepted({ plan: { ...planOf(idempotencyKey), product }, planKey: `audit/${product.id}` });
      },
    },
    parsed.value,
    members,
  );
  return { answer, planned };
}

describe('A dry run of a campaign in one answer', () => {
  it('holds all products where there is time', async () => {
    const { answer, planned } = await dryRun(1_000);
    assert.deepEqual(
      [answer.status, planned.length, answer.campaignPlan?.members.length],
      ['planned', 20, 20],
    );
  });

  it('ends before its function must, with the products so far and how to ask for the rest', async () => {
    const { answer, planned } = await dryRun(10_000);
    assert.deepEqual(
      [answer.status, planned.length, answer.members?.length, answer.next],
      ['planning', 6, 6, 6],
    );
    assert.match(answer.reason ?? '', /6 of 20 products are planned.*"from": 6/);
  });
});
