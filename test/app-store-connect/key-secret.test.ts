import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { KeySecretError, parseKeySecret } from '../../functions/app-store-connect/auth/key-secret.ts';
import type { KeySecretProblem } from '../../functions/app-store-connect/auth/key-secret-problem.ts';
import { ISSUER, newKeyPair, sec1, secretWith } from './keys.ts';

const { privateKey, publicKey } = newKeyPair();
const parse = (text: string) => parseKeySecret('app-store-connect/acme/reports', text);

async function problemsOf(text: string): Promise<readonly KeySecretProblem[]> {
  try {
    await parse(text);
  } catch (error) {
    assert.ok(error instanceof KeySecretError, String(error));
    return error.problems;
  }
  return assert.fail('the secret was accepted');
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const bodyOf = (pem: string): string => pem.replace(/-----[^-]+-----/g, '').trim();

describe('A key secret is accepted', () => {
  const forms: Record<string, string> = {
    'as the .p8 file has it': privateKey,
    'with literal \\n, as many consoles store it': privateKey.replaceAll('\n', '\\n'),
    'with Windows line ends': privateKey.replaceAll('\n', '\r\n'),
    'as base64 of the file, as CI systems store it': Buffer.from(privateKey).toString('base64'),
    'as SEC1': sec1(privateKey),
    'with spaces for line breaks': privateKey.replaceAll('\n', ' '),
    'on one line': privateKey.replaceAll('\n', ''),
    indented: privateKey.replaceAll('\n', '\n    '),
    'in quotes': `"${privateKey.replaceAll('\n', '\\n')}"`,
    'in single quotes': `'${privateKey}'`,
    'with a byte order mark': `\uFEFF${privateKey}`,
    'as its body alone': bodyOf(privateKey),
    'as its body alone, on one line': bodyOf(privateKey).replaceAll('\n', ''),
    'as the body of SEC1 alone': bodyOf(sec1(privateKey)),
    'as base64 of base64': base64(base64(privateKey)),
    'as base64 of one line': base64(privateKey.replaceAll('\n', ' ')),
    'as base64 of the body': base64(bodyOf(privateKey)),
    'as base64 in lines': base64(privateKey).replace(/.{76}/g, '$&\n'),
  };
  for (const [name, text] of Object.entries(forms)) {
    it(name, async () => {
      const key = await parse(secretWith(text));
      assert.equal(key.keyId, 'ABCDE12345');
      assert.equal(key.kind === 'team' && key.issuerId, ISSUER);
      assert.equal(key.thumbprint, (await parse(secretWith(privateKey))).thumbprint);
    });
  }

  it('for an individual key, which has no issuer', async () => {
    const key = await parse(secretWith(privateKey, { kind: 'individual', issuerId: undefined }));
    assert.equal(key.kind, 'individual');
  });

  for (const [name, changes] of Object.entries({
    'blanks and small letters': { keyId: ' abcde12345\n', issuerId: ` ${ISSUER.toUpperCase()} ` },
    quotes: { keyId: '"ABCDE12345"', issuerId: `'${ISSUER}'` },
    'a kind in capitals': { kind: 'Team' },
  }))
    it(`with ${name} in its other fields`, async () => {
      const key = await parse(secretWith(privateKey, changes));
      assert.equal(key.keyId, 'ABCDE12345');
      assert.equal(key.kind === 'team' && key.issuerId, ISSUER);
    });

  it('with the role as Apple’s page writes it', async () => {
    assert.equal((await parse(secretWith(privateKey, { role: 'App Manager' }))).role, 'APP_MANAGER');
  });

  it('with role and day of creation', async () => {
    const key = await parse(secretWith(privateKey, { role: 'FINANCE', createdAt: '2026-09-01' }));
    assert.deepEqual([key.role, key.createdAt], ['FINANCE', '2026-09-01']);
  });
});

describe('A malformed key secret is told by name', () => {
  const rsa = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey;
  const encrypted = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
  }).privateKey;
  const ed25519 = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey;
  const cases: [KeySecretProblem['name'], string, string][] = [
    ['not-json', '(secret)', privateKey],
    ['not-json', '(secret)', ''],
    ['not-an-object', '(secret)', '"text"'],
    ['not-an-object', '(secret)', '[]'],
    ['field-missing', 'keyId', secretWith(privateKey, { keyId: undefined })],
    ['field-missing', 'issuerId', secretWith(privateKey, { issuerId: undefined })],
    ['field-missing', 'privateKey', secretWith(privateKey, { privateKey: undefined })],
    ['key-id-malformed', 'keyId', secretWith(privateKey, { keyId: 'ABC' })],
    ['key-id-malformed', 'keyId', secretWith(privateKey, { keyId: 'AuthKey_ABCDE12345.p8' })],
    ['issuer-malformed', 'issuerId', secretWith(privateKey, { issuerId: 'acme' })],
    ['kind-unknown', 'kind', secretWith(privateKey, { kind: 'company' })],
    ['created-at-malformed', 'createdAt', secretWith(privateKey, { createdAt: '1 Sep' })],
    ['private-key-empty', 'privateKey', secretWith(' ')],
    ['private-key-not-pem', 'privateKey', secretWith('AuthKey_ABCDE12345.p8')],
    ['private-key-encrypted', 'privateKey', secretWith(encrypted)],
    ['public-key', 'privateKey', secretWith(publicKey)],
    ['certificate', 'privateKey', secretWith('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----')],
    ['rsa-key', 'privateKey', secretWith(rsa)],
    ['wrong-curve', 'privateKey', secretWith(newKeyPair('P-384').privateKey)],
    ['wrong-key-type', 'privateKey', secretWith(ed25519)],
    ['private-key-damaged', 'privateKey', secretWith(privateKey.slice(0, 80))],
  ];
  for (const [name, path, text] of cases) {
    it(`${name} (${path}): ${text.slice(0, 24).replace(/\s/g, ' ')}…`, async () => {
      const problems = await problemsOf(text);
      assert.deepEqual(
        problems.map((problem) => [problem.name, problem.path]),
        [[name, path]],
      );
    });
  }

  it('all at once, not one after the other', async () => {
    const problems = await problemsOf(JSON.stringify({ keyId: 'x', privateKey: publicKey, kind: 'team' }));
    assert.deepEqual(problems.map(({ name }) => name).sort(), [
      'field-missing',
      'key-id-malformed',
      'public-key',
    ]);
  });
});

describe('Whatever a secret holds', () => {
  const lines = privateKey.split('\n').filter((line) => line !== '' && !line.startsWith('---'));

  it('it gives a working key or a named error, and no text ever shows the key', async () => {
    const mutated = fc
      .record({
        text: fc.constantFrom(secretWith(privateKey), secretWith(Buffer.from(privateKey).toString('base64'))),
        at: fc.nat(400),
        remove: fc.nat(30),
        insert: fc.string({ maxLength: 12 }),
      })
      .map(({ text, at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove));
    await fc.assert(
      fc.asyncProperty(mutated, async (text) => {
        try {
          const key = await parse(text);
          assert.ok(!lines.some((line) => inspect(key, { depth: 9 }).includes(line)));
          assert.ok(!lines.some((line) => JSON.stringify(key).includes(line)));
        } catch (error) {
          assert.ok(error instanceof KeySecretError, String(error));
          const shown = inspect(error, { depth: 9 }) + JSON.stringify(error.problems);
          assert.ok(!lines.some((line) => shown.includes(line.slice(0, 20))), shown);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
