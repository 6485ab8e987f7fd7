import { createAppleClock } from '../app-store-connect/apple-clock.ts';
import { createKeyGate } from '../app-store-connect/key-gate.ts';
import { createKeyStore, readKeyVersion } from '../app-store-connect/key-store.ts';
import { createRateBudget } from '../app-store-connect/rate-budget.ts';
import { documentClient, s3Client, secretsManagerClient, snsClient } from '../platform/aws-clients.ts';
import { realSleep, systemClock } from '../platform/clock.ts';
import { environmentSchema, readEnvironment } from '../platform/environment.ts';
import type { Log } from '../platform/log.ts';
import { createNotifier } from '../platform/notifier.ts';
import { readBundledSettings } from '../platform/settings-file.ts';
import { createAudit } from './audit.ts';
import { createKeyLedger } from './key-ledger.ts';
import { createProbe } from './probe.ts';
import { createSecretLabels, secretStages } from './secret-labels.ts';

/** What both functions of the keys work with, from the environment that the stack gives them. */
export function connectKeys(log: Log, remainingMillis: () => number) {
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
  return {
    settings: readBundledSettings(),
    ledger: createKeyLedger({ documents, table: environment.KEYS_TABLE, clock }),
    gate: createKeyGate(shared),
    ask: createProbe({
      baseUrl: environment.APP_STORE_CONNECT_BASE_URL,
      fetch,
      budget: createRateBudget(shared),
      clock,
      appleClock: createAppleClock(clock, log),
      scoped: environment.SCOPED_TOKENS === 'on',
      remainingMillis,
      sleep: realSleep,
      random: Math.random,
    }),
    labels: createSecretLabels(secretStages(secrets)),
    audit: createAudit(s3Client(), environment.LAKE_BUCKET),
    notify: createNotifier(snsClient(), environment.NOTIFICATIONS_TOPIC_ARN),
    readVersion: (secretName: string, which: Parameters<typeof readKeyVersion>[2]) =>
      readKeyVersion(secrets, secretName, which),
    readCurrent: (secretName: string) => readKeyVersion(secrets, secretName),
    readPrevious: createKeyStore(secrets, clock).previous,
    region: environment.AWS_REGION,
    clock,
    log,
  };
}
