import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NOTIFIED_EVENT_TYPES } from '../../functions/events/event-types.ts';
import { isPartOfCampaign, messageOf } from '../../functions/notify/event-message.ts';
import { deep } from '../fuzz/hostile.ts';
import { planOf } from '../status/sample/changes.ts';

const noPlan = async () => undefined;
const priceEvent = (detailType: string, detail: Record<string, unknown> = {}) => ({
  'detail-type': detailType,
  detail: {
    id: 'f00d',
    team: 'acme',
    changeId: 'winter sale',
    product: { kind: 'subscription', id: '6448311069' },
    requestedBy: 'cfo@acme.example',
    ...detail,
  },
});

const EFFECT = {
  changeDay: '2026-10-01',
  lookDays: 28,
  version: 1,
  measuredOn: '2026-11-01',
  changedTerritories: ['USA', 'DEU'],
  stayedTerritories: ['FRA'],
  measures: [
    {
      measure: 'units',
      outcome: 'fell',
      ratio: 0.79,
      low: 0.68,
      high: 0.91,
      words: 'In the 2 territories with the new price, sales fell by about 21 %.',
      sums: { changedBefore: 1925, changedAfter: 745, stayedBefore: 3623, stayedAfter: 1819 },
      territories: [
        {
          territory: 'USA',
          outcome: 'fell',
          ratio: 0.7,
          low: 0.6,
          high: 0.8,
          changedBefore: 9,
          changedAfter: 4,
        },
        {
          territory: 'DEU',
          outcome: 'cannot-tell',
          ratio: 1.2,
          low: 0.9,
          high: 2.4,
          changedBefore: 5,
          changedAfter: 3,
        },
      ],
    },
  ],
  remarks: ['The look after 7 days could not tell.'],
};

const CAMPAIGN = {
  campaign: 'winter-sale',
  products: 2,
  planSha256: 'a'.repeat(64),
  requests: 350,
  territoriesChanged: 350,
  approval: [{ path: 'com.acme.pro', message: 'USA 49.99 → 39.99: above approvalAbovePercent 10' }],
  state: 'partlyApplied',
  outcome: 'partly applied: 1 applied, 1 failed of 2 products',
  problems: [{ path: 'subscription 2: prices', message: 'Apple said\nno' }],
  members: [
    { changeId: 'winter-sale/subscription-2', product: { kind: 'subscription', id: '2' }, state: 'failed' },
  ],
};

/** What an event of its type has besides. */
const EXTRAS: Readonly<Record<string, Record<string, unknown>>> = {
  'Report Overdue': {
    vendor: '85012345',
    report: 'SALES/SUMMARY/DAILY',
    reportDate: '2026-11-23',
    state: 'waiting',
  },
  'Price Drift Detected': { file: 'desired/prices/acme/app/1.csv', territories: [] },
  'Apple Changed Prices': {
    day: '2026-11-26',
    since: '2026-11-25',
    products: 1,
    changes: [],
    tableKey: 'tables/x',
  },
  'Price Effect Measured': EFFECT,
};

describe('Notifications', () => {
  it('every notified event has a subject of its own', async () => {
    const subjects = new Set<string>();
    for (const detailType of NOTIFIED_EVENT_TYPES) {
      const extra = EXTRAS[detailType] ?? (detailType.startsWith('Price Campaign ') ? CAMPAIGN : {});
      subjects.add((await messageOf(priceEvent(detailType, extra), noPlan)).subject);
    }
    assert.equal(subjects.size, NOTIFIED_EVENT_TYPES.length);
  });

  it('a campaign that waits: which product and limit, and how to approve it', async () => {
    const { subject, text } = await messageOf(priceEvent('Price Campaign Planned', CAMPAIGN), noPlan);
    assert.equal(subject, 'acme: price campaign winter-sale waits for your approval');
    assert.match(text, /com\.acme\.pro: USA 49\.99 → 39\.99: above approvalAbovePercent 10/);
    assert.match(text, /prices approve --team acme 'winter-sale' --plan a{64}/);
  });

  it('a campaign that was partly applied: each product, on a line of its own', async () => {
    const { text } = await messageOf(priceEvent('Price Campaign Ended', CAMPAIGN), noPlan);
    assert.match(text, /subscription 2: prices: Apple said no\n/);
    assert.match(text, /subscription 2: failed/);
    assert.match(text, /prices rollback --team acme 'winter-sale'/);
  });

  it('the change of one product of a campaign is not told by itself', () => {
    assert.equal(isPartOfCampaign(priceEvent('Price Change Applied', { campaign: 'winter-sale' })), true);
    assert.equal(isPartOfCampaign(priceEvent('Price Change Applied')), false);
    assert.equal(isPartOfCampaign({ detail: { campaign: 'winter-sale' } }), false);
  });

  it('an applied change: a sentence, and a line a territory', async () => {
    const { text, chat } = await messageOf(priceEvent('Price Change Applied', { planKey: 'k' }), async () =>
      planOf('winter sale'),
    );
    assert.match(text, /subscription 6448311069, from 2026-11-26 on: 167 of 175 territories change/);
    assert.match(text, /\n {2}AGO +49\.99 USD +41\.99 USD +-16 %\n/);
    assert.match(text, /and 107 more/);
    assert.ok(chat.description.length < 1000, 'chat stays short');
  });

  it('a change that waits: its warnings, who must agree and how much is at stake, those first', async () => {
    const [last] = planOf('winter sale').entries.slice(-1);
    assert.ok(last);
    const plan = {
      ...planOf('winter sale'),
      warnings: ['the price holds only until 2026-12-24'],
      circumstances: {
        consent: {
          [last.territory]: {
            outcome: 'mustAgree' as const,
            reasons: ['every increase'],
            firstNotice: null,
            stake: { subscribers: '12', proceeds: '119.88', currency: 'USD' },
          },
        },
        notes: [],
      },
    };
    const { text } = await messageOf(
      priceEvent('Price Change Planned', { planKey: 'k', planSha256: 'abc' }),
      async () => plan,
    );
    assert.match(text, /\n {2}! the price holds only until 2026-12-24\n/);
    assert.match(text, /before +after +change +subscribers\n/);
    const [first = ''] = text.split('subscribers\n').at(-1)?.split('\n') ?? [];
    assert.match(
      first,
      new RegExp(`^ +${last.territory} .*must agree; 12 subscribers, proceeds 119\\.88 USD per period`),
    );
  });

  it('a change that waits: the command that approves exactly this plan', async () => {
    const { text, chat } = await messageOf(priceEvent('Price Change Planned', { planSha256: 'abc' }), noPlan);
    assert.match(text, /npx asc-jobs prices approve --team acme 'winter sale' --plan abc/);
    assert.match(text, /npx asc-jobs prices decline --team acme 'winter sale'/);
    assert.doesNotMatch(text, /Measuring the effect/, 'nothing is known of it');
    const words = 'After 28 days, a rise of 25 % or more would show.';
    const known = priceEvent('Price Change Planned', { planSha256: 'abc', effectPreview: { words } });
    assert.match(
      (await messageOf(known, noPlan)).text,
      /\nMeasuring the effect: After 28 days, a rise of 25 % or more/,
    );
    assert.equal(chat.nextSteps.length, 3);
  });

  it('a failed change: Apple’s words, what took effect, and the way back', async () => {
    const { text } = await messageOf(
      priceEvent('Price Change Failed', {
        problems: [{ path: 'FRA', message: 'STATE_ERROR: not now' }],
        tookEffect: ['USA', 'CAN'],
      }),
      noPlan,
    );
    assert.match(
      text,
      /- FRA: STATE_ERROR: not now\n {2}Apple has taken the new price of these territories already: USA, CAN/,
    );
    assert.match(text, /prices rollback --team acme 'winter sale'/);
    const remainder = priceEvent('Price Change Failed', {
      problems: [{ path: '(approval)', message: 'nobody approved the rest' }],
    });
    const told = (await messageOf(remainder, noPlan)).text;
    assert.match(told, /What Apple has taken of it by then stands in the audit\./);
    assert.doesNotMatch(told, /No territory has its new price/);
  });

  it('a request that nobody could read is told all the same', async () => {
    const event = {
      'detail-type': 'Price Change Rejected',
      detail: { id: '1', problems: [{ path: 'team', message: 'is missing' }] },
    };
    const { subject, text } = await messageOf(event, noPlan);
    assert.equal(subject, 'unknown team: price change without a name was rejected');
    assert.match(text, /- team: is missing/);
  });

  it('a way back that was rejected is not to be asked for again by a person', async () => {
    const message = 'keeps the temporary price. Request a price in EUR for HUN under a new key';
    const detail = { changeId: 'until-2026-12-10.1/sale', problems: [{ path: 'currencies.HUN', message }] };
    const { text } = await messageOf(priceEvent('Price Change Rejected', detail), noPlan);
    assert.match(text, /^This was an attempt to end a temporary price\..*The next attempt follows by itself/);
    assert.match(text, /currencies\.HUN: keeps the temporary price/);
    assert.doesNotMatch(text, /request the change again/);
  });

  it('a file that cannot be read is told by its name', async () => {
    const event = {
      'detail-type': 'Price Change Rejected',
      detail: {
        id: '1',
        team: 'acme',
        file: 'inbox/prices/winter.xlsx',
        problems: [{ path: '(file)', message: 'is a spreadsheet' }],
      },
    };
    const { subject, text } = await messageOf(event, noPlan);
    assert.equal(subject, 'acme: file inbox/prices/winter.xlsx was rejected');
    assert.match(text, /is a spreadsheet/);
  });

  it('drift: what Apple has beside what is desired', async () => {
    const territories = [{ territory: 'FRA', currency: 'EUR', present: '49.99', desired: '44.99' }];
    const { subject, text } = await messageOf(
      priceEvent('Price Drift Detected', { file: 'desired/prices/acme/app/1.csv', territories }),
      noPlan,
    );
    assert.equal(subject, 'acme: subscription 6448311069 differs from the desired prices in 1 territory');
    assert.match(text, /FRA +49\.99 +44\.99 +EUR/);
  });

  it('an event that is none of ours, or lacks what is told: an error that names each field', async () => {
    const wrong: [unknown, RegExp][] = [
      [null, /- \(event\): .*expected object/],
      [{ 'detail-type': 'Price Change Accepted', detail: {} }, /- detail-type: .*"Price Change Applied"/],
      [{ 'detail-type': 'Report Overdue' }, /- detail: .*expected object/],
      [
        priceEvent('Price Change Failed', { id: 7, problems: 'none' }),
        /- detail\.id: [\s\S]*- detail\.problems: /,
      ],
      [priceEvent('Price Change Failed', { more: deep(20_000, 'list') }), /- \(event\): is nested too deep/],
    ];
    for (const [event, message] of wrong)
      await assert.rejects(messageOf(event, noPlan), {
        name: 'EVENT_INVALID',
        code: 'EVENT_INVALID',
        message,
      });
  });

  it('an overdue report: its last answer, and how to ask for it', async () => {
    const { text } = await messageOf(
      {
        'detail-type': 'Report Overdue',
        detail: {
          id: '1',
          team: 'acme',
          vendor: '85012345',
          report: 'SALES/SUMMARY/DAILY',
          reportDate: '2026-11-23',
          state: 'waiting',
          lastAnswer: 'not available yet',
        },
      },
      noPlan,
    );
    assert.match(
      text,
      /Last answer {2}not available yet[\s\S]*reports backfill --team acme --report SALES\/SUMMARY\/DAILY --from 2026-11-23/,
    );
  });

  it('an overdue report of a longer period: it is asked for by the last day of the period, as the command wants days', async () => {
    const cases = [
      ['SALES/SUMMARY/MONTHLY', '2026-10', '2026-10-31'],
      ['SALES/SUMMARY/YEARLY', '2025', '2025-12-31'],
      ['SALES/SUMMARY/WEEKLY', '2026-11-22', '2026-11-22'],
      // Apple's fiscal October 2026.
      ['FINANCIAL/ZZ', '2027-01', '2026-10-31'],
      // A made-up event.
      ['SALES/SUMMARY/MONTHLY', '2026-10; rm -rf', "'2026-10; rm -rf'"],
      ['NO/SUCH/REPORT', '2026-10', '2026-10'],
    ];
    for (const [report, reportDate, day] of cases) {
      const detail = { id: '1', team: 'acme', vendor: '85012345', report, reportDate, state: 'waiting' };
      const { text } = await messageOf({ 'detail-type': 'Report Overdue', detail }, noPlan);
      assert.ok(text.includes(`--report ${report} --from ${day} --to ${day}\n`), `${report}: ${text}`);
    }
  });

  it('an overdue report: the step that its state asks for', async () => {
    const textOf = async (state: string) => {
      const source = { id: '1', team: 'acme', vendor: '85012345', report: 'SALES/SUMMARY/DAILY' };
      const detail = { ...source, reportDate: '2026-11-23', state, lastAnswer: 'the key is refused' };
      return (await messageOf({ 'detail-type': 'Report Overdue', detail }, noPlan)).text;
    };
    assert.match(await textOf('fetching'), /see the log of FetchReport: .*memory or time/);
    assert.match(await textOf('waiting'), /the last answer says why; .* at the latest after six hours/);
    assert.match(await textOf('failed'), /the last answer needs a person/);
  });

  it('the effect of a price change: what was compared, the sentence, the counts and what else could be the cause', async () => {
    const { subject, text } = await messageOf(priceEvent('Price Effect Measured', EFFECT), noPlan);
    assert.equal(subject, 'acme: 28 days after price change winter sale: sales (units) fell');
    assert.match(text, /New price +from 2026-10-01 on, in USA, DEU\nCompared +with FRA\n/);
    assert.match(text, /sales fell by about 21 %\./);
    assert.match(text, /Sales \(units\) +1925 +745 +3623 +1819/);
    assert.match(
      text,
      /USA +30 % down +40 % down to 20 % down +fell\n +DEU +20 % up +10 % down to 2\.4 times as much/,
    );
    assert.match(text, /The look after 7 days could not tell/);
    assert.match(text, /a campaign or a featuring, the numbers hold both/);
    assert.match(text, /npx asc-jobs prices effect --team acme 'winter sale'/);
  });

  it('names the other product, in the subject, the head and the table, where that is the comparison', async () => {
    const [units] = EFFECT.measures;
    const measure = {
      ...{ measure: 'units', outcome: 'less-than-other', ratio: 0.77, low: 0.7, high: 0.84 },
      words: 'After the change, sales were about 23 % less than if they had moved like those of Lite.',
      sums: units?.sums,
      comparedWith: { kind: 'inAppPurchase', id: '6448311070', name: 'Lite' },
    };
    const detail = { ...EFFECT, stayedTerritories: [], measures: [measure] };
    const { subject, text } = await messageOf(priceEvent('Price Effect Measured', detail), noPlan);
    assert.match(subject, /: sales \(units\) were less than another product lets expect$/);
    assert.match(text, /Compared +with its own past: no territory kept its price; and with Lite in the same/);
    assert.match(text, /changed before +after +Lite before +after/);
  });
});
