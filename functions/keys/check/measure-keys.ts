import {
  agreementFault,
  type Fault,
  type KeyFaults,
  keyFault,
  measureFaults,
} from '../../app-store-connect/key-health.ts';
import { measureRefusal } from '../../app-store-connect/key-metrics.ts';
import { MetricName, type RecordMetric } from '../../platform/logging/metrics.ts';
import type { Clock } from '../../platform/util/clock.ts';
import { DAY_MILLIS } from '../../platform/util/time.ts';
import type { KeyStatus } from '../store/key-status.ts';

/** Measures one key, under its team and job. */
export function measureKey(
  { metric, clock }: { metric: RecordMetric; clock: Clock },
  { team, job, key, health, skewSeconds, diagnoses, previous }: KeyStatus,
): void {
  const owner = { team, job };
  if (key !== undefined) metric(MetricName.keyAgeDays, key.ageDays, owner);
  if (skewSeconds !== undefined) metric(MetricName.clockSkewSeconds, skewSeconds, { team });
  if (health === 'refused') measureRefusal(metric, owner, diagnoses);
  if (health !== 'well') return;
  metric(MetricName.keyHealthy, 1, owner);
  metric(MetricName.agreementUnsigned, 0, { team });
  const replacedFor = previous?.accepted === true ? clock.now() - previous.since : 0;
  metric(MetricName.oldKeyAcceptedDays, Math.floor(replacedFor / DAY_MILLIS), owner);
}

/**
 * Measures the worst of all keys, once: what the alarms watch. Where Apple could not be asked about a key, what was
 * known of it before stands.
 *
 * @param settled each key with its former keys that are to be revoked; `since`: when it was replaced
 */
export async function measureAllKeys(
  { metric, clock, faults }: { metric: RecordMetric; clock: Clock; faults: KeyFaults },
  settled: readonly {
    status: KeyStatus;
    oldKeys: readonly { accepted: boolean | undefined; since: number }[];
  }[],
): Promise<void> {
  const known = await faults.known();
  const present = new Set<Fault>();
  for (const { status } of settled) for (const fault of faultsNow(status, known)) present.add(fault);
  // Also those of teams that the settings name no more.
  const remove = [...known].filter((fault) => !present.has(fault));
  const left = await faults.change({ add: [...present], remove });
  measureFaults(metric, left);
  const ages = settled.flatMap(({ status }) => status.key?.ageDays ?? []);
  if (ages.length > 0) metric(MetricName.oldestKeyDays, Math.max(...ages));
  const accepted = settled.flatMap(({ status, oldKeys }) => [
    ...oldKeys.filter((oldKey) => oldKey.accepted !== false).map(({ since }) => since),
    ...(status.previous?.accepted === true ? [status.previous.since] : []),
  ]);
  const longest = Math.max(0, ...accepted.map((since) => clock.now() - since));
  metric(MetricName.longestAcceptedOldKeyDays, Math.floor(longest / DAY_MILLIS));
}

function faultsNow({ team, job, health, diagnoses }: KeyStatus, known: ReadonlySet<Fault>): Fault[] {
  const fault = keyFault({ team, job });
  const agreement = agreementFault(team);
  if (health === 'unknown')
    return [...known].filter(
      (earlier) => earlier === fault || earlier.startsWith(`${fault} `) || earlier === agreement,
    );
  if (health === 'well') return [];
  return [diagnoses[0]?.cause === 'agreement-unsigned' ? agreement : fault];
}
