import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rejected } from '../../../functions/platform/validation/checked.ts';
import { sweepCampaigns } from '../../../functions/prices/campaign/accept/sweep-campaigns.ts';
import { campaignRecordSchema } from '../../../functions/prices/campaign/model/campaign-record.ts';
import { type ChangeRecord, changeRecordSchema } from '../../../functions/prices/store/change-record.ts';
import { memoryCampaigns } from '../campaign/memory-campaigns.ts';
import { acceptedChange } from '../memory.ts';
import { acceptance, NOW, wish } from './acceptance.ts';

const SHA = 'a'.repeat(64);

/** What the sweep does after so many minutes with a campaign of one product that has just been planned. */
async function swept(
  minutes: number,
  {
    state = 'planning',
    member = 'planned',
  }: { state?: 'planning' | 'underWay'; member?: ChangeRecord['state'] } = {},
) {
  const at = acceptance();
  const product = { kind: 'subscription', id: '1' };
  const changeId = 'sale/subscription-1';
  const change = acceptedChange(wish({ idempotencyKey: changeId }), 1, NOW);
  at.data.changes[`acme#${changeId}`] = changeRecordSchema.parse({
    ...change,
    request: { ...change.request, campaign: 'sale' },
    ...{ state: member, planSha256: SHA, planKey: 'audit/plan.json' },
  });
  const record = campaignRecordSchema.parse({
    ...{ team: 'acme', campaign: 'sale', rev: 2, state, fingerprint: 'f' },
    request: {
      ...{ campaign: 'sale', team: 'acme', products: [product], change: { prices: { USA: '4.99' } } },
      requestedBy: 'cfo@acme.example',
    },
    members: [{ changeId, product, ...(state === 'underWay' && { planSha256: 'b'.repeat(64) }) }],
    ...{ acceptedAt: NOW - 3_600_000, movedAt: NOW - 3_600_000 },
  });
  const errors: string[] = [];
  at.clock.at += minutes * 60_000;
  await sweepCampaigns({
    ...at,
    log: { ...at.log, error: (message, fields) => void errors.push(`${message} ${JSON.stringify(fields)}`) },
    campaigns: memoryCampaigns({ 'acme#sale': record }, at.clock),
    findProducts: async () => rejected('products', 'nobody asks'),
  });
  return { errors, metrics: at.metrics, woken: at.queued };
}

describe('A campaign whose next step could be made, and that does not go on', () => {
  it('counts as stuck since nothing keeps it from that step, and is woken all the same', async () => {
    const { metrics, woken } = await swept(70);
    assert.deepEqual(metrics, ['PriceChangeStuckMinutes 70']);
    assert.deepEqual(woken, ['sale/subscription-1']);
    assert.deepEqual((await swept(70, { state: 'underWay' })).metrics, ['PriceChangeStuckMinutes 70']);
  });

  it('is logged with what to do, once it was woken in vain several times', async () => {
    assert.deepEqual((await swept(10)).errors, []);
    const [line, ...others] = (await swept(20)).errors;
    assert.deepEqual(others, []);
    assert.match(line ?? '', /A campaign could not go on.*log of ApplyPriceChange/);
    assert.match(line ?? '', /asc-jobs prices withdraw sale --team acme/);
    assert.match(line ?? '', /"campaign":"sale","state":"planning","step":"judge","minutes":20/);
    // Once it has begun it cannot be withdrawn.
    const [begun] = (await swept(20, { state: 'underWay' })).errors;
    assert.match(begun ?? '', /"step":"judgeAgain"/);
    assert.doesNotMatch(begun ?? '', /withdraw/);
  });

  it('is none while a member is at work', async () => {
    const { metrics, errors } = await swept(70, { member: 'accepted' });
    assert.deepEqual([metrics, errors], [[], []]);
  });
});
