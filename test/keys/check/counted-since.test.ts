import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseKeySecret } from '../../../functions/app-store-connect/auth/key-secret.ts';
import { AppStoreConnectError } from '../../../functions/app-store-connect/protocol/errors.ts';
import { checkKeySecrets } from '../../../functions/keys/check/key-checkup.ts';
import type { Probe } from '../../../functions/keys/check/probe.ts';
import type { KeyStatus } from '../../../functions/keys/store/key-status.ts';
import { keyUseName, keyUsesOf } from '../../../functions/keys/store/key-use.ts';
import { parseSettings } from '../../../functions/platform/config/settings.ts';
import { newKeyPair, secretWith } from '../../app-store-connect/keys.ts';
import { DAY, FIRST_DAY, settingsWith } from '../key-world.ts';

const [keyUse] = keyUsesOf(parseSettings(settingsWith()));
assert.ok(keyUse);
const use = keyUse;
const [key, otherKey] = await Promise.all(
  ['ABCDE12345', 'FGHIJ67890'].map((keyId) =>
    parseKeySecret('test', secretWith(newKeyPair().privateKey, { keyId })),
  ),
);
assert.ok(key !== undefined && otherKey !== undefined);
const [present, other] = [key, otherKey];

type Answer = 'accepted' | 'refused' | 'unknown';
function probe(endpoint: string, outcome: Answer): Probe {
  if (outcome === 'accepted') return { endpoint, outcome };
  const code = outcome === 'refused' ? 'UNAUTHORIZED' : 'APPLE_UNAVAILABLE';
  return { endpoint, outcome, error: new AppStoreConnectError({ code, message: `GET ${endpoint} failed.` }) };
}

/** The check of a day after what an earlier one found. `storedOn`: the day on which the secret's version was put. */
async function checkOn(
  day: number,
  answer: Answer,
  earlier?: KeyStatus,
  { storedOn = 0, isOther = false } = {},
): Promise<KeyStatus> {
  const stored = {
    key: isOther ? other : present,
    versionId: `v${storedOn}`,
    versionCreatedAt: FIRST_DAY + storedOn * DAY,
  };
  const [checkup] = await checkKeySecrets(
    {
      readCurrent: async () => stored,
      ask: async (_key, { path }) => probe(path, answer),
      sleep: async () => {},
      clock: { now: () => FIRST_DAY + day * DAY },
      maxAgeDays: 90,
    },
    [use],
    { before: new Map(earlier === undefined ? [] : [[keyUseName(use), earlier]]), thorough: false },
  );
  assert.ok(checkup);
  return checkup.status;
}

describe('Since when a key does not work', () => {
  it('stays where a check in between could not ask Apple', async () => {
    const first = await checkOn(1, 'refused');
    const unknown = await checkOn(2, 'unknown', first);
    const again = await checkOn(3, 'refused', unknown);
    assert.equal(again.unwellSince, first.unwellSince);
    assert.equal((await checkOn(4, 'accepted', again)).unwellSince, undefined);
  });

  it('is not known where Apple could not be asked from the beginning', async () => {
    assert.equal((await checkOn(1, 'unknown', await checkOn(0, 'accepted'))).unwellSince, undefined);
  });
});

describe('The age of a key whose secret does not say when Apple made it', () => {
  it('goes on where its secret is corrected, such as by a role', async () => {
    const before = await checkOn(80, 'accepted');
    const corrected = await checkOn(85, 'accepted', before, { storedOn: 81 });
    const next = await checkOn(86, 'accepted', corrected, { storedOn: 81 });
    assert.deepEqual(
      [before, corrected, next].map((status) => status.key?.ageDays),
      [80, 85, 86],
    );
    assert.equal(next.key?.createdAtSource, 'version');
  });

  it('begins anew with another key', async () => {
    const before = await checkOn(80, 'accepted');
    const rotated = await checkOn(85, 'accepted', before, { storedOn: 81, isOther: true });
    assert.equal(rotated.key?.ageDays, 4);
  });
});
