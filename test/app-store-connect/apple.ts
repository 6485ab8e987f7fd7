import type { TestContext } from 'node:test';
import { fixedKey } from '../../functions/app-store-connect/auth/fixed-key.ts';
import type { KeyStore } from '../../functions/app-store-connect/auth/stored-key.ts';
import { createTokenSource } from '../../functions/app-store-connect/auth/token-source.ts';
import { type AppStoreConnectClient, createClient } from '../../functions/app-store-connect/client/client.ts';
import type { ClientOptions } from '../../functions/app-store-connect/client/client-options.ts';
import type { RequestQuota } from '../../functions/app-store-connect/rate-limit/request-quota.ts';
import { createSimulatedClock, type SimulatedClock } from '../../local/clock/clock.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../local/simulator/index.ts';
import { ISSUER, newKeyPair, teamKey } from './keys.ts';

export const VENDOR = '85012345';
const MORNING = Date.parse('2026-11-24T17:07:00Z');

/** A budget that lets everything through and remembers what it was told. */
export function freeQuota(): RequestQuota & { observed: number[] } {
  const observed: number[] = [];
  return {
    observed,
    retryAt: async () => undefined,
    observe: async (_, { hour }) => void observed.push(hour?.remaining ?? -1),
  };
}

/** A client with one store of keys. Unless `options` says otherwise it has quota and time, and waiting takes none. */
export function clientFor(
  keys: KeyStore,
  {
    clock,
    remainingMillis = () => 300_000,
    ...options
  }: Pick<ClientOptions, 'baseUrl' | 'clock'> & Partial<ClientOptions>,
): AppStoreConnectClient {
  return createClient({
    fetch,
    tokens: createTokenSource({ keys, secretName: 'test', clock, remainingMillis, scoped: true }),
    quota: freeQuota(),
    priority: 'today',
    clock,
    sleep: async () => undefined,
    random: () => 0.5,
    remainingMillis,
    ...options,
  });
}

export type Setup = {
  simulator: Simulator;
  clock: SimulatedClock;
  client: AppStoreConnectClient;
  /** How long the client waited, each time, in milliseconds. */
  waits: number[];
};

/** A client on the real simulator, with one good key. */
export async function startClient(
  context: TestContext,
  changes: Partial<ClientOptions> = {},
  simulatorOptions: Partial<SimulatorOptions> = {},
): Promise<Setup> {
  const clock = createSimulatedClock(MORNING, () => 0);
  const simulator = await startSimulator({ clock, ...simulatorOptions });
  context.after(() => simulator.close());
  const { publicKey, privateKey } = newKeyPair();
  simulator.addTeam({ name: 'acme', issuerId: ISSUER, vendors: [VENDOR] });
  simulator.addKey({ team: 'acme', keyId: 'ABCDE12345', kind: 'team', roles: ['FINANCE'], publicKey });
  const stored = { key: await teamKey(privateKey), versionId: '1', versionCreatedAt: MORNING };
  const keys = fixedKey(stored);
  const waits: number[] = [];
  const client = clientFor(keys, {
    baseUrl: simulator.origin,
    clock,
    sleep: async (millis) => void waits.push(millis),
    ...changes,
  });
  return { simulator, clock, client, waits };
}

export const salesRead = {
  path: '/v1/salesReports',
  query: {
    'filter[frequency]': 'DAILY',
    'filter[reportDate]': '2026-11-23',
    'filter[reportSubType]': 'SUMMARY',
    'filter[reportType]': 'SALES',
    'filter[vendorNumber]': VENDOR,
    'filter[version]': '1_0',
  },
};

export const putReport = (simulator: Simulator): void =>
  simulator.reports.put({
    vendor: VENDOR,
    reportType: 'SALES',
    reportSubType: 'SUMMARY',
    frequency: 'DAILY',
    version: '1_0',
    reportDate: '2026-11-23',
    tsv: 'SKU\tUnits\n'.repeat(2000),
  });

/** Reads the whole body; what most consumers of a download do. */
export const bytesOf = async (answer: Response): Promise<number> => (await answer.arrayBuffer()).byteLength;
