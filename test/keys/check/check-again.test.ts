import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { createAppleClock } from '../../../functions/app-store-connect/auth/apple-clock.ts';
import { createRequestQuota } from '../../../functions/app-store-connect/rate-limit/request-quota.ts';
import { createProbe, type ProbeOptions } from '../../../functions/keys/check/probe.ts';
import { type CheckKeysDependencies, checkKeys } from '../../../functions/keys/check-keys.ts';
import { createStagingLabels } from '../../../functions/keys/rotate/staging-labels.ts';
import { parseSettings } from '../../../functions/platform/config/settings.ts';
import { newKeyPair, teamKey } from '../../app-store-connect/keys.ts';
import { createMemoryTables } from '../../memory-tables/memory-documents.ts';
import { FIRST_DAY, settingsWith } from '../key-world.ts';
import { emptyKeyLedger, memoryKeyLedger } from '../memory-key-ledger.ts';
import { memoryStages } from '../memory-stages.ts';

const MINUTE = 60_000;
/** What Apple states to this key, in requests a minute. */
const MINUTE_LIMIT = 30;

const key = await teamKey(newKeyPair().privateKey);
const stored = { key, versionId: 'v1', versionCreatedAt: FIRST_DAY };
const settings = parseSettings(settingsWith());
/** Apple lets the key in; there are no sales on the day that is asked for. */
const noSales = (): Response =>
  Response.json(
    {
      errors: [{ id: '1', status: '404', code: 'NOT_FOUND', title: 'none', detail: 'There were no sales.' }],
    },
    { status: 404 },
  );

/** The check of a key that price changes use, too, under a small limit: the deployed pace on a table in memory. */
describe('A key about which Apple could not be asked in the daily check', () => {
  let now = FIRST_DAY;
  const clock = { now: () => now };
  const sleep = async (millis: number): Promise<void> => {
    now += millis;
  };
  let requests = 0;
  /** When anybody was let through to Apple. */
  let turns: number[] = [];
  let prices: () => Promise<number>;
  let deps: CheckKeysDependencies;

  beforeEach(() => {
    now = FIRST_DAY;
    requests = 0;
    turns = [];
    const { documents } = createMemoryTables([{ name: 'RateBudget' }]);
    const quota = () => createRequestQuota({ documents, table: 'RateBudget', clock });
    const priceQuota = quota();
    // A campaign's workers reserve their turns of the next minute and a half. @returns how many
    prices = async () => {
      await priceQuota.observe(key.keyId, {
        minute: { limit: MINUTE_LIMIT, remaining: MINUTE_LIMIT },
      });
      let taken = 0;
      for (; taken < 100; taken += 1) {
        const retryAt = await quota().retryAt(key.keyId, 'price');
        turns.push(retryAt ?? now);
        if ((retryAt ?? now) - now > 70_000) break;
      }
      return taken;
    };
    const probe: ProbeOptions = {
      baseUrl: 'https://apple.example',
      fetch: async () => {
        requests += 1;
        turns.push(now);
        return noSales();
      },
      quota: quota(),
      clock,
      appleClock: createAppleClock(clock),
      scoped: true,
      remainingMillis: () => 5 * MINUTE,
      sleep,
      random: () => 0,
    };
    const nothing = async (): Promise<undefined> => undefined;
    deps = {
      settings,
      clock,
      sleep,
      ledger: memoryKeyLedger(emptyKeyLedger(), clock),
      labels: createStagingLabels(memoryStages(() => new Map([['AWSCURRENT', 'v1']]))),
      breaker: {
        allowRequest: async () => ({ kind: 'allowed' }),
        recordFailure: nothing,
        recordSuccess: nothing,
        noteAccepted: nothing,
      },
      faults: { known: async () => new Set(), change: async () => new Set() },
      audit: nothing,
      notify: nothing,
      readCurrent: async () => stored,
      readVersion: async () => stored,
      readPrevious: nothing,
      ask: createProbe(probe),
      askBesidePrices: createProbe({ ...probe, priority: 'check' }),
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      metric: () => undefined,
      region: 'us-east-1',
    };
  });

  it('is asked about at the next look of that day, though prices fill the pace, within the limit', async () => {
    assert.ok((await prices()) > 10);
    const [morning] = await checkKeys(deps);
    assert.deepEqual([morning?.health, requests], ['unknown', 0], 'in the morning prices go first');

    now += 30 * MINUTE;
    await prices();
    const [later] = await checkKeys(deps, { look: 'unknown' });
    assert.equal(later?.health, 'well');
    assert.ok(requests > 0);
    await prices();
    const most = Math.max(
      ...turns.map((from) => turns.filter((at) => at >= from && at < from + MINUTE).length),
    );
    assert.ok(most <= MINUTE_LIMIT, `${most} requests within a minute`);
  });

  it('is not asked about again where there is an answer', async () => {
    const [morning] = await checkKeys(deps);
    assert.equal(morning?.health, 'well');
    const before = requests;
    assert.deepEqual(await checkKeys(deps, { look: 'unknown' }), []);
    assert.equal(requests, before);
  });

  it('is asked about by a later attempt where the check of the day has not run at all', async () => {
    const [never] = await checkKeys(deps, { look: 'unknown' });
    assert.equal(never?.health, 'well', 'a key that was never checked');
    now += 10.5 * 60 * MINUTE;
    assert.deepEqual(await checkKeys(deps, { look: 'unknown' }), [], 'the last attempt of the day');
    now += 14 * 60 * MINUTE;
    const [next] = await checkKeys(deps, { look: 'unknown' });
    assert.equal(next?.health, 'well', 'the first attempt of the next day');
  });
});
