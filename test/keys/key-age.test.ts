import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseKeySecret } from '../../functions/app-store-connect/auth/key-secret.ts';
import { ageOf, reminderStep } from '../../functions/keys/store/key-age.ts';
import { newKeyPair, secretWith } from '../app-store-connect/keys.ts';

const { privateKey } = newKeyPair();
const stored = async (createdAt: string | undefined, versionCreatedAt: string) => ({
  key: await parseKeySecret('test', secretWith(privateKey, { createdAt })),
  versionCreatedAt: Date.parse(versionCreatedAt),
});

describe('The age of a key', () => {
  it('counts whole days since Apple made it', async () => {
    const now = Date.parse('2026-11-24T17:00:00Z');
    const age = ageOf(await stored('2026-09-01', '2026-10-10T00:00:00Z'), 90, now);
    assert.deepEqual(age, {
      createdAt: '2026-09-01',
      createdAtSource: 'secret',
      ageDays: 84,
      maxAgeDays: 90,
      remainingDays: 6,
      rotateBy: '2026-11-30',
    });
  });

  it('counts from the version where the secret does not say it, and tells so', async () => {
    const now = Date.parse('2026-11-24T17:00:00Z');
    const age = ageOf(await stored(undefined, '2026-11-20T23:00:00Z'), 90, now);
    assert.deepEqual([age.createdAt, age.createdAtSource, age.ageDays], ['2026-11-20', 'version', 4]);
  });

  it('is never negative, whatever the secret says', async () => {
    const age = ageOf(await stored('2030-01-01', '2026-11-20T00:00:00Z'), 90, Date.parse('2026-11-24'));
    assert.equal(age.ageDays, 0);
  });
});

describe('The reminder that is due', () => {
  it('changes only forwards, whatever the limit, and weekly once the key is too old', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (maxAgeDays) => {
        const steps: string[] = [];
        for (let ageDays = 0; ageDays <= maxAgeDays + 21; ageDays += 1) {
          const step = reminderStep({ ageDays, maxAgeDays });
          if (step !== undefined && step !== steps.at(-1)) steps.push(step);
        }
        assert.equal(new Set(steps).size, steps.length, 'none comes back');
        assert.deepEqual(steps.slice(-4), ['100', '100+1w', '100+2w', '100+3w']);
        assert.ok(steps.slice(0, -4).every((step) => step === '75' || step === '90'));
      }),
    );
  });
});
