import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { KeyLedger } from '../../functions/keys/store/key-ledger.ts';
import type { Rotation } from '../../functions/keys/store/rotation.ts';
import type { Clock } from '../../functions/platform/util/clock.ts';
import { atOnce } from './tables.ts';

const MINUTE = 60_000;
const place = { team: 'acme', job: 'prices' } as const;

/** What the key jobs rely on in DynamoDB. */
export function keyLedgerContract(open: (clock: Clock) => KeyLedger): void {
  describe('The key ledger', () => {
    let now = Date.parse('2026-11-24T17:07:00Z');
    const clock = { now: () => now };
    let ledger: KeyLedger;
    before(() => {
      ledger = open(clock);
    });

    const rotationTo = (keyId: string, changes: Partial<Rotation> = {}): Rotation => ({
      ...place,
      keyId,
      versionId: 'version-1',
      revoked: false,
      requestedBy: 'cfo@acme.example',
      state: 'promoting',
      startedAt: now,
      ...changes,
    });

    it('lets one of twenty send a notice, another after a quarter of an hour, and none once it is sent', async () => {
      const notice = { keyId: 'KEY0000001', step: 'age-30' };
      const claims = await atOnce(20, () => ledger.claimNotice(notice));
      assert.deepEqual(claims.toSorted(), [...Array<string>(19).fill('taken'), 'won']);
      now += 15 * MINUTE;
      assert.equal(await ledger.claimNotice(notice), 'won');
      await atOnce(2, () => ledger.noteSent(notice));
      now += 15 * MINUTE;
      assert.equal(await ledger.claimNotice(notice), 'sent');
      assert.equal(await ledger.claimNotice({ ...notice, step: 'age-7' }), 'won');
    });

    it('begins a rotation once: all who begin it get the one that stands', async () => {
      const begun = await atOnce(10, (index) =>
        ledger.beginRotation(rotationTo('KEY0000002', { versionId: `version-${index}` })),
      );
      assert.equal(new Set(begun.map(({ versionId }) => versionId)).size, 1);
      assert.deepEqual(await ledger.rotation(place, 'KEY0000002'), begun[0]);
    });

    it('lets one that was rejected begin again', async () => {
      const first = await ledger.beginRotation(rotationTo('KEY0000003'));
      assert.equal(await ledger.moveRotation(first, { state: 'rejected', reason: 'no good' }), true);
      const again = await ledger.beginRotation(rotationTo('KEY0000003', { versionId: 'version-2' }));
      assert.deepEqual([again.state, again.versionId], ['promoting', 'version-2']);
    });

    it('moves a rotation on from a state once', async () => {
      const rotation = await ledger.beginRotation(rotationTo('KEY0000004'));
      const moved = await atOnce(10, () =>
        ledger.moveRotation(rotation, { state: 'promoted', promotedAt: now }),
      );
      assert.equal(moved.filter(Boolean).length, 1);
      const states = (await ledger.rotations(place)).map(({ keyId, state }) => `${keyId} ${state}`);
      assert.ok(states.includes('KEY0000004 promoted'), states.join());
      assert.deepEqual(await ledger.rotations({ team: 'acme', job: 'reports' }), []);
    });
  });
}
