import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { environmentSchema, readEnvironment } from '../../functions/platform/config/environment.ts';
import { parseSettings, SettingsError } from '../../functions/platform/config/settings.ts';
import { knownReports } from '../../functions/reports/catalogue/catalogue.ts';

const team = {
  name: 'acme',
  keys: { reports: 'app-store-connect/acme/reports', prices: 'app-store-connect/acme/prices' },
  vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY'], backfillDays: 365 }],
  prices: { maxIncreasePercent: 30, maxDecreasePercent: 60, desired: 'report', subscriptionWrites: 'auto' },
};
const whole = {
  teams: [team],
  keyMaxAgeDays: 90,
  notify: { emails: ['ops@acme.example'] },
  retainData: true,
};

function problemsOf(json: unknown): string[] {
  try {
    parseSettings(json, [knownReports]);
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.problems.map(({ path }) => path);
  }
  return [];
}

describe('Settings', () => {
  it('in the documented form are taken as they are', () => {
    const pricesDefaults = { blockedPeriods: [], maxChangesPerDay: 100, territories: {} };
    assert.deepEqual(parseSettings(whole, [knownReports]), {
      ...whole,
      teams: [{ ...team, prices: { ...team.prices, ...pricesDefaults } }],
      restatementDays: [1, 3, 7, 30],
    });
  });

  it('need no more than a team and a key', () => {
    const settings = parseSettings({ teams: [{ name: 'a', keys: { reports: 'k' } }] });
    assert.deepEqual(settings, {
      teams: [{ name: 'a', keys: { reports: 'k' }, vendors: [] }],
      keyMaxAgeDays: 90,
      notify: { emails: [] },
      retainData: true,
      restatementDays: [1, 3, 7, 30],
    });
  });

  it('with five mistakes get five messages, each with its path', () => {
    const json = {
      teams: [
        { ...team, name: 'Acme!', vendors: [{ number: 85012345, reports: ['SALES'], backfillDays: -1 }] },
      ],
      keyMaxAgeDays: 'ninety',
    };
    assert.deepEqual(problemsOf(json), [
      'teams[0].name',
      'teams[0].vendors[0].number',
      'teams[0].vendors[0].reports[0]',
      'teams[0].vendors[0].backfillDays',
      'keyMaxAgeDays',
    ]);
  });

  it('refuse a word that is no setting, by name', () => {
    assert.deepEqual(problemsOf({ ...whole, retainDate: true }), ['retainDate']);
  });

  it('refuse names and numbers that are there twice', () => {
    const vendor = { number: '85012345', reports: ['SALES/SUMMARY/DAILY', 'SALES/SUMMARY/DAILY'] };
    assert.deepEqual(problemsOf({ teams: [{ ...team, vendors: [vendor, vendor] }, team] }), [
      'teams[1].name',
      'teams[0].vendors[1].number',
      'teams[0].vendors[0].reports[1]',
      'teams[0].vendors[1].reports[1]',
    ]);
  });

  it('refuse a report that the catalogue does not have', () => {
    const vendors = [{ number: '85012345', reports: ['SALES/SUMMARY/HOURLY'] }];
    assert.deepEqual(problemsOf({ teams: [{ ...team, vendors }] }), ['teams[0].vendors[0].reports[0]']);
  });

  it('may name a report’s version, for all vendors or for one', () => {
    const reportVersions = { 'SUBSCRIPTION/SUMMARY/DAILY': '1_4' };
    const vendors = [{ number: '85012345', reports: ['SUBSCRIPTION/SUMMARY/DAILY'], reportVersions }];
    assert.deepEqual(problemsOf({ teams: [{ ...team, vendors }], reportVersions }), []);
    assert.deepEqual(
      problemsOf({ teams: [team], reportVersions: { 'SUBSCRIPTION/SUMMARY/DAILY': 'latest' } }),
      ['reportVersions.SUBSCRIPTION/SUMMARY/DAILY'],
    );
  });

  it('that are no object are told so', () => {
    for (const json of [undefined, null, 'x', []]) assert.deepEqual(problemsOf(json), ['(root)']);
  });
});

describe('The environment', () => {
  it('names all that is missing at once', () => {
    const schema = environmentSchema.pick({ REPORTS_TABLE: true, LAKE_BUCKET: true, SCOPED_TOKENS: true });
    assert.throws(
      () => readEnvironment(schema, { SCOPED_TOKENS: 'maybe' }),
      (error: Error) => {
        for (const name of ['REPORTS_TABLE', 'LAKE_BUCKET', 'SCOPED_TOKENS'])
          assert.match(error.message, new RegExp(name));
        return true;
      },
    );
  });

  it('defaults to Apple and to scoped tokens', () => {
    const schema = environmentSchema.pick({ APP_STORE_CONNECT_BASE_URL: true, SCOPED_TOKENS: true });
    assert.deepEqual(readEnvironment(schema, {}), {
      APP_STORE_CONNECT_BASE_URL: 'https://api.appstoreconnect.apple.com',
      SCOPED_TOKENS: 'on',
    });
  });
});
