import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type AppStoreConnectCode,
  AppStoreConnectError,
} from '../../../functions/app-store-connect/protocol/errors.ts';
import { classify } from '../../../functions/reports/partition/outcome.ts';
import { TableError } from '../../../functions/reports/table/table-error.ts';

const NOT_READY =
  'Report is not available yet. Daily reports for the Americas are available by 5 am Pacific Time; Japan, Australia, and New Zealand by 5 am Japan Standard Time; and 5 am Central European Time for all other territories.';

const answer = (status: number, code: AppStoreConnectCode, detail: string) =>
  new AppStoreConnectError({
    status,
    code,
    message: `answered ${status}`,
    errors: [{ status: String(status), code: 'X', title: 'X', detail }],
  });

describe('What an answer means', () => {
  const cases: [string, unknown, string, boolean?][] = [
    ['no sales', answer(404, 'NOT_FOUND', 'There were no sales for the date specified.'), 'no-sales'],
    ['not ready', answer(404, 'NOT_FOUND', NOT_READY), 'not-ready'],
    [
      'gone',
      answer(410, 'GONE', 'Report is no longer available. Daily reports are kept for a year.'),
      'expired',
    ],
    ['404 with another text', answer(404, 'NOT_FOUND', 'There were no reports.'), 'failed', true],
    [
      'the no-sales text under 400',
      answer(400, 'INVALID_REQUEST', 'There were no sales for the date specified.'),
      'failed',
      true,
    ],
    ['410 with another text', answer(410, 'GONE', 'Sorry.'), 'failed', true],
    [
      'a wrong vendor number',
      answer(400, 'INVALID_REQUEST', 'Invalid vendor number specified. Try again.'),
      'invalid-vendor',
    ],
    [
      'a version that Apple does not take',
      answer(
        400,
        'INVALID_REQUEST',
        'The version parameter you have specified is invalid. The latest version for this report is 1_4.',
      ),
      'failed',
      false,
    ],
    ['another 400', answer(400, 'INVALID_REQUEST', 'The version is not supported.'), 'failed', true],
    ['401', answer(401, 'UNAUTHORIZED', 'Provide a properly configured token.'), 'key-refused'],
    [
      'a key whose gate is shut',
      new AppStoreConnectError({ code: 'KEY_REFUSED', message: 'refused' }),
      'key-refused',
    ],
    ['403', answer(403, 'FORBIDDEN', 'The API key has no such right.'), 'failed', false],
    [
      'an unsigned agreement',
      answer(403, 'AGREEMENT_UNSIGNED', 'A required agreement is missing.'),
      'key-refused',
    ],
    ['429', answer(429, 'RATE_LIMITED', 'Slow down.'), 'transient'],
    ['500', answer(500, 'APPLE_UNAVAILABLE', 'An unexpected error occurred.'), 'transient'],
    [
      'a web page',
      new AppStoreConnectError({ code: 'UNEXPECTED_ANSWER', status: 200, message: '<html>' }),
      'failed',
      true,
    ],
    ['a broken table', new TableError('FIELD_COUNT', 'Line 3 has 2 fields'), 'failed', true],
    ['trouble of AWS', Object.assign(new Error('slow down'), { name: 'SlowDown' }), 'transient'],
  ];
  for (const [name, error, kind, unknownAnswer] of cases) {
    it(`${name}: ${kind}`, () => {
      const refusal = classify(error);
      assert.equal(refusal.kind, kind);
      if (refusal.kind === 'failed') assert.equal(refusal.unknownAnswer, unknownAnswer);
      assert.notEqual(refusal.reason, '');
    });
  }
});
