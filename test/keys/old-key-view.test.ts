import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { afterCheck, isRevoked, type OldKeyView } from '../../functions/keys/rotate/old-key-view.ts';

const HOUR = 3_600_000;

/** The view after these checks: the hour of each, and what Apple said. */
const after = (...checks: [hour: number, accepted: boolean | undefined][]): OldKeyView =>
  checks.reduce<OldKeyView>((known, [hour, accepted]) => afterCheck(known, accepted, hour * HOUR), {});

describe('A former key', () => {
  it('counts as revoked after refused checks of two runs, some hours apart', () => {
    assert.equal(isRevoked(after([1, false])), false);
    assert.equal(isRevoked(after([1, false], [25, false])), true);
    assert.equal(isRevoked(after([1, false], [7, false])), true);
  });

  it('is not revoked by several refused checks of the same hours', () => {
    assert.equal(isRevoked(after([1, false], [2, false], [3, false], [6, false])), false);
  });

  it('begins anew when Apple lets it in between', () => {
    assert.deepEqual(after([1, false], [25, true]), { accepted: true });
    assert.equal(isRevoked(after([1, false], [25, true], [49, false])), false);
  });

  it('keeps its first refusal where Apple could not be asked in between', () => {
    assert.equal(isRevoked(after([1, false], [25, undefined])), false);
    assert.equal(isRevoked(after([1, false], [25, undefined], [49, false])), true);
  });

  it('of a stored item of the version before is asked again: that one believed a single run', () => {
    const stored = { accepted: false };
    assert.equal(isRevoked(stored), false);
    assert.deepEqual(afterCheck(stored, true, HOUR), { accepted: true });
    assert.deepEqual(afterCheck(stored, false, HOUR), { refusedSince: HOUR });
  });

  it('stays revoked', () => {
    const revoked = after([1, false], [25, false]);
    assert.deepEqual(afterCheck(revoked, true, 50 * HOUR), revoked);
  });
});
