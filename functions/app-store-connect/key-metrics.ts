import { MetricName, type RecordMetric } from '../platform/logging/metrics.ts';
import type { AppStoreConnectClient } from './client/client.ts';
import type { ResponseSummary } from './client/client-options.ts';
import type { Cause, Diagnosis } from './diagnosis/diagnosis.ts';
import { explain } from './explain-error.ts';

/** A key by its use. */
export type KeyOwner = { team: string; job: 'reports' | 'prices' };

/** Causes for which a key or its secret has to be changed by a person. */
const KEY_FAULTS = new Set<Cause>([
  'key-revoked',
  'key-never-activated',
  'key-and-id-differ',
  'issuer-of-another-team',
  'wrong-key-kind',
  'individual-key',
  'role-too-narrow',
  'vendor-not-of-this-team',
  'secret-missing',
  'secret-deleted',
  'secret-not-permitted',
  'secret-not-decryptable',
  'secret-malformed',
]);

/** Whether the most certain cause is one that a new key, another role or a mended secret heals. */
export const isKeyFault = ([first]: readonly Diagnosis[]): boolean =>
  first !== undefined && KEY_FAULTS.has(first.cause);

/** Measures what an answer of Apple tells beside its content: the clocks and the requests left. */
export function measureResponse(
  metric: RecordMetric,
  team: string,
  { skewMillis, requestsRemaining, requestLimit }: ResponseSummary,
): void {
  if (skewMillis !== undefined) metric(MetricName.clockSkewSeconds, skewMillis / 1000, { team });
  if (requestsRemaining === undefined) return;
  metric(MetricName.requestsRemaining, requestsRemaining, { team });
  if (requestLimit !== undefined && requestLimit > 0)
    metric(MetricName.requestsRemainingPercent, (100 * requestsRemaining) / requestLimit, { team });
}

/**
 * Measures that Apple refused a key, under the name of what a person has to do: sign an agreement, or see to the
 * key. Request limits and an unavailable Apple need no person, and clocks have a metric of their own.
 */
export function measureRefusal(
  metric: RecordMetric,
  { team, job }: KeyOwner,
  diagnoses: readonly Diagnosis[],
): void {
  const [first] = diagnoses;
  if (first === undefined) return;
  metric(MetricName.keyRefused, 1, { team, cause: first.cause });
  if (first.cause === 'agreement-unsigned') metric(MetricName.agreementUnsigned, 1, { team });
  if (isKeyFault(diagnoses)) metric(MetricName.keyHealthy, 0, { team, job });
}

/** A client whose refusals are measured. The errors are thrown on as they are. */
export function measuringRefusals(
  metric: RecordMetric,
  owner: KeyOwner,
  client: AppStoreConnectClient,
): AppStoreConnectClient {
  const measuring = (error: unknown): never => {
    measureRefusal(metric, owner, explain(error));
    throw error;
  };
  return {
    baseUrl: client.baseUrl,
    read: (...args) => client.read(...args).catch(measuring),
    write: (...args) => client.write(...args).catch(measuring),
    turnToWrite: (writes) => client.turnToWrite(writes).catch(measuring),
  };
}
