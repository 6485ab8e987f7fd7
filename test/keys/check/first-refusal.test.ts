import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppStoreConnectError } from '../../../functions/app-store-connect/protocol/errors.ts';
import { examineKey } from '../../../functions/keys/check/examine-key.ts';
import { checkKeySecrets } from '../../../functions/keys/check/key-checkup.ts';
import type { Probe } from '../../../functions/keys/check/probe.ts';
import type { KeyStatus } from '../../../functions/keys/store/key-status.ts';
import { type KeyUse, keyUseName, keyUsesOf } from '../../../functions/keys/store/key-use.ts';
import { parseSettings } from '../../../functions/platform/config/settings.ts';
import { newKeyPair, teamKey } from '../../app-store-connect/keys.ts';
import { FIRST_DAY, settingsWith } from '../key-world.ts';

const SALES = '/v1/salesReports';
const APPS = '/v1/apps';

const [REPORTS_KEY] = keyUsesOf(parseSettings(settingsWith()));
assert.ok(REPORTS_KEY);
const keyUse: KeyUse = REPORTS_KEY;

const accepted = (endpoint: string): Probe => ({ endpoint, outcome: 'accepted' });
const refused = (endpoint: string): Probe => ({
  endpoint,
  outcome: 'refused',
  error: new AppStoreConnectError({ code: 'UNAUTHORIZED', message: `GET ${endpoint} was answered 401.` }),
});

/** A daily check of one key. `refusals`: how often Apple refuses each endpoint before it accepts the key there. */
async function check(refusals: Record<string, number>, earlier?: KeyStatus) {
  const stored = {
    key: await teamKey(newKeyPair().privateKey),
    versionId: '1',
    versionCreatedAt: FIRST_DAY,
  };
  const asked: string[] = [];
  const left = new Map(Object.entries(refusals));
  const run = (before: KeyStatus | undefined) =>
    checkKeySecrets(
      {
        readCurrent: async () => stored,
        ask: async (_, { path }) => {
          asked.push(path);
          const more = left.get(path) ?? 0;
          left.set(path, more - 1);
          return more > 0 ? refused(path) : accepted(path);
        },
        sleep: async () => {},
        clock: { now: () => FIRST_DAY },
        maxAgeDays: 90,
      },
      [keyUse],
      { before: new Map(before === undefined ? [] : [[keyUseName(keyUse), before]]), thorough: false },
    );
  const [checkup] = await run(earlier);
  assert.ok(checkup);
  return { status: checkup.status, asked, again: run };
}

describe('The daily check of a key that it has not seen before, such as one that was replaced by hand', () => {
  it('does not believe a single refusal', async () => {
    const { status, asked } = await check({ [SALES]: 1 });
    assert.equal(status.health, 'well');
    assert.deepEqual(status.diagnoses, []);
    assert.deepEqual(asked.slice(0, 2), [SALES, SALES]);
  });

  it('believes three, and from then on one request a check', async () => {
    const { status, asked, again } = await check({ [SALES]: 99 });
    assert.equal(status.health, 'refused');
    assert.equal(asked.length, 3);
    const [next] = await again(status);
    assert.equal(next?.status.health, 'refused');
    assert.equal(asked.length, 4);
  });

  it('notes a key as narrow only where Apple says so, not for a refusal of another kind', async () => {
    const { status, again } = await check({ [APPS]: 1 });
    assert.deepEqual([status.health, status.mayReadApps], ['well', undefined]);
    const [next] = await again(status);
    assert.equal(next?.status.mayReadApps, true);
  });
});

it('a person who looks at a key is not told for one stray 401 that it may not read sales', async () => {
  const key = await teamKey(newKeyPair().privateKey);
  let refusals = 1;
  const { mayReadSales, severity } = await examineKey({
    key,
    vendor: '85012345',
    ask: async (_, { path }) => (path === SALES && refusals-- > 0 ? refused(path) : accepted(path)),
    clock: { now: () => FIRST_DAY },
  });
  assert.deepEqual([mayReadSales, severity], [true, 'note']);
});
