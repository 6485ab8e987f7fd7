import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Log } from '../platform/logging/log.ts';
import type { RecordMetric } from '../platform/logging/metrics.ts';
import { type Clock, realSleep, type Sleep } from '../platform/util/clock.ts';
import { type AppleClock, createAppleClock } from './auth/apple-clock.ts';
import { createKeyCircuitBreaker, type KeyCircuitBreaker } from './auth/key-circuit-breaker.ts';
import { createKeyStore } from './auth/key-store.ts';
import type { KeyStore } from './auth/stored-key.ts';
import { createTokenSource, type TokenSource } from './auth/token-source.ts';
import { type AppStoreConnectClient, createClient } from './client/client.ts';
import { createKeyFaults, type KeyFaults, watchingHealth } from './key-health.ts';
import { measureResponse } from './key-metrics.ts';
import type { ReadPriority } from './rate-limit/read-priority.ts';
import { createRequestQuota, type RequestQuota } from './rate-limit/request-quota.ts';

/** What a job needs to ask Apple with its teams' keys. Lives as long as the execution environment. */
export type AppleAccess = {
  keys: KeyStore;
  breaker: KeyCircuitBreaker;
  appleClock: AppleClock;
  quota: RequestQuota;
  /** The faults of all keys, for alarms; where absent none are noted. */
  faults?: KeyFaults;
  /** `APP_STORE_CONNECT_BASE_URL`. */
  baseUrl: string;
  /** `SCOPED_TOKENS`. */
  scoped: boolean;
  fetch: typeof fetch;
  clock: Clock;
  sleep: Sleep;
  /** A number in [0, 1), for jitter. */
  random: () => number;
  log: Log;
  metric: RecordMetric;
};

/** Access to Apple as a deployed function has it. */
export function connectApple(options: {
  environment: { BUDGET_TABLE: string; APP_STORE_CONNECT_BASE_URL: string; SCOPED_TOKENS: 'on' | 'off' };
  documents: DynamoDBDocumentClient;
  secrets: SecretsManagerClient;
  clock: Clock;
  log: Log;
  metric: RecordMetric;
}): AppleAccess {
  const { environment, documents, secrets, clock, log, metric } = options;
  const shared = { documents, table: environment.BUDGET_TABLE, clock };
  return {
    keys: createKeyStore(secrets, clock),
    breaker: createKeyCircuitBreaker(shared),
    appleClock: createAppleClock(clock, log),
    quota: createRequestQuota(shared),
    faults: createKeyFaults(shared),
    baseUrl: environment.APP_STORE_CONNECT_BASE_URL,
    scoped: environment.SCOPED_TOKENS === 'on',
    fetch,
    clock,
    sleep: realSleep,
    random: Math.random,
    log,
    metric,
  };
}

/**
 * Whose client: a team, the secret of its key, and what its reads go before. `job`: whose fault a refused key is, where
 * the priority does not say it.
 */
export type ClientOf = (
  team: string,
  secretName: string,
  priority: ReadPriority,
  job?: 'prices' | 'reports',
) => AppStoreConnectClient;

/** Clients for one invocation, with one token cache a team and key. Every answer is logged and measured. */
export function createTeamClients(access: AppleAccess, remainingMillis: () => number): ClientOf {
  const sources = new Map<string, TokenSource>();
  return (team, secretName, priority, job = priority === 'price' ? 'prices' : 'reports') => {
    const name = `${team} ${secretName}`;
    const tokens =
      sources.get(name) ??
      createTokenSource({
        ...access,
        secretName,
        remainingMillis,
        onFallback: (fallback) =>
          access.log.warn(
            'Apple refuses the current key; the previous one is used until the current one is accepted',
            {
              team,
              ...fallback,
            },
          ),
      });
    sources.set(name, tokens);
    const client = createClient({
      ...access,
      tokens,
      priority,
      remainingMillis,
      onResponse: (summary) => {
        access.log.info('Apple answered', { team, ...summary });
        measureResponse(access.metric, team, summary);
      },
      onNoteLost: (error) =>
        access.log.warn('What a response shows of its key was not written down; the response counts', {
          team,
          error,
        }),
    });
    const { faults } = access;
    return faults === undefined ? client : watchingHealth({ ...access, faults }, { team, job }, client);
  };
}
