import { explain } from '../../app-store-connect/explain-error.ts';
import { isKeyFault, measureRefusal as measureKey } from '../../app-store-connect/key-metrics.ts';
import type { Log } from '../../platform/logging/log.ts';
import type { RecordMetric } from '../../platform/logging/metrics.ts';
import type { Refusal } from './outcome.ts';

/**
 * Logs a refusal that needs a person, and measures it under the key or the agreement where those are to blame.
 *
 * @param what whose key was used, and what was asked for, for the log
 * @returns the refusal, marked where the key is to blame
 */
export function measureRefusal(
  deps: { log: Log; metric: RecordMetric },
  { team, of }: { team: string; of: object },
  refusal: Refusal,
  error: unknown,
): Refusal {
  if (refusal.kind !== 'failed' && refusal.kind !== 'key-refused') return refusal;
  const diagnoses = explain(error);
  deps.log.error('Apple did not give what was asked for', { of, error, diagnoses });
  measureKey(deps.metric, { team, job: 'reports' }, diagnoses);
  return isKeyFault(diagnoses) ? { ...refusal, keyFault: true } : refusal;
}
