import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSettings } from '../../functions/platform/config/settings.ts';
import { subscribedApps } from '../../functions/reports/analytics/names/app-series.ts';
import { findEntry } from '../../functions/reports/catalogue/catalogue.ts';
import { changeName } from '../../functions/status/model/place.ts';
import { html } from '../../functions/status/page/html.ts';
import { analyticsStatusOf, reviewsStatusOf } from '../../functions/status/read/analytics-status.ts';
import { seriesStatusOf, stateOf } from '../../functions/status/read/series-status.ts';
import { renderPage, renderWidget } from '../../functions/status/render-page.ts';
import { HOSTILE, NOW } from './sample/base.ts';
import { changeOf, planOf } from './sample/changes.ts';
import { itemOf } from './sample/days.ts';
import { keyOf, sampleStatus } from './sample/status.ts';

const daily = findEntry('SALES/SUMMARY/DAILY');
assert.ok(daily);

describe('The reviews of an app', () => {
  const series = { team: 'acme', app: '6448311001', report: 'CUSTOMER_REVIEWS' };
  const grown = itemOf('2026-11-23', { versions: [{ sha256: 'a', rows: 1, bytes: 1, storedAt: 1 }] });

  it('stand under their app, and a day that has grown is no correction of Apple’s', () => {
    const status = reviewsStatusOf(series, [grown]);
    assert.deepEqual(
      status.days.map(({ state }) => state),
      ['stored'],
    );
    assert.match(
      renderPage({ ...sampleStatus(), series: [status] }, { view: 'reports' }),
      /app <bdi>6448311001/,
    );
  });
});

describe('An analytics series', () => {
  const [app] = subscribedApps({
    teams: parseSettings({
      teams: [
        {
          name: 'acme',
          keys: { reports: 'r' },
          vendors: [],
          apps: [{ id: '6448311069', analytics: ['ANALYTICS/COMMERCE/App Downloads Standard/DAILY'] }],
        },
      ],
    }).teams,
  });
  const [subscription] = app?.series ?? [];
  assert.ok(subscription);

  it('shows what Apple has processed, by its app; no date is missing', () => {
    const versions = [{ sha256: 'a', rows: 1, bytes: 1, storedAt: NOW }];
    const series = analyticsStatusOf(subscription, [
      itemOf('2026-11-19', { versions }),
      itemOf('2026-11-21'),
      itemOf('2026-11-22', { state: 'fetching', settledAs: undefined }),
      itemOf('2026-11-23', { state: 'waiting', settledAs: undefined, overdueToldAt: NOW }),
    ]);
    assert.deepEqual(
      series.days.map(({ date, state }) => [date, state]),
      [
        ['2026-11-19', 'restated'],
        ['2026-11-21', 'stored'],
        ['2026-11-22', 'due'],
        ['2026-11-23', 'overdue'],
      ],
    );
    const page = renderPage({ ...sampleStatus(), series: [series] }, { view: 'reports' });
    assert.match(page, /Team <bdi>acme<\/bdi>, app <bdi>6448311069<\/bdi>/);
    // Thursday, a gap, Saturday; Sunday and Monday follow.
    assert.deepEqual(page.match(/<li class="r\d">/g), ['<li class="r4">', '<li class="r6">']);
  });
});

describe('A price change on the page', () => {
  it('says why it waits, who sets each price, and which change has taken it back', () => {
    const waiting = { reason: 'Apple does not show FRA yet', since: NOW - 60_000 };
    const chosen = changeOf('sale', { state: 'verifying', everSent: true, waiting });
    const [first, second, ...others] = planOf('sale').entries;
    assert.ok(first !== undefined && second !== undefined);
    const plan = {
      ...planOf('sale'),
      entries: [
        { ...first, automatic: { before: true, after: false } },
        { ...second, automatic: { before: true, after: true } },
        ...others,
      ],
    };
    const back = changeOf('undo', { state: 'applied', everSent: true });
    back.record.request = { ...back.record.request, rollbackOf: 'sale' };
    const status = { ...sampleStatus(), changes: [{ ...chosen, plan }, back] };
    const page = renderPage(status, { view: 'prices', change: changeName(chosen.record) });
    assert.match(page, /<dt>Waits<\/dt><dd>since .*Apple does not show FRA yet/);
    assert.match(page, /<dt>Rolled back by<\/dt><dd>.*<bdi>undo<\/bdi>/);
    assert.match(page, /<td class="short">Apple, then you<\/td>/);
    assert.match(page, /<td class="short">Apple<\/td>/);
    assert.doesNotMatch(page, /prices rollback --team acme 'sale'/);
  });

  it('says until when a temporary price holds, in the list and for the change, whoever ends it', () => {
    const temporary = changeOf('sale', { state: 'applied', everSent: true });
    const request = {
      ...temporary.record.request,
      product: { kind: 'inAppPurchase' as const, id: '1' },
      until: '2026-12-31',
    };
    const record = { ...temporary.record, request };
    const status = { ...sampleStatus(), changes: [{ ...temporary, record }] };
    assert.match(
      renderPage(status, { view: 'prices' }),
      /applied<\/span> <span class="quiet short">until 2026-12-31/,
    );
    const page = renderPage(status, { view: 'prices', change: changeName(record) });
    assert.match(page, /temporary until 2026-12-31; the same request to Apple holds its end/);
  });

  it('says in words what stands beside the prices: consent, offers, where it is not on sale, warnings', () => {
    const chosen = changeOf('sale', { state: 'planned' });
    const plan = {
      ...planOf('sale'),
      warnings: ['FRA stops following the base territory'],
      circumstances: {
        consent: {
          DEU: {
            outcome: 'mustAgree' as const,
            reasons: ['every increase'],
            firstNotice: null,
            stake: { subscribers: '12', proceeds: '119.88', currency: 'EUR' },
          },
        },
        notes: ['The introductory offer is not below the new price in USA.', 'Not on sale in CHN.'],
      },
    };
    const status = { ...sampleStatus(), changes: [{ ...chosen, plan }] };
    const page = renderPage(status, { view: 'prices', change: changeName(chosen.record) });
    assert.match(page, /must agree in 1 territory \(DEU/);
    assert.match(page, /Germany[\s\S]*?, must agree; 12 subscribers, proceeds 119\.88 EUR per period<\/td>/);
    assert.match(page, /<td class="note">every increase<\/td>/);
    assert.match(page, /The introductory offer is not below the new price in USA\. Not on sale in CHN\./);
    assert.match(page, /<li class="warning">FRA stops following the base territory/);
  });
});

describe('Escaping', () => {
  it('holds in text and in attributes', () => {
    assert.equal(
      html`<a title="${'"><b>'}">${"<&'"}</a>`.text,
      '<a title="&quot;&gt;&lt;b&gt;">&lt;&amp;&#39;</a>',
    );
  });

  it('drops what turns or breaks the text around it', () => {
    assert.equal(html`${'a\u202eb\u0000c\nd'}`.text, 'abc d');
  });

  it('leaves markup of ours as it is, and nothing of what is absent', () => {
    assert.equal(html`<ul>${[html`<li>1</li>`, false, undefined, null]}</ul>`.text, '<ul><li>1</li></ul>');
  });
});

describe('A date of a series', () => {
  const state = (item: Record<string, unknown>) => stateOf(itemOf('2026-11-20', item), daily, NOW);
  const waiting = { state: 'waiting', settledAs: undefined };

  it('is restated once Apple has corrected it', () => {
    const versions = [{ sha256: 'a', rows: 1, bytes: 1, storedAt: NOW }];
    assert.deepEqual([state({}), state({ versions })], ['stored', 'restated']);
  });

  it('reads as stored while Apple is asked again', () => {
    assert.equal(state({ state: 'fetching' }), 'stored');
  });

  it('waits until it is overdue, counted from when it was first expected', () => {
    assert.equal(state({ ...waiting, expectedAt: NOW - 27 * 3_600_000 }), 'waiting');
    assert.equal(state({ ...waiting, expectedAt: NOW - 29 * 3_600_000 }), 'overdue');
  });

  it('is shown as not planned where the ledger has never heard of it', () => {
    const series = { team: 'acme', vendor: '85012345', report: daily.name };
    const { days } = seriesStatusOf({ series, entry: daily, backfillDays: 3 }, [itemOf('2026-11-22')], NOW);
    assert.deepEqual(
      days.map(({ date, state }) => [date, state]),
      [
        ['2026-11-21', 'missing'],
        ['2026-11-22', 'stored'],
        ['2026-11-23', 'missing'],
      ],
    );
  });
});

describe('The page', () => {
  it('says first what needs a person', () => {
    const page = renderPage(sampleStatus(), { view: 'overview' });
    assert.match(page, /6 things for a person/);
  });

  it('says that nothing does where nothing does', () => {
    const calm = { ...sampleStatus(), series: [], changes: [], keys: [keyOf('reports', 5)] };
    assert.match(renderPage(calm, { view: 'overview' }), /Nothing needs a person/);
  });

  it('names the exact command that approves a plan', () => {
    const page = renderPage(sampleStatus(), { view: 'prices', change: 'acme/winter-sale-2026/pro-yearly' });
    assert.match(
      page.replace(/<[^>]+>/g, ''),
      /asc-jobs prices approve --team acme &#39;winter-sale-2026\/pro-yearly&#39; --plan [0-9a-f]{64}/,
    );
  });

  it('shows every territory of a plan in the picture', () => {
    const page = renderPage(sampleStatus(), { view: 'prices', change: 'acme/winter-sale-2026/pro-yearly' });
    assert.equal(page.match(/<li class="tile /g)?.length, 175);
  });
});

describe('The widget', () => {
  const widget = (theme: string | undefined, view: 'overview' | 'reports' = 'reports') =>
    renderWidget(sampleStatus(), { view }, { endpoint: 'arn:aws:lambda:us-east-1:1:function:f"x', theme });

  it('follows the dashboard’s theme, not the browser’s', () => {
    assert.match(widget('dark'), /class="asc dark"/);
    assert.match(widget('light'), /class="asc light"/);
  });

  it('opens a date by calling the function again', () => {
    assert.match(
      widget('dark'),
      /<\/a><cwdb-action action="call" display="popup" endpoint="arn:aws:lambda:us-east-1:1:function:f&quot;x">\{&quot;view&quot;:&quot;reports&quot;/,
    );
  });

  it('has no addresses, no script and no hostile markup', () => {
    const text = widget('dark', 'overview') + widget('light');
    assert.doesNotMatch(text, /<script|<img|<use|href="\//);
    assert.ok(!text.includes(HOSTILE));
  });
});
