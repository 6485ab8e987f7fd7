import type { AppleAccess } from '../../functions/app-store-connect/apple-access.ts';
import { fixedKey } from '../../functions/app-store-connect/auth/fixed-key.ts';
import { parseKeySecret } from '../../functions/app-store-connect/auth/key-secret.ts';
import type { KeyStore } from '../../functions/app-store-connect/auth/stored-key.ts';
import type { RequestQuota } from '../../functions/app-store-connect/rate-limit/request-quota.ts';
import type { Role, Simulator } from '../../local/simulator/index.ts';
import { addSampleKey } from '../../local/simulator/samples/sample-key.ts';
import type { VirtualTime } from './virtual-time.ts';

export const TEAM = 'team-0';
const KEY_ID = 'BENCHKEY01';

/** No key is refused here. */
const closedCircuit = {
  allowRequest: async () => ({ kind: 'allowed' }) as const,
  recordFailure: async () => undefined,
  recordSuccess: async () => undefined,
  noteAccepted: async () => undefined,
};

export const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** What a worker asks a simulated Apple with, in simulated time. */
export const simulatedAccess = (
  time: VirtualTime,
  simulator: Simulator,
  { keys, quota, requestMillis }: { keys: KeyStore; quota: RequestQuota; requestMillis: number },
): AppleAccess => ({
  keys,
  quota,
  breaker: closedCircuit,
  appleClock: { now: time.clock.now, observe: () => false },
  baseUrl: simulator.origin,
  scoped: true,
  fetch: async (...request) => {
    await time.sleep(requestMillis);
    return time.during(() => fetch(...request));
  },
  sleep: time.sleep,
  random: () => 0.5,
  clock: time.clock,
  log: silent,
  metric: () => undefined,
});

/** A key of `team-0` at the simulator, and the store that gives it. */
export async function keyFor(
  simulator: Simulator,
  { vendor, role }: { vendor?: string; role: Role },
): Promise<KeyStore> {
  const issuerId = '57246542-96fe-1a63-e053-0824d011072a';
  simulator.addTeam({ name: TEAM, issuerId, vendors: vendor === undefined ? [] : [vendor] });
  const privateKey = addSampleKey(simulator, { team: TEAM, keyId: KEY_ID, role });
  const secret = JSON.stringify({ keyId: KEY_ID, issuerId, privateKey, kind: 'team' });
  const stored = {
    key: await parseKeySecret('bench', secret),
    versionId: '1',
    versionCreatedAt: 0,
  };
  return fixedKey(stored);
}
