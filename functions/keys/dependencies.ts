import { createAppleClock } from '../app-store-connect/auth/apple-clock.ts';
import { createKeyCircuitBreaker } from '../app-store-connect/auth/key-circuit-breaker.ts';
import { createKeyStore, readKeyVersion } from '../app-store-connect/auth/key-store.ts';
import { createKeyFaults } from '../app-store-connect/key-health.ts';
import { createRequestQuota } from '../app-store-connect/rate-limit/request-quota.ts';
import { documentClient, s3Client, secretsManagerClient, snsClient } from '../platform/aws/clients.ts';
import { createSnsNotifier } from '../platform/aws/sns-notifier.ts';
import { environmentSchema, readEnvironment } from '../platform/config/environment.ts';
import { readBundledSettings } from '../platform/config/settings-file.ts';
import type { Log } from '../platform/logging/log.ts';
import { realSleep, systemClock } from '../platform/util/clock.ts';
import { createProbe } from './check/probe.ts';
import { createStagingLabels, createUsersReader, secretVersionStages } from './rotate/staging-labels.ts';
import { createAudit } from './store/audit.ts';
import { createKeyLedger } from './store/key-ledger.ts';

/**
 * What both functions of the keys work with, from the environment that the stack gives them.
 *
 * @returns made once per execution environment; `askWithin` makes the probe of one invocation
 */
export function connectKeys(log: Log) {
  const environment = readEnvironment(
    environmentSchema.pick({
      KEYS_TABLE: true,
      BUDGET_TABLE: true,
      LAKE_BUCKET: true,
      NOTIFICATIONS_TOPIC_ARN: true,
      APP_STORE_CONNECT_BASE_URL: true,
      SCOPED_TOKENS: true,
      AWS_REGION: true,
    }),
  );
  const clock = systemClock;
  const documents = documentClient();
  const secrets = secretsManagerClient();
  const shared = { documents, table: environment.BUDGET_TABLE, clock };
  const probe = {
    baseUrl: environment.APP_STORE_CONNECT_BASE_URL,
    fetch,
    quota: createRequestQuota(shared),
    clock,
    appleClock: createAppleClock(clock, log),
    scoped: environment.SCOPED_TOKENS === 'on',
    sleep: realSleep,
    random: Math.random,
  };
  return {
    settings: readBundledSettings(),
    ledger: createKeyLedger({ documents, table: environment.KEYS_TABLE, clock }),
    breaker: createKeyCircuitBreaker(shared),
    faults: createKeyFaults(shared),
    askWithin: (remainingMillis: () => number, priority: 'today' | 'check' = 'today') =>
      createProbe({ ...probe, remainingMillis, priority }),
    labels: createStagingLabels(secretVersionStages(secrets)),
    audit: createAudit(s3Client(), environment.LAKE_BUCKET),
    notify: createSnsNotifier(snsClient(), environment.NOTIFICATIONS_TOPIC_ARN),
    readVersion: (secretName: string, which: Parameters<typeof readKeyVersion>[2]) =>
      readKeyVersion(secrets, secretName, which),
    readCurrent: (secretName: string) => readKeyVersion(secrets, secretName),
    readUsers: createUsersReader(secrets),
    readPrevious: createKeyStore(secrets, clock).previous,
    region: environment.AWS_REGION,
    clock,
    sleep: realSleep,
    log,
  };
}
