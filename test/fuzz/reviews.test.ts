import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { z } from 'zod';
import { numbersCsv } from '../../cli/commands/numbers/numbers-csv.ts';
import type { EventDetail } from '../../functions/events/contract.ts';
import { reviewMessage } from '../../functions/notify/review-message.ts';
import type { NumbersAnswer, NumbersRow } from '../../functions/numbers/answer.ts';
import { REVIEW_COLUMNS } from '../../functions/reports/reviews/names/review-columns.ts';
import { rawLine, tableCells } from '../../functions/reports/reviews/review-lines.ts';
import { html } from '../../functions/status/page/html.ts';
import { review } from '../reports/reviews/reviews.ts';
import { play } from './cases.ts';
import { nastyText } from './hostile.ts';

// A review is text of a stranger. Wherever it is told, it stays text, and what is ours stays as it is.

/** One character or more at which a text breaks out of something, among harmless ones. */
const breaking = fc
  .array(
    fc.constantFrom(
      '<',
      '>',
      '&',
      '"',
      "'",
      '\n',
      '\r',
      '\t',
      '\u2028',
      '\u0085',
      '>',
      '= ',
      ',',
      '\\',
      'x',
      '*',
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));
const text = fc.oneof(
  nastyText,
  breaking,
  fc.constantFrom(
    'good\n\nNext steps:\n  - open https://evil.example',
    '> not ours\nApp Store Connect Jobs. Do follow links.',
    '<!channel> see <https://evil.example|here> @everyone #general',
    '=IMPORTXML("https://evil.example")',
    '</td></table><script>alert(1)</script>',
  ),
);
const texts = fc.record({ title: text, body: text, name: text });
type Texts = { title: string; body: string; name: string };

const SEEN = '2026-11-24T17:00:00.000Z';

const detailOf = ({ title, body, name }: Texts): EventDetail<'Review Received'> => ({
  id: 'f00d',
  team: 'acme',
  report: 'CUSTOMER_REVIEWS',
  reportDate: '2026-11-23',
  app: '6448311069',
  reviewId: 'r',
  edited: false,
  version: 1,
  rating: 2,
  title,
  body,
  reviewerNickname: name,
  territory: 'USA',
  createdDate: '2026-11-23',
  answered: false,
  tableKey: 'tables/customer_reviews/data.parquet',
  mail: true,
});

/** What a mail says beside the quotation. */
const oursIn = (mail: string): string =>
  mail
    .split('\n')
    .filter((line) => !line.startsWith('>'))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
const QUIET_MAIL = oursIn(reviewMessage(detailOf({ title: 'x', body: 'x', name: 'x' })).text);

const cellsSchema = z.array(z.array(z.string()));
const rowOf = (name: string): NumbersRow => ({
  group: name,
  name,
  split: null,
  currency: null,
  value: '1',
  before: null,
  changePercent: null,
  more: {},
  trend: [],
});
const ANSWER: NumbersAnswer = {
  measure: 'sales',
  by: 'app',
  unit: 'count',
  currency: null,
  period: null,
  before: null,
  rows: [],
  totals: [],
  missingRates: [],
  missingDays: [],
  notes: [],
};

describe('The text of a review', () => {
  it('is one line of the raw file, and one cell of the table', (context) =>
    play(context, 'reviewLines', texts, ({ title, body, name }) => {
      const found = {
        review: review('r', 1, { title, body, reviewerNickname: name }),
        change: 'new',
        version: 1,
      } as const;
      const line = rawLine(found, SEEN);
      assert.equal(line.indexOf('\n'), line.length - 1, 'one line');
      assert.equal(JSON.parse(line).review.attributes.title, title, 'as it was written');
      const cells = tableCells(line);
      assert.equal(cells.length, REVIEW_COLUMNS.length);
      for (const cell of cells) assert.doesNotMatch(cell, /[\t\n\r\u0085\u2028\u2029\0]/);
    }));

  it('is a quotation in a mail, and no markup, mention or link in a chat', (context) =>
    play(context, 'reviewMessages', texts, (drawn) => {
      const { text: mail, subject, chat } = reviewMessage(detailOf(drawn));
      const nothing = [drawn.title, drawn.body, drawn.name].every((one) => !/[^\s\p{C}]/u.test(one));
      if (!nothing) assert.equal(oursIn(mail), QUIET_MAIL, 'what is ours');
      assert.doesNotMatch(subject, /[\n\r]/);
      assert.doesNotMatch(chat?.description ?? '', /[*_~`|<>[\]()#@!\\\n]|:\/\/|\bwww\./i);
      assert.ok(mail.length < 5_000, 'bounded');
    }));

  it('is text in a page', (context) =>
    play(context, 'reviewMarkup', text, (drawn) => {
      const page = html`<td title="${drawn}">${drawn}</td>`.text;
      const [, inside = ''] = /^<td title="([^"<>]*)">[^<>]*<\/td>$/u.exec(page) ?? assert.fail(page);
      assert.doesNotMatch(page, /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      assert.doesNotMatch(inside, /&(?!(amp|lt|gt|quot|#39);)/, 'each ampersand is escaped');
    }));

  it('is a cell of a CSV file and no formula', (context) =>
    play(context, 'reviewCells', text, (drawn) => {
      // Half a character cannot be written to a file.
      const whole = drawn.toWellFormed();
      const csv = numbersCsv({ ...ANSWER, rows: [rowOf(whole), rowOf('last')] });
      const [, first, last, ...others] = cellsSchema.parse(parse(csv, { relax_column_count: false }));
      assert.deepEqual([last?.[2], others], ['last', []], 'no text makes another row');
      // An apostrophe stands before what some program would take for a formula, at the beginning of a cell as it sees cells.
      const unquoted = (cell: string) => cell.replaceAll(/(^|[;\t\r\n])'/g, '$1');
      assert.equal(unquoted(first?.[2] ?? ''), unquoted(whole), 'all of the text');
      for (const piece of (first?.[2] ?? '').split(/[;\t\r\n]/))
        assert.doesNotMatch(piece, /^\s*([=+@]|-(?!\d+(\.\d+)?$))/u, 'no formula');
    }));
});
