import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { KeySecretProblem } from './key-secret-problem.ts';

type KeyRead = { key: KeyObject } | { problem: KeySecretProblem };

const problem = (name: KeySecretProblem['name'], message: string): KeyRead => ({
  problem: { path: 'privateKey', name, message },
});

/**
 * Reads a P-256 private key from PEM, PEM with literal `\n`, or base64 of the PEM (as CI systems store it).
 * Whatever else it is, is told by name; nothing of the text is quoted.
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

function toPem(text: string): string | undefined {
  const unescaped = text.replaceAll('\\r', '').replaceAll('\\n', '\n').trim();
  if (unescaped.includes('-----BEGIN')) return unescaped;
  if (!/^[A-Za-z0-9+/=_\s-]+$/.test(unescaped)) return undefined;
  const decoded = Buffer.from(unescaped, 'base64').toString('latin1');
  return decoded.includes('-----BEGIN') ? decoded.replaceAll('\\n', '\n') : undefined;
}

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
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    // OpenSSL's message says nothing a user could act on, and the less of the text travels the better.
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
    ? { key }
    : problem('wrong-curve', `is on the curve ${curve}; App Store Connect keys are on P-256 (prime256v1)`);
}
