import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { parseKeySecret } from '../../functions/app-store-connect/auth/key-secret.ts';
import type { ApiKey } from '../../functions/app-store-connect/diagnosis/api-key.ts';

export const ISSUER = '57246542-96fe-1a63-e053-0824d011072a';

/** A key pair made for this run, as PEM. */
export const newKeyPair = (namedCurve = 'P-256') =>
  generateKeyPairSync('ec', {
    namedCurve,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

export const sec1 = (pem: string): string =>
  String(createPrivateKey(pem).export({ type: 'sec1', format: 'pem' }));

/** A well-formed secret; what is given replaces, `undefined` leaves a field out. */
export const secretWith = (privateKey: string, changes: Record<string, unknown> = {}): string =>
  JSON.stringify({ keyId: 'ABCDE12345', issuerId: ISSUER, privateKey, kind: 'team', ...changes });

export const teamKey = (privateKey: string): Promise<ApiKey> =>
  parseKeySecret('test', secretWith(privateKey));

export const individualKey = (privateKey: string): Promise<ApiKey> =>
  parseKeySecret('test', secretWith(privateKey, { kind: 'individual', issuerId: undefined }));
