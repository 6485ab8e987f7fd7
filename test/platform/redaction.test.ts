import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { redactError, redactingReplacer, redactText } from '../../functions/platform/logging/redaction.ts';
import { SecretValue } from '../../functions/platform/logging/secret-value.ts';
import { newKeyPair } from '../app-store-connect/keys.ts';

const { privateKey } = newKeyPair();
const body = privateKey
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('---'))
  .join('');
const token = 'eyJhbGciOiJFUzI1NiIsImtpZCI6IkFCQ0RFMTIzNDUifQ.eyJpc3MiOiI1NzI0NjU0MiJ9.c2lnbmF0dXJlLWhlcmU';

describe('What looks like a key or a token is masked', () => {
  const texts: Record<string, string> = {
    'a PEM': `before ${privateKey} after`,
    'a PEM with literal \\n': privateKey.replaceAll('\n', '\\n'),
    'a PEM cut short': privateKey.slice(0, 120),
    'base64 of a PEM': Buffer.from(privateKey).toString('base64'),
    'the bare base64 of the key': body,
    'a token': `Authorization: Bearer ${token}`,
    'a token without its signature': token.split('.').slice(0, 2).join('.'),
  };
  for (const [name, text] of Object.entries(texts)) {
    it(name, () => {
      const masked = redactText(text);
      assert.match(masked, /\[redacted\]/);
      for (let at = 0; at + 24 < body.length; at += 8) assert.ok(!masked.includes(body.slice(at, at + 24)));
      assert.doesNotMatch(masked, /eyJ/);
    });
  }

  it('deep inside objects, by name and by look', () => {
    const text = JSON.stringify(
      { a: [{ privateKey: 'short' }, { note: token }], token: 'x' },
      redactingReplacer,
    );
    assert.equal(text, '{"a":[{"privateKey":"[redacted]"},{"note":"[redacted]"}],"token":"[redacted]"}');
  });

  it('in an error, its stack and its causes', () => {
    const error = new Error(`outer ${token}`, { cause: new Error(`inner ${privateKey}`) });
    const shown = inspect(redactError(error));
    assert.doesNotMatch(shown, /eyJ/);
    assert.ok(!shown.includes(body.slice(0, 24)));
  });
});

describe('What is no secret stays readable', () => {
  for (const text of [
    createHash('sha256').update('x').digest('hex'),
    createHash('sha256').update('x').digest('base64'),
    randomUUID(),
    'raw/team=acme/vendor=85012345/SALES/SUMMARY/DAILY/2026-11-23/0f.tsv.gz',
    'https://api.appstoreconnect.apple.com/v1/salesReports?filter%5BvendorNumber%5D=85012345',
    'Tide & Wind 🌊 – Häfen',
    'There were no sales for the date specified.',
  ]) {
    it(text, () => assert.equal(redactText(text), text));
  }
});

describe('A Sensitive value', () => {
  it('shows itself in no way but reveal()', () => {
    const value = new SecretValue('p8');
    assert.equal(
      `${value} ${JSON.stringify({ value })} ${inspect(value)} ${inspect({ value })}`.includes('p8'),
      false,
    );
    assert.equal(value.reveal(), 'p8');
  });
});
