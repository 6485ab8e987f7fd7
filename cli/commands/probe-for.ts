import { createAppleClock } from '../../functions/app-store-connect/auth/apple-clock.ts';
import { fixedKey } from '../../functions/app-store-connect/auth/fixed-key.ts';
import type { StoredKey } from '../../functions/app-store-connect/auth/stored-key.ts';
import { createTokenSource } from '../../functions/app-store-connect/auth/token-source.ts';
import { type AppStoreConnectClient, createClient } from '../../functions/app-store-connect/client/client.ts';
import type { RequestQuota } from '../../functions/app-store-connect/rate-limit/request-quota.ts';
import { type AskApple, createProbe, type ProbeOptions } from '../../functions/keys/check/probe.ts';
import { realSleep } from '../../functions/platform/util/clock.ts';
import { MINUTE_MILLIS } from '../../functions/platform/util/time.ts';
import type { Io } from '../terminal/io.ts';

/** A person's few requests need no quota. */
const FREE_QUOTA: RequestQuota = { retryAt: async () => undefined, observe: async () => undefined };
const PATIENCE_MILLIS = MINUTE_MILLIS;

/** Asks Apple on behalf of a person who waits. */
export const probeFor = (io: Pick<Io, 'now'>, baseUrl: string): AskApple =>
  createProbe(accessFor(io, baseUrl));

/** A client for one key, without a deployment. */
export function clientFor(io: Pick<Io, 'now'>, baseUrl: string, stored: StoredKey): AppStoreConnectClient {
  const access = accessFor(io, baseUrl);
  const keys = { keys: fixedKey(stored), secretName: stored.key.keyId };
  return createClient({ ...access, tokens: createTokenSource({ ...access, ...keys }), priority: 'today' });
}

function accessFor(io: Pick<Io, 'now'>, baseUrl: string): ProbeOptions {
  const deadline = io.now() + PATIENCE_MILLIS;
  return {
    baseUrl,
    fetch,
    quota: FREE_QUOTA,
    clock: io,
    appleClock: createAppleClock(io),
    scoped: true,
    remainingMillis: () => deadline - io.now(),
    sleep: realSleep,
    random: Math.random,
  };
}
