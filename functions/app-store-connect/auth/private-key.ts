import { createPrivateKey, type KeyObject } from 'node:crypto';
import { accepted, type Checked } from '../../platform/validation/checked.ts';
import type { KeySecretProblem } from './key-secret-problem.ts';

type KeyRead = Checked<KeyObject, KeySecretProblem>;

const problem = (name: KeySecretProblem['name'], message: string): KeyRead => ({
  kind: 'rejected',
  problems: [{ path: 'privateKey', name, message }],
});

/**
 * Reads a P-256 private key in every form in which people and CI systems keep it: PEM as Apple gives it, with literal
 * `\n`, with spaces for line breaks, on one line, indented, in quotes; the base64 body alone; base64 of any of these,
 * once or twice. Whatever else it is, is told by name; nothing of the text is quoted.
 */
export function readPrivateKey(text: string | undefined): KeyRead {
  if (text === undefined || text.trim() === '') {
    return problem('private-key-empty', 'is empty; it must hold the content of the .p8 file');
  }
  const pem = toPem(text);
  if (pem === undefined) {
    return problem(
      'private-key-not-pem',
      'is neither PEM (-----BEGIN PRIVATE KEY-----) nor base64 of PEM; store the .p8 file unchanged',
    );
  }
  return nameByLabel(pem) ?? importKey(pem);
}

/** Base64 inside base64, as a CI variable that was encoded again. */
const MAXIMUM_DECODINGS = 3;
/** The first byte of a DER sequence, which every key is. */
const DER_SEQUENCE = 0x30;

function toPem(text: string, decodings = 0): string | undefined {
  const plain = withoutQuotes(
    text
      .replace(/^\uFEFF/, '')
      .replaceAll('\\r', '')
      .replaceAll('\\n', '\n'),
  );
  const [, label, body] = /-----BEGIN ([A-Z0-9 ]+)-----(.*?)(?:-----END|$)/s.exec(plain) ?? [];
  // An encrypted key of the old form has header lines in its body: nameByLabel tells it.
  if (label !== undefined && body !== undefined) return body.includes(':') ? plain : pemOf(label, body);
  if (decodings >= MAXIMUM_DECODINGS || !/^[A-Za-z0-9+/=_\s-]+$/.test(plain)) return undefined;
  const decoded = Buffer.from(plain, 'base64');
  if (decoded[0] === DER_SEQUENCE)
    return pemOf('PRIVATE KEY', plain.replaceAll('-', '+').replaceAll('_', '/'));
  return toPem(decoded.toString('latin1'), decodings + 1);
}

const withoutQuotes = (text: string): string =>
  text
    .trim()
    .replace(/^(["'`])(.*)\1$/s, '$2')
    .trim();

/** PEM with line breaks where they belong (RFC 7468), whatever stood between the characters. */
const pemOf = (label: string, body: string): string =>
  [
    `-----BEGIN ${label}-----`,
    ...(body.replace(/\s+/g, '').match(/.{1,64}/g) ?? []),
    `-----END ${label}-----`,
    '',
  ].join('\n');

/** What the PEM label (RFC 7468) alone shows to be the wrong thing. */
function nameByLabel(pem: string): KeyRead | undefined {
  if (pem.includes('BEGIN ENCRYPTED PRIVATE KEY') || /Proc-Type:\s*4,ENCRYPTED/.test(pem)) {
    return problem(
      'private-key-encrypted',
      "is encrypted with a passphrase; Apple's .p8 is not: store the file as downloaded",
    );
  }
  if (pem.includes('BEGIN RSA PRIVATE KEY')) {
    return problem(
      'rsa-key',
      'is an RSA key; App Store Connect keys are P-256 (the file is AuthKey_<key ID>.p8)',
    );
  }
  if (/BEGIN (EC |RSA )?PUBLIC KEY/.test(pem)) {
    return problem('public-key', 'is a public key; the .p8 file holds the private one');
  }
  if (pem.includes('BEGIN CERTIFICATE')) {
    return problem(
      'certificate',
      'is a certificate; the API needs the private key of an AuthKey_<key ID>.p8 file',
    );
  }
  return undefined;
}

function importKey(pem: string): KeyRead {
  const key = parseKey(pem);
  if (key === undefined) {
    return problem(
      'private-key-damaged',
      'cannot be read: it is cut short or altered; store the .p8 file unchanged',
    );
  }
  if (key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'rsa-pss') {
    return problem(
      'rsa-key',
      'is an RSA key; App Store Connect keys are P-256 (the file is AuthKey_<key ID>.p8)',
    );
  }
  if (key.asymmetricKeyType !== 'ec') {
    return problem('wrong-key-type', `is an ${key.asymmetricKeyType} key; App Store Connect keys are P-256`);
  }
  const curve = key.asymmetricKeyDetails?.namedCurve;
  return curve === 'prime256v1'
    ? accepted(key)
    : problem('wrong-curve', `is on the curve ${curve}; App Store Connect keys are on P-256 (prime256v1)`);
}

/** `undefined` for what is no key: OpenSSL's message says nothing a user could act on, and it may quote the text. */
function parseKey(pem: string): KeyObject | undefined {
  // A body without its label may be of the older form, SEC1.
  for (const text of [pem, pem.replaceAll(' PRIVATE KEY', ' EC PRIVATE KEY')]) {
    try {
      return createPrivateKey(text);
    } catch {}
  }
  return undefined;
}
