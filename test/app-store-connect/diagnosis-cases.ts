import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { SignJWT } from 'jose';
import { fixedKey } from '../../functions/app-store-connect/auth/fixed-key.ts';
import { parseKeySecret } from '../../functions/app-store-connect/auth/key-secret.ts';
import { createTokenSource, type TokenSource } from '../../functions/app-store-connect/auth/token-source.ts';
import type { ClientOptions } from '../../functions/app-store-connect/client/client-options.ts';
import type { Cause } from '../../functions/app-store-connect/diagnosis/diagnosis.ts';
import { explain, type KnownFacts } from '../../functions/app-store-connect/explain-error.ts';
import { SecretValue } from '../../functions/platform/logging/secret-value.ts';
import { createSimulatedClock } from '../../local/clock/clock.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../local/simulator/index.ts';
import { bytesOf, clientFor, salesRead, VENDOR } from './apple.ts';
import { ISSUER, newKeyPair, secretWith } from './keys.ts';

export const NOW = Date.parse('2026-11-24T17:07:00Z');
export const KEY_ID = 'ABCDE12345';
export const good = newKeyPair();

export type Case = {
  /** What the secret says differently. */
  secret?: Record<string, unknown>;
  privateKey?: string;
  /** Apple's clock minus ours, in seconds. */
  skewSeconds?: number;
  simulator?: Partial<SimulatorOptions>;
  prepare?: (simulator: Simulator) => void;
  tokens?: (source: TokenSource, privateKey: string) => TokenSource;
  client?: Partial<ClientOptions>;
  more?: KnownFacts;
  path?: string;
};

/** Calls a real simulator with a real token and diagnoses what comes of it. */
export async function causesOf(context: TestContext, given: Case): Promise<string[]> {
  const clock = createSimulatedClock(NOW, () => 0);
  const appleClock = createSimulatedClock(NOW + (given.skewSeconds ?? 0) * 1000, () => 0);
  const simulator = await startSimulator({ clock: appleClock, ...given.simulator });
  context.after(() => simulator.close());
  simulator.addTeam({ name: 'acme', issuerId: ISSUER, vendors: [VENDOR] });
  const register = { team: 'acme', keyId: KEY_ID, kind: 'team', roles: ['FINANCE'] } as const;
  if (given.prepare === undefined) simulator.addKey({ ...register, publicKey: good.publicKey });
  else given.prepare(simulator);
  const privateKey = given.privateKey ?? good.privateKey;
  const key = await parseKeySecret('test', secretWith(privateKey, given.secret));
  const stored = { key, versionId: '1', versionCreatedAt: NOW };
  const keys = fixedKey(stored);
  const remainingMillis = () => 120_000;
  const source = createTokenSource({ keys, secretName: 'test', clock, remainingMillis, scoped: true });
  const client = clientFor(keys, {
    baseUrl: simulator.origin,
    clock,
    tokens: given.tokens?.(source, privateKey) ?? source,
    remainingMillis,
    ...given.client,
  });
  const read = given.path === undefined ? salesRead : { path: given.path };
  const error: unknown = await client.read(read, bytesOf).then(
    () => assert.fail('Apple accepted it'),
    (thrown: unknown) => thrown,
  );
  return explain(error, given.more).map(({ cause, confidence, fix }) => {
    assert.ok(fix.length > 40, fix);
    return `${confidence} ${cause}`;
  });
}

export const wordOf = (confidence: string, cause: Cause): string => `${confidence} ${cause}`;

/** A token source whose tokens are made otherwise. */
export const withToken =
  (claims: { lifetimeSeconds: number }, header: { alg: string } = { alg: 'ES256' }) =>
  (source: TokenSource): TokenSource => ({
    requirePermission: () => source.requirePermission(),
    signer: () => source.signer(),
    lastAccepted: () => source.lastAccepted(),
    forWrite: (signer) => source.forWrite(signer),
    renewTokens: () => source.renewTokens(),
    wasAcceptedLately: () => source.wasAcceptedLately(),
    rereadKey: (versionId) => source.rereadKey(versionId),
    usePreviousKey: (versionId) => source.usePreviousKey(versionId),
    observeSkew: (skewMillis) => source.observeSkew(skewMillis),
    accepted: () => source.accepted(),
    refused: (error, versionId) => source.refused(error, versionId),
    forRead: async (_, { key: { privateKey } }) => {
      const issuedAt = NOW / 1000;
      const expiresAt = issuedAt + claims.lifetimeSeconds;
      const signer = header.alg === 'ES256' ? privateKey.reveal() : new Uint8Array(32);
      const value = await new SignJWT({
        iss: ISSUER,
        iat: issuedAt,
        exp: expiresAt,
        aud: 'appstoreconnect-v1',
      })
        .setProtectedHeader({ ...header, kid: KEY_ID, typ: 'JWT' })
        .sign(signer);
      return { value: new SecretValue(value), issuedAt: issuedAt * 1000, expiresAt: expiresAt * 1000 };
    },
  });

export const registered =
  (changes: {
    keyId?: string;
    kind?: 'team' | 'individual';
    roles?: ('DEVELOPER' | 'ADMIN' | 'FINANCE')[];
  }) =>
  (simulator: Simulator): void =>
    simulator.addKey({
      team: 'acme',
      keyId: KEY_ID,
      kind: 'team',
      roles: ['FINANCE'],
      publicKey: good.publicKey,
      ...changes,
    });

/** What a job knows of the good key: that Apple accepted it, and how it was used. */
export const historyOnly = async (): Promise<KnownFacts> => {
  const lastAccepted = { ...(await factsOfGoodKey()), acceptedAt: NOW - 24 * 3_600_000 };
  return { key: { lastAccepted } };
};
export const factsOfGoodKey = async () => {
  const { thumbprint } = await parseKeySecret('test', secretWith(good.privateKey));
  return { keyId: KEY_ID, kind: 'team', issuerId: ISSUER, thumbprint } as const;
};
