import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { diagnose } from '../../functions/app-store-connect/diagnosis/diagnose.ts';
import { diagnosisOf } from '../../functions/app-store-connect/diagnosis/diagnosis.ts';
import { shortcomingOf } from '../../functions/keys/check/judge-probe.ts';
import { findingsOf } from '../../functions/keys/check/key-findings.ts';
import { refusedKeyNotice } from '../../functions/keys/notices/notices.ts';
import type { KeyStatus } from '../../functions/keys/store/key-status.ts';
import { parseSettings } from '../../functions/platform/config/settings.ts';
import { startWorld } from '../../local/world/world.ts';
import { operatorOf } from '../cli/operator/operator.ts';
import { check, FIRST_DAY, putVersion, settingsWith, statusOf } from './key-world.ts';

const DAY = 24 * 3_600_000;

/** A status of a key that is refused, or whose right is not known, with these causes. */
const statusWith = (diagnoses: KeyStatus['diagnoses'], more: Partial<KeyStatus> = {}): KeyStatus => ({
  team: 'acme',
  job: 'reports',
  secretName: 'app-store-connect/acme/reports',
  checkedAt: FIRST_DAY,
  health: 'refused',
  findings: [],
  diagnoses,
  sharedWith: [],
  ...more,
});
const textIn = (status: KeyStatus): string => findingsOf(status)[0]?.text ?? '';

describe('A finding says how certain its cause is', () => {
  const certain = diagnosisOf('agreement-unsigned', 'certain', 'An agreement is unsigned.');
  const likely = diagnosisOf('role-too-narrow', 'likely', 'The role does not allow it.');
  const possible = diagnosisOf('key-revoked', 'possible', 'It may be revoked.');

  it('a certain cause is told as it is', () => {
    assert.equal(textIn(statusWith([certain])), 'An agreement is unsigned.');
  });

  it('a likely cause says that it is one, also where it stands alone', () => {
    assert.equal(textIn(statusWith([likely])), 'Most likely: The role does not allow it.');
    assert.equal(
      textIn(statusWith([likely, possible])),
      '1. (likely) The role does not allow it. 2. (possible) It may be revoked.',
    );
  });

  it('what is only possible is never told as the cause', () => {
    assert.equal(textIn(statusWith([possible])), 'The cause is not certain. It may be revoked.');
    assert.match(textIn(statusWith([possible, possible])), /^The cause cannot be told from the response\./);
  });

  it('an old key that one check was refused with is not told as revoked', () => {
    const previous = { keyId: 'OLDKEY0001', since: FIRST_DAY - DAY, refusedSince: FIRST_DAY };
    const status = statusWith([], { health: 'well', previous });
    assert.deepEqual(
      findingsOf(status).map(({ severity, code }) => [severity, code]),
      [['note', 'old-key-refused']],
    );
    assert.deepEqual(findingsOf({ ...status, previous: { ...previous, accepted: false } }), []);
  });
});

describe('The message about a key that does not work', () => {
  const [team] = parseSettings(settingsWith()).teams;
  assert.ok(team);
  const use = {
    team: 'acme',
    job: 'reports',
    secretName: 'app-store-connect/acme/reports',
    settings: team,
  } as const;
  const messageOf = (diagnoses: KeyStatus['diagnoses']) =>
    refusedKeyNotice(use, statusWith(diagnoses, { unwellSince: FIRST_DAY }), FIRST_DAY) ??
    assert.fail('no message');
  const revoked = (confidence: 'certain' | 'likely' | 'possible') =>
    diagnosisOf('key-revoked', confidence, 'Key ABCDE12345 may be revoked.');

  it('repeats no possibility as a fact: neither in its subject nor in its text', () => {
    const { subject, text } = messageOf([
      revoked('possible'),
      diagnosisOf('issuer-of-another-team', 'possible', 'The issuer.'),
    ]);
    assert.match(subject, /does not work \(cause not certain\)$/);
    assert.match(
      text,
      /The cause cannot be told from Apple's response\. What it may be, to be checked in this order:\n1\. \(possible\)/,
    );
    assert.match(messageOf([revoked('likely')]).subject, /\(most likely key-revoked\)$/);
    assert.match(messageOf([revoked('certain')]).subject, /\(key-revoked\)$/);
  });

  it('offers a rotation only where a new key would help, with --revoked only where that is known', () => {
    assert.match(messageOf([revoked('certain')]).text, /keys rotate .*--revoked/);
    assert.match(messageOf([revoked('possible')]).text, /keys rotate (?!.*--revoked)/);
    const agreement = diagnosisOf(
      'agreement-unsigned',
      'certain',
      'An agreement is unsigned. The key is good: do not rotate it.',
    );
    assert.doesNotMatch(messageOf([agreement]).text, /keys rotate/);
  });

  it('names the clock’s direction and NTP where the clock is at fault', () => {
    const now = FIRST_DAY;
    for (const [skewMillis, direction, cause] of [
      [-90_000, /90 s ahead of Apple's/, 'clock-ahead'],
      [90_000, /90 s behind Apple's/, 'clock-behind'],
    ] as const) {
      const response = { status: 401, isApples: true, appleCode: 'NOT_AUTHORIZED', detail: '' };
      const [first] = diagnose({ response, now, skewMillis });
      assert.equal(first.cause, cause);
      assert.match(first.fix, direction);
      assert.match(first.fix, /by NTP \(.*timedatectl.*do not make a new one/);
      assert.doesNotMatch(messageOf([first]).text, /keys rotate/);
      const skewed = statusWith([], { health: 'well', skewSeconds: skewMillis / 1000 });
      assert.match(
        textIn(skewed),
        new RegExp(`90 s ${skewMillis < 0 ? 'ahead of' : 'behind'} Apple's\\. Synchronize it by NTP`),
      );
    }
  });
});

describe('A command that a finding names', () => {
  const key = {
    ...{ keyId: 'ABCDE12345', kind: 'team' as const, thumbprint: 'thumbprint', versionId: 'one' },
    ...{ createdAt: '2026-11-01', createdAtSource: 'version' as const },
    ...{ ageDays: 1, remainingDays: 89, maxAgeDays: 90, rotateBy: '2027-01-30' },
  };

  it('names team and job, without which it is refused', () => {
    const texts = findingsOf(statusWith([], { job: 'prices', health: 'well', key })).map(({ text }) => text);
    const narrow = shortcomingOf(
      { team: 'acme', job: 'prices' },
      { keyId: 'ABCDE12345', role: 'FINANCE' },
      { outcome: 'accepted', endpoint: '/v1/apps' },
    );
    assert.deepEqual(
      [...texts, narrow?.fix ?? ''].map((text) => /asc-jobs keys correct.*/.exec(text)?.[0]),
      [
        'asc-jobs keys correct --team acme --job prices --created-at <day>.',
        'asc-jobs keys correct --team acme --job prices --role <role>.',
        'asc-jobs keys correct --team acme --job prices --role <role>.',
      ],
    );
  });
});

describe('A check also notes', () => {
  it('a key that serves two teams, and one whose secret states too wide a role', async () => {
    const vendors = [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY'], backfillDays: 2 }];
    const shared = { name: 'umbra', keys: { reports: 'app-store-connect/acme/reports' } };
    const [acme] = settingsWith().teams;
    // Two teams of the settings that name one secret.
    const world = await startWorld({ now: FIRST_DAY, settings: { teams: [{ ...acme, vendors }] } });
    try {
      const { keyId, issuerId, privateKeyPem } = world.keys.get('acme') ?? assert.fail();
      const secret = { keyId, issuerId, privateKey: privateKeyPem, kind: 'team', role: 'ADMIN' };
      await putVersion(world, JSON.stringify(secret), ['AWSCURRENT']);
      await check(world);
      const codes = (await statusOf(world)).findings.map(({ code }) => code);
      assert.deepEqual(codes, ['created-at-missing', 'role-too-wide']);

      const operator = operatorOf({
        ...world,
        settings: { ...world.settings, teams: [...world.settings.teams, { ...shared, vendors: [] }] },
      });
      const { exit, out } = await operator.run(['doctor']);
      assert.equal(exit, 1, out);
      assert.match(out, /! The same key serves umbra\/reports \(same secret\)/);
      assert.match(out, /! The same key serves acme\/reports \(same secret\)/);
    } finally {
      await world.close();
    }
  });
});
