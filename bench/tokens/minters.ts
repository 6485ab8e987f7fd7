import { createPrivateKey, webcrypto } from 'node:crypto';
import { createSigner } from 'fast-jwt';
import { importPKCS8, SignJWT } from 'jose';
import { z } from 'zod';
import { parseKeySecret } from '../../functions/app-store-connect/auth/key-secret.ts';
import { mintToken } from '../../functions/app-store-connect/auth/token.ts';
import { systemClock } from '../../functions/platform/util/clock.ts';
import type { Peer } from '../peers/peers.ts';

/** A key as Apple gives it. */
export type BenchKey = { keyId: string; issuerId: string; pem: string };

type Mint = () => string | Promise<string>;

/** One way to a token, with a key that was read before and with everything done anew: PEM to token. */
export type Minter = { name: string; keyRead: Mint; fromPem: Mint };

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' };

/** What all of them sign: the claims of a token for a write. */
export const claimsOf = ({ issuerId }: BenchKey) => {
  const now = Math.floor(Date.now() / 1000);
  return { iss: issuerId, iat: now - 60, exp: now + 120, aud: 'appstoreconnect-v1' };
};

export const headerOf = ({ keyId }: BenchKey) => ({ alg: 'ES256', kid: keyId, typ: 'JWT' }) as const;

/** Raw WebCrypto first: the others are measured by it. */
export async function minters(key: BenchKey, jsonwebtoken: Peer | undefined): Promise<Minter[]> {
  return [
    await rawWebCrypto(key),
    await ours(key),
    await plainJose(key),
    fastJwt(key),
    ...(jsonwebtoken === undefined ? [] : [jsonWebToken(key, jsonwebtoken)]),
  ];
}

async function ours(key: BenchKey): Promise<Minter> {
  const secret = JSON.stringify({
    keyId: key.keyId,
    issuerId: key.issuerId,
    privateKey: key.pem,
    kind: 'team',
  });
  const read = () => parseKeySecret('bench', secret);
  const mint = async (parsed: Awaited<ReturnType<typeof read>>): Promise<string> =>
    (await mintToken(parsed, { kind: 'write' }, systemClock)).value.reveal();
  const parsed = await read();
  return { name: 'ours', keyRead: () => mint(parsed), fromPem: async () => mint(await read()) };
}

async function plainJose(key: BenchKey): Promise<Minter> {
  const read = () => importPKCS8(key.pem, 'ES256');
  const sign = (imported: Awaited<ReturnType<typeof read>>) =>
    new SignJWT(claimsOf(key)).setProtectedHeader(headerOf(key)).sign(imported);
  const imported = await read();
  return { name: 'jose alone', keyRead: () => sign(imported), fromPem: async () => sign(await read()) };
}

function fastJwt(key: BenchKey): Minter {
  const signer = () => createSigner({ key: key.pem, algorithm: 'ES256', header: headerOf(key) });
  const ready = signer();
  return { name: 'fast-jwt', keyRead: () => ready(claimsOf(key)), fromPem: () => signer()(claimsOf(key)) };
}

type Sign = (claims: object, key: unknown, options: object) => unknown;

const jsonwebtokenSchema = z.object({ sign: z.custom<Sign>((value) => typeof value === 'function') });

function jsonWebToken(key: BenchKey, { module }: Peer): Minter {
  const { sign } = jsonwebtokenSchema.parse(module);
  const options = { algorithm: 'ES256', header: headerOf(key) };
  const mint = (material: unknown) => z.string().parse(sign(claimsOf(key), material, options));
  const imported = createPrivateKey(key.pem);
  return { name: 'jsonwebtoken', keyRead: () => mint(imported), fromPem: () => mint(key.pem) };
}

/** No library: base64url, one signature. */
async function rawWebCrypto(key: BenchKey): Promise<Minter> {
  const read = () => {
    const der = Buffer.from(key.pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
    return webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign']);
  };
  const part = (json: object): string => Buffer.from(JSON.stringify(json)).toString('base64url');
  const sign = async (imported: webcrypto.CryptoKey): Promise<string> => {
    const text = `${part(headerOf(key))}.${part(claimsOf(key))}`;
    const signature = await webcrypto.subtle.sign(
      { ...ALGORITHM, hash: 'SHA-256' },
      imported,
      Buffer.from(text),
    );
    return `${text}.${Buffer.from(signature).toString('base64url')}`;
  };
  const imported = await read();
  return { name: 'raw WebCrypto', keyRead: () => sign(imported), fromPem: async () => sign(await read()) };
}
