import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSettings } from '../../../functions/platform/config/settings.ts';
import { approveCampaign } from '../../../functions/prices/campaign/accept/approve-campaign.ts';
import { campaignRecordSchema } from '../../../functions/prices/campaign/model/campaign-record.ts';
import { LOOK_ALIKES } from '../look-alikes.ts';
import { emptyLedger, memoryLedger } from '../memory.ts';
import { type CampaignData, memoryCampaigns } from './memory-campaigns.ts';

const SHA = 'a'.repeat(64);
const clock = { now: () => Date.parse('2026-11-24T18:00:00Z') };
const SETTINGS = parseSettings({
  teams: [{ name: 'acme', keys: { reports: 'r', prices: 'p' }, prices: {} }],
});

/** A campaign that waits for its approval. */
function waiting(): CampaignData {
  const product = { kind: 'subscription', id: '1' };
  const record = campaignRecordSchema.parse({
    ...{ team: 'acme', campaign: 'sale', rev: 2, state: 'awaitingApproval', fingerprint: 'f' },
    request: {
      ...{ campaign: 'sale', team: 'acme', products: [product], change: { prices: { USA: '4.99' } } },
      requestedBy: 'cfo@acme.example',
    },
    members: [{ changeId: 'sale/subscription-1', product, planSha256: 'b'.repeat(64) }],
    ...{ acceptedAt: clock.now(), movedAt: clock.now(), planSha256: SHA, planKey: 'audit/plan.json' },
  });
  return { 'acme#sale': record };
}

/** What an approval by this name is answered, and the state of the campaign afterwards. */
async function approvedBy(by: string): Promise<{ answer: string; state: string | undefined }> {
  const data = waiting();
  const { status, problems } = await approveCampaign(
    {
      settings: SETTINGS,
      clock,
      ledger: memoryLedger(emptyLedger(), clock),
      campaigns: memoryCampaigns(data, clock),
      queueChange: async () => undefined,
      log: { info: () => {}, warn: () => {}, error: () => {} },
    },
    { team: 'acme', campaign: 'sale', planSha256: SHA, by },
  );
  const [problem] = problems ?? [];
  return {
    answer: problem === undefined ? status : `${problem.path}: ${problem.message}`,
    state: data['acme#sale']?.state,
  };
}

describe('An approval of a campaign', () => {
  it('by the requester is refused under every name that looks like theirs', async () => {
    for (const by of LOOK_ALIKES) {
      const { answer, state } = await approvedBy(by);
      assert.match(answer, /^by: .*somebody else must approve it/, JSON.stringify(by));
      assert.equal(state, 'awaitingApproval');
    }
  });

  it('by somebody else is taken, in whatever script the name is', async () => {
    for (const by of ['cto@acme.example', 'Анна Петрова', '山田太郎', 'cfo2@acme.example'])
      assert.deepEqual(await approvedBy(by), { answer: 'approved', state: 'underWay' }, by);
  });

  it('by nobody that is seen is refused', async () => {
    for (const by of ['', '\u200b\u200d', '...'])
      assert.match((await approvedBy(by)).answer, /by: shows no name/, JSON.stringify(by));
  });
});
