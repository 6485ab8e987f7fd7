import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseKeySecret } from '../../functions/app-store-connect/auth/key-secret.ts';
import { parseSettings } from '../../functions/platform/config/settings.ts';
import { isReportDate } from '../../functions/reports/catalogue/calendar.ts';
import { CATALOGUE } from '../../functions/reports/catalogue/catalogue.ts';
import { parseReportRequest } from '../../functions/reports/plan/request-reports.ts';
import { readWidgetEvent } from '../../functions/status/widget-event.ts';
import { settingsRules } from '../../infra/config/settings-rules.ts';
import { newKeyPair, secretWith } from '../app-store-connect/keys.ts';
import { keyLines } from '../leaks.ts';
import { CASES, ends, play } from './cases.ts';
import { damaged, mutated, nastyText } from './hostile.ts';

const SETTINGS = {
  teams: [
    {
      name: 'acme',
      keys: { reports: 'acme/reports', prices: 'acme/prices' },
      vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY', 'FINANCIAL/ZZ'], backfillDays: 7 }],
      apps: [{ id: '6448311069', analytics: ['ANALYTICS/COMMERCE/App Downloads Standard/DAILY'] }],
      prices: {
        territories: { USA: { floor: '0.99' } },
        blockedPeriods: [{ from: '2026-12-20', to: '2026-12-31' }],
      },
    },
  ],
  notify: { emails: ['ops@acme.example'] },
  reportVersions: { 'SALES/SUMMARY/DAILY': '1_0' },
};
const { privateKey } = newKeyPair();
/** Lines of the key's body: no message may hold one. */
const KEY_LINES = keyLines(privateKey);

describe('What a deployment and people give', () => {
  it('is at least a hundred thousand cases in all', () => {
    assert.ok(Object.values(CASES).reduce((sum, cases) => sum + cases, 0) >= 100_000);
  });

  it('settings are read or refused with every problem', (context) =>
    play(context, 'settings', mutated(SETTINGS), async (json) => {
      const settings = await ends(() => parseSettings(json, settingsRules));
      for (const { name } of settings?.teams ?? []) assert.match(name, /^[a-z0-9-]{1,32}$/);
    }));

  it('a secret is a key or is refused without a word of it', (context) => {
    const text = damaged(
      secretWith(privateKey),
      privateKey,
      secretWith(privateKey, { kind: 'individual', issuerId: undefined }),
    );
    return play(context, 'secrets', text, async (secret) => {
      await ends(() => parseKeySecret('acme/reports', secret), KEY_LINES);
    });
  });

  it('a request for reports is read or refused', (context) => {
    const good = {
      team: 'acme',
      vendor: '85012345',
      report: 'SALES/SUMMARY/DAILY',
      from: '2026-11-01',
      to: '2026-11-23',
    };
    return play(context, 'reportRequests', mutated(good), async (event) => {
      const request = await ends(() => parseReportRequest(event));
      if (request !== undefined) assert.ok(request.from <= request.to);
    });
  });

  it('a report date names a period or is refused', (context) => {
    const date = fc.oneof(damaged('2026-11-23', '2026-11', '2026', '2026-02-29'), nastyText);
    return play(context, 'reportDates', fc.tuple(fc.constantFrom(...CATALOGUE), date), ([entry, text]) => {
      assert.equal(typeof isReportDate(entry, text), 'boolean');
    });
  });

  it('a dashboard’s event shows a view, whatever it is', (context) => {
    const good = {
      view: 'reports',
      series: 'a/b/c',
      widgetContext: { theme: 'dark', params: { view: 'keys' } },
    };
    return play(context, 'widgetEvents', mutated(good), (event) => {
      const request = readWidgetEvent(event);
      assert.ok(request.describe || ['overview', 'reports', 'prices', 'keys'].includes(request.place.view));
    });
  });
});
