import { createAppleClock } from '../../functions/app-store-connect/auth/apple-clock.ts';
import type { RequestQuota } from '../../functions/app-store-connect/rate-limit/request-quota.ts';
import { type AskApple, createProbe } from '../../functions/keys/check/probe.ts';
import { realSleep } from '../../functions/platform/util/clock.ts';
import type { Io } from '../terminal/io.ts';

/** A person's few requests need no quota. */
const FREE_QUOTA: RequestQuota = { retryAt: async () => undefined, observe: async () => undefined };
const PATIENCE_MILLIS = 60_000;

/** Asks Apple on behalf of a person who waits. */
export function probeFor(io: Pick<Io, 'now'>, baseUrl: string): AskApple {
  const deadline = io.now() + PATIENCE_MILLIS;
  return createProbe({
    baseUrl,
    fetch,
    quota: FREE_QUOTA,
    clock: io,
    appleClock: createAppleClock(io),
    scoped: true,
    remainingMillis: () => deadline - io.now(),
    sleep: realSleep,
    random: Math.random,
  });
}
