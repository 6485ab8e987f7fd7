import { SignJWT } from 'jose';
import { SecretValue } from '../../platform/logging/secret-value.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import type { ApiKey } from '../diagnosis/api-key.ts';
import type { ApiRead } from '../protocol/api-request.ts';
import { scopeOf } from './token-scope.ts';

/** `aud` of every token. Source: "Generating Tokens for API Requests". */
const AUDIENCE = 'appstoreconnect-v1';
/** A clock slightly ahead of Apple's must not put `iat` into Apple's future: that is a 401 without a reason. */
const BACKDATED_SECONDS = 60;
/** Apple refuses `exp - iat` above 20 minutes; one minute is left for rounding and doubt. */
const MAXIMUM_LIFETIME_SECONDS = 19 * 60;
/** Apple suggests two minutes for a single request. */
const WRITE_SECONDS = 2 * 60;

export type Token = {
  value: SecretValue<string>;
  /** `iat`, in milliseconds since the epoch. */
  issuedAt: EpochMillis;
  /** `exp`, in milliseconds since the epoch. */
  expiresAt: EpochMillis;
};

/**
 * What a token is for. A read is scoped to its exact request; a write cannot be scoped, as Apple scopes only
 * GET, so it lives two minutes and is minted by whoever is about to send it.
 */
export type TokenPurpose =
  | { kind: 'read'; request: ApiRead; lifetimeMillis: number; scoped: boolean }
  | { kind: 'write' };

/**
 * Signs a token (JWS compact, ES256) for one purpose.
 *
 * `iat` is 60 s before now. A read token ends with `lifetimeMillis`, but never has `exp - iat` over 19
 * minutes; a write token ends two minutes from now.
 * Source: "Generating Tokens for API Requests"; RFC 7518 section 3.4.
 */
export async function mintToken(key: ApiKey, purpose: TokenPurpose, clock: Clock): Promise<Token> {
  const now = Math.floor(clock.now() / 1000);
  const issuedAt = now - BACKDATED_SECONDS;
  const lifetimeSeconds = purpose.kind === 'write' ? WRITE_SECONDS : Math.ceil(purpose.lifetimeMillis / 1000);
  const expiresAt = Math.min(now + Math.max(lifetimeSeconds, 1), issuedAt + MAXIMUM_LIFETIME_SECONDS);
  const scope = purpose.kind === 'read' && purpose.scoped ? { scope: [scopeOf(purpose.request)] } : {};
  const subject = key.kind === 'team' ? { iss: key.issuerId } : { sub: 'user' };
  const value = await new SignJWT({ ...subject, iat: issuedAt, exp: expiresAt, aud: AUDIENCE, ...scope })
    .setProtectedHeader({ alg: 'ES256', kid: key.keyId, typ: 'JWT' })
    .sign(key.privateKey.reveal());
  return { value: new SecretValue(value), issuedAt: issuedAt * 1000, expiresAt: expiresAt * 1000 };
}
