import type { KeyCircuitBreaker } from '../app-store-connect/auth/key-circuit-breaker.ts';
import type { StoredKey } from '../app-store-connect/auth/key-store.ts';
import { measureRefusal } from '../app-store-connect/key-metrics.ts';
import { AppStoreConnectError } from '../app-store-connect/protocol/errors.ts';
import type { SendNotification } from '../platform/aws/sns-notifier.ts';
import type { Settings } from '../platform/config/settings.ts';
import type { Log } from '../platform/logging/log.ts';
import { MetricName, type RecordMetric } from '../platform/logging/metrics.ts';
import { type Checkup, type CheckupDependencies, checkKeySecrets, findingsOf } from './check/key-checkup.ts';
import { stillAccepted } from './check/probe.ts';
import { ageNotice, refusedKeyNotice, revokeNotice } from './notices/notices.ts';
import { type Notice, sendOnce } from './notices/send-notice.ts';
import { followUpRotations } from './rotate/follow-up-rotations.ts';
import type { RotationDependencies } from './rotate/rotation-dependencies.ts';
import type { KeyLedger } from './store/key-ledger.ts';
import { type KeyStatus, severityOf } from './store/key-status.ts';
import { keyUseName, keyUsesOf } from './store/key-use.ts';

export type CheckKeysDependencies = Omit<CheckupDependencies, 'maxAgeDays'> &
  RotationDependencies & {
    settings: Settings;
    ledger: KeyLedger;
    breaker: KeyCircuitBreaker;
    notify: SendNotification;
    log: Log;
    metric: RecordMetric;
    region: string;
    /** The version that held AWSCURRENT before the present one; `undefined` where there is none. */
    readPrevious: (secretName: string) => Promise<StoredKey | undefined>;
  };

/**
 * Checks every key of every team, writes down what it found, and tells people what they have to do.
 *
 * One team's trouble fails no other; an error is thrown only after all were checked. May be run at any time and as
 * often as one likes: a notice is sent once.
 *
 * @returns the status of each key, in the order of the settings
 */
export async function checkKeys(deps: CheckKeysDependencies): Promise<KeyStatus[]> {
  const keyUses = keyUsesOf(deps.settings);
  const before = new Map<string, KeyStatus>();
  for (const keyUse of keyUses) {
    const status = await deps.ledger.status(keyUse);
    if (status !== undefined) before.set(keyUseName(keyUse), status);
  }
  const maxAgeDays = deps.settings.keyMaxAgeDays;
  const checkups = await checkKeySecrets({ ...deps, maxAgeDays }, keyUses, { before, thorough: false });
  const statuses: KeyStatus[] = [];
  const failures: unknown[] = [];
  for (const checkup of checkups) {
    try {
      statuses.push(await settle(deps, checkup));
    } catch (error) {
      deps.log.error('A key could not be checked to the end; the next check goes on', {
        key: keyUseName(checkup.keyUse),
        error,
      });
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} keys could not be checked to the end`);
  return statuses;
}

async function settle(deps: CheckKeysDependencies, checkup: Checkup): Promise<KeyStatus> {
  const { keyUse, stored } = checkup;
  await updateCircuit(deps.breaker, checkup);
  const status = await withPrevious(deps, checkup);
  // Written down before anybody is told: a notice's step is made of what stands here.
  await deps.ledger.putStatus(status);
  measure(deps, status);
  deps.log.info('Checked a key', {
    key: keyUseName(keyUse),
    health: status.health,
    severity: severityOf(status.findings),
    findings: status.findings,
    diagnoses: status.diagnoses,
  });
  const now = deps.clock.now();
  // While the key that is in use is dead, its age is nobody's concern.
  const notice = refusedKeyNotice(keyUse, status, now) ?? ageNotice(keyUse, status, deps.region);
  await send(deps, notice);
  // Only with a key that works: a team whose key is dead costs one call.
  if (status.health === 'well' && stored !== undefined) await followUpOldKeys(deps, checkup, status, stored);
  return status;
}

/** The old keys: those that rotations left behind, and one that somebody replaced by hand. */
async function followUpOldKeys(
  deps: CheckKeysDependencies,
  { keyUse }: Checkup,
  { previous }: KeyStatus,
  stored: StoredKey,
): Promise<void> {
  const followed = await followUpRotations(deps, keyUse, previous);
  if (previous?.accepted !== true || followed.includes(previous.keyId)) return;
  const { team, job } = keyUse;
  const byHand = {
    team,
    job,
    keyId: stored.key.keyId,
    oldKeyId: previous.keyId,
    promotedAt: previous.since,
    revoked: false,
  };
  await send(deps, revokeNotice(byHand, deps.clock.now()));
}

async function send(deps: CheckKeysDependencies, notice: Notice | undefined): Promise<void> {
  if (notice !== undefined) await sendOnce(deps, notice);
}

/** Jobs wait while the circuit of a refused key is open: the check's own call closes it, or shows that it has to stay open. */
async function updateCircuit(
  breaker: KeyCircuitBreaker,
  { keyUse, stored, status, error }: Checkup,
): Promise<void> {
  if (stored === undefined) return;
  const key = { secretName: keyUse.secretName, versionId: stored.versionId };
  // mutation: check-opens-gate
  if (status.health === 'well') await breaker.recordSuccess(key);
  else if (error instanceof AppStoreConnectError && error.refusesEverything)
    await breaker.recordFailure(key, {
      cause: status.diagnoses[0]?.cause ?? 'not-a-key-fault',
      reason: error.message,
    });
}

/** Whether Apple still accepts the key before this one; not asked again once it was refused. */
async function withPrevious(
  deps: CheckKeysDependencies,
  { keyUse, status, stored }: Checkup,
): Promise<KeyStatus> {
  const { previous: _known, ...rest } = status;
  if (status.health !== 'well' || stored === undefined) return status;
  const previous = await deps.readPrevious(keyUse.secretName);
  if (previous === undefined || previous.key.keyId === stored.key.keyId)
    return { ...rest, findings: findingsOf(rest) };
  const keyId = previous.key.keyId;
  const known = status.previous?.keyId === keyId ? status.previous : undefined;
  const accepted =
    known?.accepted === false ? false : await stillAccepted(deps.ask, keyUse, previous, deps.clock.now());
  const entry = {
    keyId,
    since: known?.since ?? stored.versionCreatedAt,
    ...(accepted !== undefined && { accepted }),
  };
  const updated = { ...rest, previous: entry };
  return { ...updated, findings: findingsOf(updated) };
}

function measure(
  { metric, clock }: CheckKeysDependencies,
  { team, job, key, health, skewSeconds, diagnoses, previous }: KeyStatus,
): void {
  const dimensions = { team, job };
  if (key !== undefined) metric(MetricName.keyAgeDays, key.ageDays, dimensions);
  if (skewSeconds !== undefined) metric(MetricName.clockSkewSeconds, skewSeconds, { team });
  if (health === 'refused') measureRefusal(metric, { team, job }, diagnoses);
  if (health !== 'well') return;
  metric(MetricName.keyHealthy, 1, dimensions);
  metric(MetricName.agreementUnsigned, 0, { team });
  const replacedFor = previous?.accepted === true ? clock.now() - previous.since : 0;
  metric(MetricName.oldKeyAcceptedDays, Math.floor(replacedFor / DAY_MILLIS), dimensions);
}

const DAY_MILLIS = 24 * 3_600_000;
