import assert from 'node:assert/strict';
import { it } from 'node:test';
import { redactText } from '../../functions/platform/logging/redaction.ts';
import { parseEcbRates } from '../../functions/rates/ecb/parse-rates.ts';

// With an expression that takes quadratic time these texts take minutes; nothing is timed here.

it('a file of rates that is nothing but open tags is refused', () => {
  assert.throws(() => parseEcbRates('<Cube '.repeat(600_000)), { code: 'RATES_UNREADABLE' });
});

it('a text of many beginnings of tokens is looked through, and a token in it is masked', () => {
  const token = `eyJ${'a'.repeat(60)}.${'b'.repeat(200)}.${'c'.repeat(86)}`;
  const masked = redactText(`${'-eyJaaaaaaaa'.repeat(80_000)} ${token}`);
  assert.ok(!masked.includes('bbb'));
});
