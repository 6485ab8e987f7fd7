import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { StoredKey } from '../../functions/app-store-connect/auth/stored-key.ts';
import { followUpRotations } from '../../functions/keys/rotate/follow-up-rotations.ts';
import { rotateKey } from '../../functions/keys/rotate/rotate-key.ts';
import type { RotationDependencies } from '../../functions/keys/rotate/rotation-dependencies.ts';
import { createStagingLabels, type SecretStages } from '../../functions/keys/rotate/staging-labels.ts';
import { CLAIM_MILLIS } from '../../functions/keys/store/key-ledger.ts';
import type { KeyUse } from '../../functions/keys/store/key-use.ts';
import type { Rotation } from '../../functions/keys/store/rotation.ts';
import { parseSettings } from '../../functions/platform/config/settings.ts';
import { newKeyPair, teamKey } from '../app-store-connect/keys.ts';
import { silent } from '../histories/surroundings.ts';
import { emptyKeyLedger, memoryKeyLedger } from './memory-key-ledger.ts';
import { memoryStages } from './memory-stages.ts';

const all = parseSettings({
  teams: [{ name: 'acme', keys: { reports: 'acme/reports' }, vendors: [] }],
});
const [settings] = all.teams;
const OLD = { keyId: 'KEY0000001', versionId: 'version-1' };
const NEW = { keyId: 'KEY0000002', versionId: 'version-2' };

describe('A rotation that others interrupt', () => {
  let now = Date.parse('2026-11-24T17:07:00Z');
  const clock = { now: () => now };
  let labels: Map<string, string>;
  let sent: string[];
  let data = emptyKeyLedger();
  let keyUse: KeyUse;
  let old: StoredKey;
  /** Happens after each look at the labels. */
  let meanwhile: () => void = () => undefined;

  const stages = memoryStages(() => labels);
  const watched: SecretStages = {
    ...stages,
    describe: async (secretName) => {
      const found = await stages.describe(secretName);
      meanwhile();
      return found;
    },
  };
  const deps = (): RotationDependencies => ({
    clock,
    sleep: async () => undefined,
    ledger: memoryKeyLedger(data, clock),
    labels: createStagingLabels(watched),
    audit: async () => undefined,
    notify: async ({ id }) => void sent.push(id),
    log: silent,
    readVersion: async (_, { VersionId, VersionStage = 'AWSCURRENT' }) => {
      const versionId = VersionId ?? labels.get(VersionStage) ?? '';
      return { ...old, versionId, key: { ...old.key, keyId: versionId.replace('version-', 'KEY000000') } };
    },
    ask: async () => ({ endpoint: '/', outcome: 'accepted' }),
  });
  const rotation = (state: Rotation['state']): Rotation => ({
    team: 'acme',
    job: 'reports',
    ...NEW,
    oldKeyId: OLD.keyId,
    oldVersionId: OLD.versionId,
    revoked: false,
    requestedBy: 'cfo@acme.example',
    state,
    startedAt: now,
    promotedAt: now,
  });

  beforeEach(async () => {
    assert.ok(settings !== undefined);
    keyUse = { team: 'acme', job: 'reports', secretName: 'acme/reports', settings };
    old = { key: await teamKey(newKeyPair().privateKey), versionId: OLD.versionId, versionCreatedAt: now };
    labels = new Map([['AWSCURRENT', OLD.versionId]]);
    sent = [];
    data = emptyKeyLedger();
    meanwhile = () => undefined;
  });

  it('is not closed while somebody else is about to tell of it, as that one may die', async () => {
    labels.set('AWSCURRENT', NEW.versionId);
    await deps().ledger.beginRotation(rotation('promoted'));
    const refused = { keyId: OLD.keyId, accepted: false, refusedSince: now - 24 * 3_600_000 };
    await deps().ledger.claimNotice({ keyId: OLD.keyId, step: `closed-for-${NEW.keyId}` });
    await followUpRotations(deps(), keyUse, refused);
    assert.equal((await deps().ledger.rotation(keyUse, NEW.keyId))?.state, 'promoted');
    now += CLAIM_MILLIS;
    await followUpRotations(deps(), keyUse, refused);
    assert.equal((await deps().ledger.rotation(keyUse, NEW.keyId))?.state, 'closed');
    assert.deepEqual(sent, [`${OLD.keyId}#closed-for-${NEW.keyId}`]);
  });

  it('does not undo a key that somebody puts into use at the very moment', async () => {
    await deps().ledger.beginRotation(rotation('promoting'));
    meanwhile = () => {
      if (labels.has(`RETIRING-${OLD.keyId}`)) labels.set('AWSCURRENT', 'version-3');
    };
    await assert.rejects(followUpRotations(deps(), keyUse));
    assert.equal(labels.get('AWSCURRENT'), 'version-3');
    meanwhile = () => undefined;
    await followUpRotations(deps(), keyUse);
    assert.equal(labels.get('AWSCURRENT'), 'version-3');
    assert.equal((await deps().ledger.rotation(keyUse, NEW.keyId))?.state, 'promoted');
  });

  /** Somebody else's key comes into use after the first look at the labels. */
  const overtakenAtOnce = () => {
    labels.set('CANDIDATE', NEW.versionId);
    meanwhile = () => labels.set('AWSCURRENT', 'version-3');
  };
  const ask = () =>
    rotateKey(
      { ...deps(), settings: all },
      { team: 'acme', job: 'reports', keyId: NEW.keyId, revoked: false, requestedBy: 'cfo@acme.example' },
    );

  it('never asks to revoke the key that has come into use in the meantime', async () => {
    overtakenAtOnce();
    await ask();
    assert.equal((await deps().ledger.rotation(keyUse, NEW.keyId))?.oldKeyId, OLD.keyId);
    assert.ok(!sent.some((id) => id.startsWith('KEY0000003')), sent.join());
  });

  it('says that its key is not in use, and what to do', async () => {
    overtakenAtOnce();
    const answer = await ask();
    assert.equal(answer.status, 'rejected');
    assert.match('reason' in answer ? answer.reason : '', /KEY0000002 is not in use.*Make a new key/s);
    assert.equal((await ask()).status, 'rejected');
  });
});
