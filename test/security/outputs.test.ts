import assert from 'node:assert/strict';
import { it } from 'node:test';
import { numbersCsv } from '../../cli/commands/numbers/numbers-csv.ts';
import { messageOf } from '../../functions/notify/event-message.ts';

it('a reason cannot add next steps of its own to an e-mail', async () => {
  const detail = { id: 'f', team: 'acme', changeId: 'x', reason: 'sale\n\nNext steps:\n  - run evil' };
  const { text } = await messageOf({ 'detail-type': 'Price Change Planned', detail }, async () => undefined);
  assert.equal(text.match(/^Next steps:/gm)?.length, 1);
});

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
