import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { campaignRecordSchema } from '../../../functions/prices/campaign/model/campaign-record.ts';
import { applyCampaignTransition } from '../../../functions/prices/campaign/model/campaign-transitions.ts';

describe('A campaign knows', () => {
  it('since when it waits for its approval, also where its event is sent a day later', () => {
    const product = { kind: 'subscription', id: '1' };
    const waiting = campaignRecordSchema.parse({
      ...{ team: 'acme', campaign: 'sale', rev: 2, state: 'awaitingApproval', fingerprint: 'f' },
      request: {
        ...{ campaign: 'sale', team: 'acme', products: [product], change: { prices: { USA: '4.99' } } },
        requestedBy: 'cfo@acme.example',
      },
      members: [{ changeId: 'sale/subscription-1', product, planSha256: 'b'.repeat(64) }],
      ...{ acceptedAt: 5, movedAt: 7 },
      owed: [{ id: 'e', detailType: 'Price Campaign Planned', detail: {} }],
    });
    const told = applyCampaignTransition(waiting, { kind: 'published' }, 24 * 3_600_000);
    assert.deepEqual({ movedAt: told.movedAt, owed: told.owed }, { movedAt: 7, owed: [] });
  });
});
