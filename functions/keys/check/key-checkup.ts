import { type AcceptedKey, acceptedNow } from '../../app-store-connect/auth/key-history.ts';
import { KeySecretError } from '../../app-store-connect/auth/key-secret.ts';
import type { StoredKey } from '../../app-store-connect/auth/key-store.ts';
import { KeySecretUnreadableError } from '../../app-store-connect/auth/key-store.ts';
import type { Diagnosis } from '../../app-store-connect/diagnosis/diagnosis.ts';
import type { OtherKey } from '../../app-store-connect/diagnosis/facts.ts';
import type { Clock } from '../../platform/util/clock.ts';
import { ageOf, reminderStep } from '../store/key-age.ts';
import type { Finding, KeyStatus } from '../store/key-status.ts';
import { isWiderThanNeeded, type KeyUse, keyUseName, NEEDED_ROLE, needsAdmin } from '../store/key-use.ts';
import { diagnoseKey, investigate } from './investigate.ts';
import { APPS, type AskApple, type Probe, probeAll, readsFor } from './probe.ts';

export type CheckupDependencies = {
  /** The AWSCURRENT version, past every cache. */
  readCurrent: (secretName: string) => Promise<StoredKey>;
  ask: AskApple;
  clock: Clock;
  maxAgeDays: number;
};

export type CheckupOptions = {
  /** What earlier checks found, by {@link keyUseName}. */
  before: ReadonlyMap<string, KeyStatus>;
  /** Try a refused key in other ways, too: costs up to two more calls. */
  thorough: boolean;
};

/** A key's state and the key itself, where there is one. */
export type Checkup = { keyUse: KeyUse; status: KeyStatus; stored: StoredKey | undefined; error: unknown };

type Read = { keyUse: KeyUse; stored: StoredKey | undefined; error: unknown; probe: Probe | undefined };

/**
 * Looks at every key: reads its secret, asks Apple for what its job needs, explains what is wrong.
 *
 * All secrets are read and all keys are tried before any is judged, as one key often explains another. A key that is
 * dead costs exactly one call to Apple (unless `thorough`). Writes nothing.
 */
export async function checkKeySecrets(
  deps: CheckupDependencies,
  keyUses: readonly KeyUse[],
  { before, thorough }: CheckupOptions,
): Promise<Checkup[]> {
  const reads: Read[] = [];
  for (const keyUse of keyUses) reads.push(await readAndProbe(deps, keyUse));
  const checkups: Checkup[] = [];
  for (const read of reads) {
    const earlier = before.get(keyUseName(read.keyUse));
    const status = await judge(deps, read, reads, { earlier, thorough });
    checkups.push({ keyUse: read.keyUse, status, stored: read.stored, error: read.error });
  }
  return checkups;
}

async function readAndProbe({ readCurrent, ask, clock }: CheckupDependencies, keyUse: KeyUse): Promise<Read> {
  try {
    const stored = await readCurrent(keyUse.secretName);
    const probe = await probeAll(ask, stored, readsFor(keyUse, clock.now()));
    return { keyUse, stored, probe, error: probe.outcome === 'accepted' ? undefined : probe.error };
  } catch (error) {
    if (error instanceof KeySecretError || error instanceof KeySecretUnreadableError)
      return { keyUse, stored: undefined, probe: undefined, error };
    throw error;
  }
}

async function judge(
  deps: CheckupDependencies,
  read: Read,
  all: readonly Read[],
  options: { earlier: KeyStatus | undefined; thorough: boolean },
): Promise<KeyStatus> {
  const { keyUse, stored, probe, error } = read;
  const now = deps.clock.now();
  const earlier = stored !== undefined && isSameKey(options.earlier, stored) ? options.earlier : undefined;
  const health = healthOf(read);
  const lastAcceptedAt = health === 'well' ? now : earlier?.lastAcceptedAt;
  const lastAccepted =
    health === 'well' && stored !== undefined ? acceptedNow(stored.key, now) : historyIn(options.earlier);
  const otherKeys = all.filter((other) => other !== read).flatMap((other) => otherKey(other, keyUse.team));
  const diagnoses = error === undefined ? [] : await explainIt();
  const mayReadApps = await askWidth();
  const key = stored === undefined ? undefined : keyOf(stored, ageOf(stored, deps.maxAgeDays, now));
  const unwellBefore = options.earlier?.health === 'refused' ? options.earlier.unwellSince : undefined;
  const sharedWith = all.filter((other) => other !== read).flatMap((other) => sharing(read, other));
  const status: KeyStatus = {
    team: keyUse.team,
    job: keyUse.job,
    secretName: keyUse.secretName,
    checkedAt: now,
    health,
    diagnoses: [...diagnoses],
    findings: [],
    sharedWith,
    ...(key !== undefined && { key }),
    ...(probe?.skewSeconds !== undefined && { skewSeconds: probe.skewSeconds }),
    ...(lastAcceptedAt !== undefined && { lastAcceptedAt }),
    ...(lastAccepted !== undefined && { lastAccepted }),
    ...(health === 'refused' && { unwellSince: unwellBefore ?? now }),
    ...(options.earlier?.previous !== undefined && { previous: options.earlier.previous }),
    ...(mayReadApps !== undefined && { mayReadApps }),
    ...(needsAdmin(keyUse) && { needsAdmin: true }),
  };
  return { ...status, findings: findingsOf(status) };

  function explainIt(): Promise<readonly Diagnosis[]> | readonly Diagnosis[] {
    const knowledge = { otherKeys, lastAccepted };
    return options.thorough && probe?.outcome === 'refused' && stored !== undefined
      ? investigate(deps.ask, stored, probe.error, knowledge)
      : diagnoseKey(error, knowledge);
  }

  /** Once a key only: its role can't be changed. */
  async function askWidth(): Promise<boolean | undefined> {
    if (keyUse.job !== 'reports' || health !== 'well' || stored === undefined) return earlier?.mayReadApps;
    if (earlier?.mayReadApps !== undefined) return earlier.mayReadApps;
    const { outcome } = await deps.ask(stored, APPS);
    return outcome === 'unknown' ? undefined : outcome === 'accepted';
  }
}

function healthOf({ probe, error }: Read): KeyStatus['health'] {
  if (probe !== undefined) return probe.outcome === 'accepted' ? 'well' : probe.outcome;
  return error instanceof KeySecretUnreadableError && error.retryable ? 'unknown' : 'refused';
}

/** What Apple last accepted under the secret; statuses of earlier versions noted only when it accepted their key. */
function historyIn(status: KeyStatus | undefined): AcceptedKey | undefined {
  if (status?.lastAccepted !== undefined) return status.lastAccepted;
  if (status?.key === undefined || status.lastAcceptedAt === undefined) return undefined;
  const { keyId, thumbprint, kind, issuerId } = status.key;
  return { keyId, thumbprint, kind, issuerId, acceptedAt: status.lastAcceptedAt };
}

const isSameKey = (status: KeyStatus | undefined, { key }: StoredKey): boolean =>
  status?.key?.keyId === key.keyId && status.key.thumbprint === key.thumbprint;

const keyOf = (
  { key, versionId }: StoredKey,
  age: ReturnType<typeof ageOf>,
): NonNullable<KeyStatus['key']> => ({
  keyId: key.keyId,
  kind: key.kind,
  thumbprint: key.thumbprint,
  versionId,
  ...(key.role !== undefined && { role: key.role }),
  ...(key.kind === 'team' && { issuerId: key.issuerId }),
  ...age,
});

function otherKey({ keyUse, stored, probe }: Read, team: string): OtherKey[] {
  if (stored === undefined) return [];
  const { key } = stored;
  return [
    {
      secretName: keyUse.secretName,
      keyId: key.keyId,
      thumbprint: key.thumbprint,
      sameTeam: keyUse.team === team,
      team: keyUse.team,
      ...(key.kind === 'team' && { issuerId: key.issuerId }),
      ...(probe !== undefined && probe.outcome !== 'unknown' && { accepted: probe.outcome === 'accepted' }),
    },
  ];
}

/** Whether two places use one key: whoever leaks it, or revokes it, hits both. */
function sharing({ keyUse, stored }: Read, other: Read): string[] {
  if (keyUse.secretName === other.keyUse.secretName) return [`${keyUseName(other.keyUse)} (same secret)`];
  if (stored === undefined || other.stored === undefined) return [];
  if (stored.key.keyId === other.stored.key.keyId) return [`${keyUseName(other.keyUse)} (same key ID)`];
  return stored.key.thumbprint === other.stored.key.thumbprint
    ? [`${keyUseName(other.keyUse)} (same private key)`]
    : [];
}

/** What a status gives reason to say. Pure. */
export function findingsOf(status: KeyStatus): Finding[] {
  const { health, diagnoses, key, skewSeconds = 0, sharedWith, previous, job, mayReadApps } = status;
  const [first] = diagnoses;
  const admin = status.needsAdmin === true;
  const stated = key?.role !== undefined && isWiderThanNeeded(job, key.role, admin);
  const findings: (Finding | false)[] = [
    health === 'refused' && {
      severity: 'problem',
      code: first?.cause ?? 'refused',
      text: first?.fix ?? 'Apple refuses the key.',
    },
    health === 'unknown' && {
      severity: 'warning',
      code: first?.cause ?? 'unknown',
      text: first?.fix ?? 'Apple could not be asked.',
    },
    key !== undefined && ageFinding(key),
    key?.createdAtSource === 'version' && {
      severity: 'note',
      code: 'created-at-missing',
      text: `The secret does not say when Apple made the key; the day it was stored, ${key.createdAt}, stands in. Add "createdAt".`,
    },
    Math.abs(skewSeconds) > 30 && {
      severity: 'warning',
      code: 'clock-skew',
      text: `Apple's clock and this one differ by ${Math.abs(skewSeconds)} s; tokens are dated by Apple's.`,
    },
    sharedWith.length > 0 && {
      severity: 'warning',
      code: 'key-shared',
      text: `The same key serves ${sharedWith.join(', ')}: who revokes or leaks it hits all of them. Make a key for each.`,
    },
    previous?.accepted === true && {
      severity: 'warning',
      code: 'old-key-valid',
      text: `Apple still accepts the old key ${previous.keyId}. Revoke it.`,
    },
    stated && {
      severity: 'warning',
      code: 'role-too-wide',
      text: `The key's role is ${key?.role}; ${job} need ${NEEDED_ROLE[job]} only.`,
    },
    job === 'reports' &&
      mayReadApps === true &&
      !stated &&
      !admin && {
        severity: 'note',
        code: 'role-perhaps-too-wide',
        text: `The key may read apps, which reports do not need: its role may be wider than ${NEEDED_ROLE[job]}.`,
      },
  ];
  return findings.filter((finding) => finding !== false);
}

function ageFinding(key: NonNullable<KeyStatus['key']>): Finding | false {
  if (reminderStep(key) === undefined) return false;
  const over = key.remainingDays <= 0;
  return {
    severity: 'warning',
    code: over ? 'key-too-old' : 'key-ageing',
    text: `The key is ${key.ageDays} of ${key.maxAgeDays} days old; rotate it by ${key.rotateBy}.`,
  };
}
