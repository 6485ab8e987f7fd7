import { createPublicKey } from 'node:crypto';
import { compactVerify, decodeJwt, decodeProtectedHeader } from 'jose';
import * as z from 'zod';
import type { EpochMillis } from '../../platform/util/clock.ts';
import type { ApiKey } from '../diagnosis/api-key.ts';

/** What is wrong with a token. `refused`: Apple answers 401. `doubtful`: it depends. `note`: worth knowing. */
export type TokenFinding = { severity: 'refused' | 'doubtful' | 'note'; text: string };

export type TokenExplanation = {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  keyId: string | undefined;
  /** `iat` and `exp` as moments. */
  issuedAt: EpochMillis | undefined;
  expiresAt: EpochMillis | undefined;
  scope: readonly string[] | undefined;
  /** Whether the key at hand signed it; `undefined` where none, or another one, is at hand. */
  signature: 'fits' | 'does not fit' | undefined;
  findings: readonly TokenFinding[];
};

const AUDIENCE = 'appstoreconnect-v1';
const MAXIMUM_SECONDS = 20 * 60;
const claimsSchema = z.object({
  iss: z.string().optional(),
  sub: z.string().optional(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  iat: z.number().optional(),
  exp: z.number().optional(),
  scope: z.array(z.string()).optional(),
  bid: z.unknown().optional(),
});
type Claims = z.output<typeof claimsSchema>;

/**
 * Reads a token as Apple would, whoever made it. Sources: "Generating Tokens for API Requests"; what Apple takes
 * besides is observed, see docs/simulator.md.
 *
 * @param key checks the signature, where it is at hand
 */
export async function explainToken(token: string, now: EpochMillis, key?: ApiKey): Promise<TokenExplanation> {
  const { header, claims: json } = decoded(token);
  if (header === undefined || json === undefined) {
    const text = 'This is no JWT: it has to be three parts in base64url with dots between them.';
    return { ...EMPTY, findings: [{ severity: 'refused', text }] };
  }
  const parsed = claimsSchema.safeParse(json);
  const claims = parsed.data ?? {};
  const keyId = typeof header['kid'] === 'string' ? header['kid'] : undefined;
  // Another key's signature never fits, which says nothing about the token.
  const signature = key === undefined || key.keyId !== keyId ? undefined : await signatureOf(token, key);
  return {
    header,
    claims: json,
    keyId,
    issuedAt: claims.iat === undefined ? undefined : claims.iat * 1000,
    expiresAt: claims.exp === undefined ? undefined : claims.exp * 1000,
    scope: claims.scope,
    signature,
    findings: [
      ...(parsed.success ? [] : [refused(`A claim has the wrong form: ${z.prettifyError(parsed.error)}`)]),
      ...headerFindings(header),
      ...holderFindings(claims, key?.keyId === keyId ? key : undefined),
      ...timeFindings(claims, now / 1000),
      ...scopeFindings(claims),
      ...keyFindings(keyId, signature, key),
    ],
  };
}

const EMPTY: Omit<TokenExplanation, 'findings'> = {
  header: {},
  claims: {},
  keyId: undefined,
  issuedAt: undefined,
  expiresAt: undefined,
  scope: undefined,
  signature: undefined,
};

const refused = (text: string): TokenFinding => ({ severity: 'refused', text });
const doubtful = (text: string): TokenFinding => ({ severity: 'doubtful', text });
const note = (text: string): TokenFinding => ({ severity: 'note', text });

function decoded(token: string): { header?: Record<string, unknown>; claims?: Record<string, unknown> } {
  try {
    return { header: { ...decodeProtectedHeader(token) }, claims: { ...decodeJwt(token) } };
  } catch {
    return {};
  }
}

function headerFindings({ alg, kid, typ }: Record<string, unknown>): TokenFinding[] {
  return [
    ...(alg === 'ES256' ? [] : [refused(`alg is ${JSON.stringify(alg)}; Apple takes ES256 only.`)]),
    ...(typeof kid === 'string' && /^[A-Z0-9]{10}$/.test(kid)
      ? []
      : [refused(`kid is ${JSON.stringify(kid)}; it has to be the key ID, ten capitals and digits.`)]),
    ...(typ === undefined || typ === 'JWT'
      ? []
      : [refused(`typ is ${JSON.stringify(typ)}; it has to be JWT.`)]),
    ...(typ === undefined ? [note('typ is absent; Apple was seen to take that.')] : []),
  ];
}

function holderFindings({ iss, sub, aud, bid }: Claims, key: ApiKey | undefined): TokenFinding[] {
  const audiences = [aud ?? []].flat();
  const findings: TokenFinding[] = [];
  if (!audiences.includes(AUDIENCE))
    findings.push(refused(`aud is ${JSON.stringify(aud)}; it has to be ${AUDIENCE}.`));
  if (bid !== undefined)
    findings.push(
      doubtful(
        'bid belongs to the App Store Server API; this may be a token for that API, with another kind of key.',
      ),
    );
  if (iss === undefined && sub !== 'user')
    findings.push(
      refused('Neither iss (the issuer ID, for a team key) nor sub "user" (for an individual key) is there.'),
    );
  if (iss !== undefined && sub === 'user')
    findings.push(
      refused('iss and sub "user" are both there; a team key has iss, an individual key has sub.'),
    );
  if (iss === undefined && sub === 'user')
    findings.push(note('An individual key: it cannot read Sales and Finance.'));
  if (key?.kind === 'team' && iss !== undefined && iss !== key.issuerId)
    findings.push(
      doubtful(
        `iss is ${iss}; the issuer ID given with the key at hand is ${key.issuerId}. Only one of them is the team's.`,
      ),
    );
  return findings;
}

function timeFindings({ iat, exp, scope }: Claims, now: number): TokenFinding[] {
  if (exp === undefined) return [refused('exp is absent; Apple takes no token without an end.')];
  const findings: TokenFinding[] = [];
  const ago = Math.round(now - exp);
  if (ago >= 0)
    findings.push(
      ago < 5 * 60
        ? doubtful(
            `It expired ${ago} s ago. Some of Apple's servers still take it for minutes, others do not.`,
          )
        : refused(`It expired ${durationOf(ago)} ago.`),
    );
  if (iat === undefined) findings.push(note('iat is absent; Apple was seen to take that.'));
  if (iat !== undefined && iat > now + 1)
    findings.push(
      refused(
        `iat is ${Math.round(iat - now)} s in the future. The clock of the machine that made it is ahead: synchronize it by NTP, and date tokens a minute back.`,
      ),
    );
  const lifetime = exp - (iat ?? now);
  if (lifetime > MAXIMUM_SECONDS)
    findings.push(
      scope !== undefined && scope.length > 0
        ? doubtful(
            `It lives ${durationOf(lifetime)}. Apple takes more than 20 minutes only for scoped tokens that read certain resources (none of sales, prices or finance).`,
          )
        : refused(`It lives ${durationOf(lifetime)}; Apple takes 20 minutes at most (exp - iat).`),
    );
  return findings;
}

function scopeFindings({ scope }: Claims): TokenFinding[] {
  if (scope === undefined)
    return [note("No scope: it allows everything that the key's role does, until it expires.")];
  const malformed = scope.filter((entry) => !/^GET \/\S+$/.test(entry));
  return [
    ...malformed.map((entry) =>
      refused(
        `The scope entry ${JSON.stringify(entry)} is not of the form "GET /v1/…"; only reads can be scoped.`,
      ),
    ),
    note(
      `It allows only: ${scope.join('; ')}. The query has to be the same, in any order; limit, cursor and sort may differ. Every other request gets 401.`,
    ),
  ];
}

function keyFindings(
  keyId: string | undefined,
  signature: TokenExplanation['signature'],
  key: ApiKey | undefined,
): TokenFinding[] {
  if (key === undefined)
    return [
      note(
        'The signature was not checked: give the key with --p8 or --p8-env. Whether Apple knows the key, and its role, a token does not tell.',
      ),
    ];
  if (keyId !== key.keyId)
    return [
      doubtful(
        `kid is ${keyId}; the key at hand is another one, ${key.keyId}: the signature was not checked.`,
      ),
    ];
  return signature === 'fits' ? [] : [refused('The signature is not of the key at hand.')];
}

async function signatureOf(token: string, key: ApiKey): Promise<'fits' | 'does not fit'> {
  try {
    await compactVerify(token, createPublicKey(key.privateKey.reveal()), { algorithms: ['ES256'] });
    return 'fits';
  } catch {
    return 'does not fit';
  }
}

const durationOf = (seconds: number): string => {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`;
  return seconds < 48 * 3600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
};
