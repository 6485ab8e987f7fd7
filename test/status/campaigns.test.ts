import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { campaignRecordSchema } from '../../functions/prices/campaign/model/campaign-record.ts';
import { renderPage } from '../../functions/status/render-page.ts';
import { HOSTILE, NOW } from './sample/base.ts';
import { sampleStatus } from './sample/status.ts';

const campaign = (more: Record<string, unknown> = {}) =>
  campaignRecordSchema.parse({
    ...{ team: 'acme', campaign: 'winter-sale', rev: 3, fingerprint: 'f', acceptedAt: NOW, movedAt: NOW },
    state: 'awaitingApproval',
    request: {
      campaign: 'winter-sale',
      team: 'acme',
      products: ['com.acme.pro'],
      change: { percent: -20 },
      requestedBy: 'cfo@acme.example',
    },
    members: [{ changeId: 'winter-sale/subscription-1', product: { kind: 'subscription', id: '1' } }],
    plan: '1 product: 175 territory prices change',
    planSha256: 'a'.repeat(64),
    ...more,
  });
/** The page without the marks of its words: a command breaks between them. */
const page = (more: Record<string, unknown> = {}, progress?: string): string =>
  renderPage(
    { ...sampleStatus(), campaigns: [{ record: campaign(more), ...(progress && { progress }) }] },
    { view: 'prices' },
  ).replaceAll(/<\/?(code|span class="short"|bdi)>|<\/span>(?= )/g, '');

describe('A campaign on the page', () => {
  it('that waits shows its plan and how to let it begin', () => {
    const text = page();
    assert.match(text, /waits for one approval/);
    assert.match(text, /175 territory prices change/);
    assert.match(text, /asc-jobs prices approve --team acme &#39;winter-sale&#39; --plan a{64}/);
    assert.match(text, /winter-sale\/subscription-1/);
  });

  it('that is over shows how far it got, what went wrong, and when temporary prices end', () => {
    const text = page(
      {
        state: 'partlyApplied',
        beganAt: NOW,
        problems: [{ path: 'subscription 1: prices', message: HOSTILE }],
        wayBack: { on: '2026-12-10' },
      },
      '0 of 1 products applied, 1 failed',
    );
    assert.match(text, /partly applied 0 of 1 products applied, 1 failed/);
    assert.match(text, /Temporary until 2026-12-10: then the prices go back by themselves/);
    assert.match(text, /asc-jobs prices rollback --team acme/);
    assert.ok(!text.includes(HOSTILE));
  });
});
