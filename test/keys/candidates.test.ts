import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { StoredKey } from '../../functions/app-store-connect/auth/stored-key.ts';
import { AppStoreConnectError } from '../../functions/app-store-connect/protocol/errors.ts';
import type { Probe } from '../../functions/keys/check/probe.ts';
import { keepReadable } from '../../functions/keys/rotate/promote.ts';
import { noteReplacedByHand } from '../../functions/keys/rotate/replaced-by-hand.ts';
import { type RotateRequest, rotateKey } from '../../functions/keys/rotate/rotate-key.ts';
import type { RotationDependencies } from '../../functions/keys/rotate/rotation-dependencies.ts';
import { createStagingLabels } from '../../functions/keys/rotate/staging-labels.ts';
import type { KeyStatus } from '../../functions/keys/store/key-status.ts';
import { CANDIDATE, MAXIMUM_RETIRING } from '../../functions/keys/store/rotation.ts';
import { parseSettings, type Settings } from '../../functions/platform/config/settings.ts';
import { ISSUER, newKeyPair, teamKey } from '../app-store-connect/keys.ts';
import { silent } from '../histories/surroundings.ts';
import { emptyKeyLedger, memoryKeyLedger } from './memory-key-ledger.ts';
import { memoryStages } from './memory-stages.ts';

const NOW = Date.parse('2026-11-24T17:07:00Z');
const OTHER_ISSUER = '11111111-2222-3333-4444-555555555555';
const clock = { now: () => NOW };
const good = await teamKey(newKeyPair().privateKey);
const settings: Settings = parseSettings({
  teams: ['acme', 'umbra'].map((name) => ({
    name,
    keys: { reports: `${name}/reports`, prices: `${name}/prices` },
    vendors: [
      {
        number: name === 'acme' ? '85012345' : '85099999',
        reports: ['SALES/SUMMARY/DAILY'],
        backfillDays: 1,
      },
    ],
    prices: { maxIncreasePercent: 30, maxDecreasePercent: 60 },
  })),
});

describe('A candidate', () => {
  let labels: Map<string, string>;
  let versions: Map<string, StoredKey>;
  let probe: Probe;
  let data = emptyKeyLedger();
  const put = (versionId: string, keyId: string, changes: Record<string, unknown> = {}): void => {
    const key = { ...good, keyId, thumbprint: `of ${keyId}`, ...changes };
    versions.set(versionId, { key, versionId, versionCreatedAt: NOW });
  };
  const deps = (): RotationDependencies & { settings: Settings } => ({
    settings,
    clock,
    sleep: async () => undefined,
    ledger: memoryKeyLedger(data, clock),
    labels: createStagingLabels(memoryStages(() => labels)),
    audit: async () => undefined,
    notify: async () => undefined,
    log: silent,
    readVersion: async (_, { VersionId, VersionStage = 'AWSCURRENT' }) => {
      const found = versions.get(VersionId ?? labels.get(VersionStage) ?? '');
      assert.ok(found, `${VersionId} ${VersionStage}`);
      return found;
    },
    ask: async () => probe,
  });
  const ask = (request: Partial<RotateRequest> = {}) =>
    rotateKey(deps(), { team: 'acme', job: 'prices', keyId: 'NEWKEY0002', ...request });
  const known = (team: string, job: 'reports' | 'prices', issuerId: string): void => {
    const status: KeyStatus = {
      team,
      job,
      secretName: `${team}/${job}`,
      checkedAt: NOW,
      health: 'well',
      findings: [],
      diagnoses: [],
      sharedWith: [],
      key: {
        ...{ keyId: `KEYOF${team === 'acme' ? 'ACME0' : 'UMBRA'}`, kind: 'team', issuerId, thumbprint: team },
        ...{ versionId: '1', createdAt: '2026-09-01', createdAtSource: 'secret' },
        ...{ ageDays: 1, maxAgeDays: 90, remainingDays: 89, rotateBy: '2026-12-01' },
      },
    };
    data.statuses.set(`${team}/${job}`, status);
  };
  beforeEach(() => {
    data = emptyKeyLedger();
    labels = new Map([
      ['AWSCURRENT', 'v1'],
      [CANDIDATE, 'v2'],
    ]);
    versions = new Map();
    put('v1', 'OLDKEY0001');
    put('v2', 'NEWKEY0002');
    probe = { endpoint: '/v1/apps', outcome: 'accepted' };
  });

  it('for prices is not promoted without the person’s word: nothing can prove its right', async () => {
    const answer = await ask();
    assert.equal(answer.status, 'unproved');
    assert.match('reason' in answer ? answer.reason : '', /^Not proved.*--confirm-role/s);
    assert.equal(labels.get('AWSCURRENT'), 'v1');
    assert.equal((await ask({ confirmedRole: 'DEVELOPER' })).status, 'unproved');
    assert.deepEqual(await ask({ confirmedRole: 'APP_MANAGER' }), {
      status: 'promoted',
      keyId: 'NEWKEY0002',
      revoke: 'OLDKEY0001',
    });
  });

  for (const role of ['DEVELOPER', 'FINANCE', 'CUSTOMER_SUPPORT'])
    it(`for prices whose stated role is ${role} is rejected, though Apple lets it read apps`, async () => {
      put('v2', 'NEWKEY0002', { role });
      const answer = await ask({ confirmedRole: 'APP_MANAGER' });
      assert.equal(answer.status, 'rejected');
      assert.equal('diagnoses' in answer && answer.diagnoses[0]?.cause, 'role-too-narrow');
      assert.equal(labels.get('AWSCURRENT'), 'v1');
    });

  it('for reports needs no word: Apple shows the report', async () => {
    assert.equal((await ask({ job: 'reports' })).status, 'promoted');
  });

  it('that Apple does not take for the team’s vendor number is rejected', async () => {
    const error = new AppStoreConnectError({ code: 'INVALID_REQUEST', message: 'x' });
    probe = { endpoint: '/v1/salesReports', outcome: 'vendor-refused', vendor: '85012345', error };
    const answer = await ask({ job: 'reports' });
    assert.equal(answer.status, 'rejected');
    assert.match('reason' in answer ? answer.reason : '', /not for vendor number 85012345/);
  });

  it('of another team is named, and promoted only on the person’s word', async () => {
    known('acme', 'reports', ISSUER);
    known('umbra', 'reports', OTHER_ISSUER);
    put('v2', 'NEWKEY0002', { issuerId: OTHER_ISSUER });
    const answer = await ask({ job: 'reports' });
    assert.equal(answer.status, 'rejected');
    assert.match('reason' in answer ? answer.reason : '', /is a key of team umbra/);
    assert.equal((await ask({ job: 'reports', otherTeam: true })).status, 'promoted');
  });

  it('that is the key in use is refused: its age does not begin anew', async () => {
    put('v2', 'OLDKEY0001');
    const answer = await ask({ job: 'reports', keyId: 'OLDKEY0001' });
    assert.equal(answer.status, 'rejected');
    assert.match('reason' in answer ? answer.reason : '', /in use already.*keys correct/s);
    assert.equal(labels.get('AWSCURRENT'), 'v1');
  });

  it('that corrects the key in use comes into use without any old key, and keeps the fallback', async () => {
    labels.set('AWSPREVIOUS', 'v0');
    put('v0', 'OLDKEY0000');
    put('v2', 'OLDKEY0001', { role: 'FINANCE', createdAt: '2026-08-01' });
    const answer = await ask({ job: 'reports', keyId: 'OLDKEY0001', correction: true });
    assert.deepEqual(answer, { status: 'promoted', keyId: 'OLDKEY0001' });
    assert.deepEqual(
      ['AWSCURRENT', 'AWSPREVIOUS', CANDIDATE].map((label) => labels.get(label)),
      ['v2', 'v0', undefined],
    );
  });

  it('that corrects with another key is rejected', async () => {
    const answer = await ask({ job: 'reports', keyId: 'NEWKEY0002', correction: true });
    assert.equal(answer.status, 'rejected');
    assert.equal(labels.get('AWSCURRENT'), 'v1');
  });

  it('leaves no more old keys under labels than a secret has room for', async () => {
    const [use] = [{ team: 'acme', job: 'reports', secretName: 'acme/reports' } as const];
    for (let count = 0; count < MAXIMUM_RETIRING + 3; count += 1)
      await keepReadable(deps(), use, { oldKeyId: `OLD${count}`, oldVersionId: `w${count}` });
    const retiring = [...labels.keys()].filter((label) => label.startsWith('RETIRING-'));
    assert.equal(retiring.length, MAXIMUM_RETIRING);
    assert.ok(labels.size <= 20);
  });

  it('is put in use also where other tools hold all labels but one', async () => {
    for (let count = 0; labels.size < 19; count += 1) labels.set(`OTHER-${count}`, 'v1');
    put('v2', 'NEWKEY0001', { role: 'FINANCE' });
    const answer = await ask({ job: 'reports', keyId: 'NEWKEY0001' });
    assert.equal(answer.status, 'promoted');
    assert.equal(labels.get('AWSCURRENT'), 'v2');
    assert.ok(labels.size <= 20, [...labels.keys()].join());
  });

  it('put in by hand twice between two checks leaves both former keys in view', async () => {
    const [team] = settings.teams;
    assert.ok(team);
    const use = { team: 'acme', job: 'reports', secretName: 'acme/reports', settings: team } as const;
    known('acme', 'reports', ISSUER);
    const earlier = data.statuses.get('acme/reports');
    assert.ok(earlier?.key);
    earlier.key.keyId = 'FIRSTKEY01';
    earlier.key.versionId = 'v0';
    put('v0', 'FIRSTKEY01');
    put('v3', 'THIRDKEY03');
    labels = new Map([
      ['AWSCURRENT', 'v3'],
      ['AWSPREVIOUS', 'v1'],
    ]);
    const stored = versions.get('v3');
    assert.ok(stored);
    await noteReplacedByHand({ ...deps(), readPrevious: async () => versions.get('v1') }, use, {
      earlier,
      stored,
      previous: { keyId: 'OLDKEY0001', accepted: true, since: NOW },
    });
    const rotations = await deps().ledger.rotations(use);
    assert.deepEqual(rotations.map(({ keyId, oldKeyId }) => `${oldKeyId} by ${keyId}`).sort(), [
      'FIRSTKEY01 by OLDKEY0001',
      'OLDKEY0001 by THIRDKEY03',
    ]);
    assert.equal(labels.get('RETIRING-FIRSTKEY01'), 'v0');
    assert.equal(labels.get('RETIRING-OLDKEY0001'), 'v1');
  });
});
