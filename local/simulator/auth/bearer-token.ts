import { compactVerify, decodeProtectedHeader } from 'jose';
import * as z from 'zod';
import type { EpochMillis } from '../../../functions/platform/util/clock.ts';
import { Refusal } from '../rules/apple-error.ts';
import type { Behaviour } from '../rules/behaviour.ts';
import type { Accounts, ApiKey } from './accounts.ts';
import { type ScopedRequest, scopeAllows } from './scope-rule.ts';

/** Why a token is refused. Apple never says; the journal does. */
export type TokenFault =
  | 'no-token'
  | 'malformed'
  | 'wrong-algorithm'
  | 'wrong-type'
  | 'unknown-key'
  | 'revoked-key'
  | 'bad-signature'
  | 'bad-claims'
  | 'wrong-issuer'
  | 'wrong-subject'
  | 'wrong-audience'
  | 'no-issued-at'
  | 'stray'
  | 'issued-in-the-future'
  | 'expired'
  | 'lifetime-too-long'
  | 'out-of-scope';

/** What was found out about a request's token. The token itself is not part of it. */
export type TokenCheck =
  | { accepted: true; key: ApiKey; keyId: string; claims: unknown }
  | { accepted: false; fault: TokenFault; refusal: Refusal; keyId: string | undefined; claims: unknown };

export type TokenContext = { accounts: Accounts; behaviour: Behaviour; now: EpochMillis };

const LONGEST_LIFETIME_SECONDS = 20 * 60;
const AUDIENCE = 'appstoreconnect-v1';

const claimsSchema = z.object({
  iss: z.string().optional(),
  sub: z.string().optional(),
  aud: z.union([z.string(), z.array(z.string())]),
  iat: z.number().optional(),
  exp: z.number(),
  scope: z.array(z.string()).optional(),
});
type Claims = z.output<typeof claimsSchema>;

/** Verifies the bearer token of a request the way Apple's page "Generating Tokens for API Requests" says. */
export async function checkToken(
  authorization: string | undefined,
  request: ScopedRequest,
  context: TokenContext,
): Promise<TokenCheck> {
  const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return refuse('no-token', undefined, undefined, context.behaviour);
  const { keyId, claims, ...header } = readUnverified(token);
  const no = (fault: TokenFault): TokenCheck => refuse(fault, keyId, claims, context.behaviour);
  if (!header.readable) return no('malformed');
  if (header.alg !== 'ES256') return no('wrong-algorithm');
  // ruby-jwt sends no type, and works.
  if (header.typ !== undefined && header.typ !== 'JWT') return no('wrong-type');
  const key = keyId === undefined ? undefined : context.accounts.key(keyId);
  if (key === undefined) return no('unknown-key');
  if (key.revokedFrom !== undefined && key.revokedFrom <= context.now) return no('revoked-key');
  if (!(await signatureFits(token, key))) return no('bad-signature');
  const parsed = claimsSchema.safeParse(claims);
  if (!parsed.success) return no('bad-claims');
  const fault = claimsFault(parsed.data, key, request, context) ?? strayFault(context);
  return fault === undefined ? { accepted: true, key, keyId: key.keyId, claims } : no(fault);
}

/** Valid tokens so far. */
const validTokens = new WeakMap<Accounts, number>();

function strayFault({ accounts, behaviour }: TokenContext): TokenFault | undefined {
  const count = (validTokens.get(accounts) ?? 0) + 1;
  validTokens.set(accounts, count);
  const every = behaviour.strayRefusalEvery;
  return every > 0 && count % every === 0 ? 'stray' : undefined;
}

function claimsFault(
  claims: Claims,
  key: ApiKey,
  request: ScopedRequest,
  { behaviour, now }: TokenContext,
): TokenFault | undefined {
  // A team key names its issuer and no subject; an individual key is always "user" and has no issuer.
  if (claims.iss !== (key.kind === 'team' ? key.team.issuerId : undefined)) return 'wrong-issuer';
  if (claims.sub !== (key.kind === 'team' ? undefined : 'user')) return 'wrong-subject';
  // A list is JWT's own form (RFC 7519, 4.1.3); clients that send one work at Apple.
  if (![claims.aud].flat().includes(AUDIENCE)) return 'wrong-audience';
  const seconds = now / 1000;
  if (claims.iat === undefined && behaviour.missingIssuedAt === 'refused') return 'no-issued-at';
  // Without `iat` the lifetime counts from now on.
  const issuedAt = claims.iat ?? seconds;
  if (issuedAt > seconds + behaviour.clockToleranceSeconds) return 'issued-in-the-future';
  if (claims.exp <= seconds) return 'expired';
  if (claims.exp - issuedAt > LONGEST_LIFETIME_SECONDS) return 'lifetime-too-long';
  if (claims.scope !== undefined && !scopeAllows(claims.scope, request, behaviour)) return 'out-of-scope';
  return undefined;
}

async function signatureFits(token: string, key: ApiKey): Promise<boolean> {
  try {
    await compactVerify(token, key.publicKey, { algorithms: ['ES256'] });
    return true;
  } catch {
    return false;
  }
}

type Unverified = {
  readable: boolean;
  alg?: string | undefined;
  typ?: string | undefined;
  keyId?: string | undefined;
  claims?: unknown;
};

function readUnverified(token: string): Unverified {
  const parts = token.split('.');
  if (parts.length !== 3) return { readable: false };
  try {
    const { alg, typ, kid } = decodeProtectedHeader(token);
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
    return { readable: true, alg, typ, keyId: kid, claims };
  } catch {
    return { readable: false };
  }
}

function refuse(
  fault: TokenFault,
  keyId: string | undefined,
  claims: unknown,
  behaviour: Behaviour,
): TokenCheck {
  const refusal = new Refusal({
    status: 401,
    code: codeOf(fault, behaviour),
    title: 'Authentication credentials are missing or invalid.',
    detail:
      'Provide a properly configured and signed bearer token, and make sure that it has not expired. Learn more about ' +
      'Generating Tokens for API Requests https://developer.apple.com/go/?id=api-generating-tokens',
    reason: fault,
  });
  return { accepted: false, fault, refusal, keyId, claims };
}

function codeOf(fault: TokenFault, behaviour: Behaviour): string {
  if (fault === 'revoked-key') return behaviour.revokedKeyCode;
  const badMaterial = fault === 'malformed' || fault === 'wrong-algorithm' || fault === 'wrong-type';
  return badMaterial ? 'INVALID_TOKEN' : 'NOT_AUTHORIZED';
}
