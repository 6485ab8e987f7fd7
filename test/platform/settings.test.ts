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

const DEFAULTS = {
  restatementDays: [1, 3, 7, 30],
  retired: [],
  concurrency: { fetchReport: 5, applyPriceChange: 5 },
};

function messagesOf(json: unknown): string {
  try {
    parseSettings(json, [knownReports]);
    return '';
  } catch (error) {
    return String(error);
  }
}

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
      ...DEFAULTS,
    });
  });

  it('need no more than a team and a key', () => {
    const settings = parseSettings({ teams: [{ name: 'a', keys: { reports: 'k' } }] });
    assert.deepEqual(settings, {
      teams: [{ name: 'a', keys: { reports: 'k' }, vendors: [] }],
      keyMaxAgeDays: 90,
      notify: { emails: [] },
      retainData: true,
      ...DEFAULTS,
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

  it('tell mistakes of form and of content in one round, each at its place in the file', () => {
    const json = {
      teams: [
        {
          ...team,
          vendors: [
            { number: 'x', reports: [] },
            { number: '85012345', reports: ['SALES/SUMMARY/HOURLY'] },
          ],
        },
        { name: 'Not a name', keys: { reports: 'k' } },
        { ...team, vendors: [{ number: '85012346', reports: [1, 'SALES/SUMMARY/NEVER'] }] },
      ],
      keyMaxAgeDays: 0,
    };
    assert.deepEqual(problemsOf(json), [
      'teams[0].vendors[0].number',
      'teams[0].vendors[0].reports',
      'teams[1].name',
      'teams[2].vendors[0].reports[0]',
      'keyMaxAgeDays',
      'teams[2].name',
      'teams[0].vendors[1].reports[0]',
      'teams[2].vendors[0].reports[1]',
    ]);
  });

  it('are answered in words, never in those of the validator', () => {
    const text = messagesOf({
      teams: [
        {
          name: 'acme',
          keys: { reports: 7 },
          vendors: 'none',
          prices: { desired: 'always', maxIncreasePercent: -1, maxChangesPerDay: 1.5, blockedPeriods: {} },
        },
      ],
      restatementDays: [0],
      retainData: 'yes',
      notify: { emails: ['nobody'] },
      concurrency: { fetchReport: 1, applyPriceChange: 5 },
    });
    assert.match(text, /teams\[0\]\.keys\.reports: must be text in quotes/);
    assert.match(text, /vendors: must be a list in square brackets/);
    assert.match(text, /desired: must be one of "off", "report", "enforce"/);
    assert.match(text, /retainData: must be true or false/);
    assert.match(text, /concurrency\.fetchReport: must be at least 2/);
    assert.doesNotMatch(text, /Invalid|expected|received|Too (small|big)|Unrecognized/);
  });

  it('with secret patterns: each key fits the pattern of its kind and not the other', () => {
    const secretPatterns = { reports: 'app-store-connect/*/reports', prices: 'app-store-connect/*/prices' };
    assert.deepEqual(problemsOf({ ...whole, secretPatterns }), []);
    const keys = { reports: 'elsewhere/reports', prices: 'app-store-connect/acme/prices' };
    assert.deepEqual(problemsOf({ teams: [{ ...team, keys }], secretPatterns }), ['teams[0].keys.reports']);
    assert.deepEqual(problemsOf({ ...whole, secretPatterns: { reports: secretPatterns.reports } }), [
      'teams[0].keys.prices',
    ]);
    assert.deepEqual(
      problemsOf({
        ...whole,
        secretPatterns: { reports: 'app-store-connect/*', prices: secretPatterns.prices },
      }),
      ['teams[0].keys.prices'],
    );
    assert.deepEqual(problemsOf({ ...whole, secretPatterns: { reports: '*' } })[0], 'secretPatterns.reports');
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
