import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sweepChanges } from '../../../functions/prices/accept/sweep-changes.ts';
import { type ChangeRecord, changeRecordSchema } from '../../../functions/prices/store/change-record.ts';
import { acceptedChange } from '../memory.ts';
import { acceptance, NOW, wish } from './acceptance.ts';

type Facts = Partial<Pick<ChangeRecord, 'state' | 'wayBack'>> & {
  campaign?: string;
  returnOf?: string;
  /** Minutes before now. */
  accepted: number;
  moved: number;
};

/** Minutes that the sweep measures where these changes of a team are open or over. */
async function stuckMinutes(changes: readonly Facts[]): Promise<number> {
  const at = acceptance();
  changes.forEach(({ campaign, returnOf, accepted, moved, ...facts }, index) => {
    const record = acceptedChange(
      wish({ idempotencyKey: `change-${index}`, product: { kind: 'subscription', id: String(index + 1) } }),
      1,
      NOW - accepted * 60_000,
    );
    const request = { ...record.request, ...(campaign && { campaign }), ...(returnOf && { returnOf }) };
    at.data.changes[`acme#change-${index}`] = changeRecordSchema.parse({
      ...record,
      request,
      movedAt: NOW - moved * 60_000,
      ...facts,
    });
  });
  await sweepChanges(at);
  const measured = at.metrics.findLast((metric) => metric.startsWith('PriceChangeStuckMinutes'));
  return Number(measured?.split(' ')[1]);
}

const sale = { campaign: 'sale' };
/** The last member of a large campaign: it waits for its turn, and nobody has taken it yet. */
const last: Facts = { ...sale, accepted: 80, moved: 80 };

describe('A member of a campaign that waits for its turn', () => {
  it('counts as stuck only from the last end of another member on', async () => {
    const ended: Facts = { ...sale, state: 'applied', accepted: 80, moved: 3 };
    assert.equal(await stuckMinutes([last, ended]), 3);
    assert.equal(await stuckMinutes([last, { ...ended, state: 'failed' }]), 3);
    assert.equal(await stuckMinutes([last, { ...ended, moved: 62 }]), 62);
    // While the campaign is planned, each plan is a move.
    assert.equal(await stuckMinutes([last, { ...ended, state: 'planned' }]), 3);
  });

  it('is not excused by work that brings nothing to its end', async () => {
    assert.equal(await stuckMinutes([last]), 80);
    // A worker that tries in vain writes the record, too.
    assert.equal(await stuckMinutes([last, { ...sale, state: 'sending', accepted: 80, moved: 1 }]), 80);
    assert.equal(
      await stuckMinutes([last, { campaign: 'other', state: 'applied', accepted: 80, moved: 1 }]),
      80,
    );
    assert.equal(await stuckMinutes([last, { state: 'applied', accepted: 80, moved: 1 }]), 80);
    const back: Facts = { ...sale, returnOf: 'change-0', state: 'failed', accepted: 80, moved: 1 };
    assert.equal(await stuckMinutes([last, back]), 80);
  });

  it('is lost where it has begun and nobody takes it any more, whatever the others do', async () => {
    const ended: Facts = { ...sale, state: 'applied', accepted: 80, moved: 1 };
    assert.equal(await stuckMinutes([{ ...sale, state: 'sending', accepted: 80, moved: 64 }, ended]), 64);
    assert.equal(await stuckMinutes([{ ...sale, state: 'sending', accepted: 80, moved: 2 }, ended]), 2);
  });

  it('waits for its turn on the way back, too', async () => {
    const back = { ...sale, returnOf: 'change-7' };
    const ended: Facts = { ...back, state: 'applied', accepted: 80, moved: 3 };
    assert.equal(await stuckMinutes([{ ...last, ...back }, ended]), 3);
  });

  it('is told at once where nothing has moved for days', async () => {
    assert.equal(await stuckMinutes([{ ...sale, accepted: 3000, moved: 3000 }]), 3000);
  });

  it('changes nothing for a change that belongs to no campaign', async () => {
    assert.equal(await stuckMinutes([{ accepted: 61, moved: 1, state: 'sending' }]), 61);
  });
});
