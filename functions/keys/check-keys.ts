import pMap from 'p-map';
import * as z from 'zod';
import type { KeyCircuitBreaker } from '../app-store-connect/auth/key-circuit-breaker.ts';
import { acceptedNow } from '../app-store-connect/auth/key-history.ts';
import type { KeyFaults } from '../app-store-connect/key-health.ts';
import { AppStoreConnectError } from '../app-store-connect/protocol/errors.ts';
import type { SendNotification } from '../platform/aws/sns-notifier.ts';
import type { Settings } from '../platform/config/settings.ts';
import type { Log } from '../platform/logging/log.ts';
import type { RecordMetric } from '../platform/logging/metrics.ts';
import type { EpochMillis } from '../platform/util/clock.ts';
import { HOUR_MILLIS } from '../platform/util/time.ts';
import { type Checkup, type CheckupDependencies, checkKeySecrets } from './check/key-checkup.ts';
import { measureAllKeys, measureKey } from './check/measure-keys.ts';
import type { AskApple } from './check/probe.ts';
import { ageNotice, refusedKeyNotice } from './notices/notices.ts';
import { type Notice, sendOnce } from './notices/send-notice.ts';
import { followUpRotations, type OldKey } from './rotate/follow-up-rotations.ts';
import { withPrevious } from './rotate/previous-key.ts';
import { noteReplacedByHand, type ReplacedByHandDependencies } from './rotate/replaced-by-hand.ts';
import type { RotationDependencies } from './rotate/rotation-dependencies.ts';
import type { KeyLedger } from './store/key-ledger.ts';
import { type KeyStatus, severityOf } from './store/key-status.ts';
import { type KeyUse, keyUseName, keyUsesOf } from './store/key-use.ts';

export type CheckKeysDependencies = Omit<CheckupDependencies, 'maxAgeDays'> &
  RotationDependencies &
  ReplacedByHandDependencies & {
    settings: Settings;
    /** Asks like `ask`, and gets a turn also where price changes fill the pace of the key. */
    askBesidePrices: AskApple;
    ledger: KeyLedger;
    breaker: KeyCircuitBreaker;
    faults: KeyFaults;
    notify: SendNotification;
    log: Log;
    metric: RecordMetric;
    region: string;
  };

/** What starts a check may say: nothing, or that it is a later attempt of the day. */
export const checkRequestSchema = z.object({ look: z.enum(['all', 'unknown']).optional() });
export type CheckRequest = z.output<typeof checkRequestSchema>;

/** A check that is older is not of this day: the last attempt comes eleven hours after the day's check. */
const OF_THIS_DAY_MILLIS = 20 * HOUR_MILLIS;

/** Keys that are settled at the same time. */
const CONCURRENCY = 8;

/**
 * Checks every key of every team, writes down what it found, and tells people what they have to do.
 *
 * One team's trouble fails no other; an error is thrown only after all were checked. May be run at any time and as
 * often as one likes: a notice is sent once. The metrics that alarms watch are the worst of all keys, measured once at
 * the end, so that no alarm ends between two keys.
 *
 * @param look `unknown`: a later attempt of the same day, for the keys about which Apple could not be asked. It asks nothing
 *   where the day's check has an answer about every key, and else, also where that check did not run, checks all of them:
 *   what is measured is the worst of all keys. It no longer lets prices go before it: it needs a few requests only.
 * @returns the status of each key, in the order of the settings; none where nothing was to be asked again
 */
export async function checkKeys(
  given: CheckKeysDependencies,
  { look = 'all' }: CheckRequest = {},
): Promise<KeyStatus[]> {
  // mutation: check-beside-prices
  const deps = look === 'unknown' ? { ...given, ask: given.askBesidePrices } : given;
  const keyUses = keyUsesOf(deps.settings);
  const before = await statusesBefore(deps.ledger, keyUses);
  // mutation: check-asks-again
  if (look === 'unknown' && isAnswered(keyUses, before, deps.clock.now())) return [];
  const maxAgeDays = deps.settings.keyMaxAgeDays;
  const checkups = await checkKeySecrets({ ...deps, maxAgeDays }, keyUses, { before, thorough: false });
  const failures: unknown[] = [];
  const settled = await pMap(
    checkups,
    async (checkup) => {
      const earlier = before.get(keyUseName(checkup.keyUse));
      try {
        return await settle(deps, checkup, earlier);
      } catch (error) {
        deps.log.error('A key could not be checked to the end; the next check goes on', {
          key: keyUseName(checkup.keyUse),
          error,
        });
        failures.push(error);
        return { status: checkup.status, oldKeys: [] };
      }
    },
    { concurrency: CONCURRENCY },
  );
  await measureAllKeys(deps, settled);
  if (failures.length > 0)
    throw new AggregateError(
      failures,
      `${failures.length} keys could not be checked to the end; the next check tries them again`,
    );
  return settled.map(({ status }) => status);
}

/** Whether there is an answer of this day about every key. */
// mutation: check-look-unknown
const isAnswered = (
  keyUses: readonly KeyUse[],
  before: ReadonlyMap<string, KeyStatus>,
  now: EpochMillis,
): boolean =>
  keyUses.every((keyUse) => {
    const status = before.get(keyUseName(keyUse));
    return status !== undefined && status.health !== 'unknown' && now < status.checkedAt + OF_THIS_DAY_MILLIS;
  });

async function statusesBefore(
  ledger: KeyLedger,
  keyUses: readonly KeyUse[],
): Promise<ReadonlyMap<string, KeyStatus>> {
  const statuses = await pMap(keyUses, (keyUse) => ledger.status(keyUse), { concurrency: CONCURRENCY });
  return new Map(
    statuses.flatMap((status) => (status === undefined ? [] : [[keyUseName(status), status] as const])),
  );
}

async function settle(
  deps: CheckKeysDependencies,
  checkup: Checkup,
  earlier: KeyStatus | undefined,
): Promise<{ status: KeyStatus; oldKeys: readonly OldKey[] }> {
  const { keyUse, stored } = checkup;
  await updateCircuit(deps, checkup);
  const status = await withPrevious(deps, checkup);
  // Written down before anybody is told: a notice's step is made of what stands here.
  await deps.ledger.putStatus(status);
  measureKey(deps, status);
  deps.log.info('Checked a key', {
    key: keyUseName(keyUse),
    health: status.health,
    severity: severityOf(status.findings),
    findings: status.findings,
    diagnoses: status.diagnoses,
    ...status.probe,
  });
  const now = deps.clock.now();
  // Skip age reminders while the active key is refused.
  await send(deps, refusedKeyNotice(keyUse, status, now) ?? ageNotice(keyUse, status, deps.region));
  // Only with a key that works: a team whose key is dead costs one request.
  if (status.health !== 'well' || stored === undefined) return { status, oldKeys: [] };
  await noteReplacedByHand(deps, keyUse, { earlier, stored, previous: status.previous });
  return { status, oldKeys: await followUpRotations(deps, keyUse, status.previous) };
}

async function send(deps: CheckKeysDependencies, notice: Notice | undefined): Promise<void> {
  if (notice !== undefined) await sendOnce(deps, notice);
}

/** Jobs wait while the circuit of a refused key is open: the check's own call closes it, or shows that it has to stay open. */
async function updateCircuit(
  { breaker, clock }: Pick<CheckKeysDependencies, 'breaker' | 'clock'>,
  { keyUse, stored, status, error }: Checkup,
): Promise<void> {
  if (stored === undefined) return;
  const key = { secretName: keyUse.secretName, versionId: stored.versionId };
  // mutation: check-opens-gate
  if (status.health === 'well') {
    await breaker.recordSuccess(key);
    await breaker.noteAccepted(key, acceptedNow(stored.key, clock.now()));
  } else if (error instanceof AppStoreConnectError && error.refusesEverything) {
    const [first] = status.diagnoses;
    await breaker.recordFailure(key, {
      cause: first?.cause ?? 'not-a-key-fault',
      ...(first !== undefined && { confidence: first.confidence }),
      reason: error.message,
    });
  }
}
