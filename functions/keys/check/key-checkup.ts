import pMap from 'p-map';
import { type AcceptedKey, acceptedNow, isSameUse } from '../../app-store-connect/auth/key-history.ts';
import { KeySecretError } from '../../app-store-connect/auth/key-secret.ts';
import { KeySecretUnreadableError } from '../../app-store-connect/auth/secret-unreadable.ts';
import type { StoredKey } from '../../app-store-connect/auth/stored-key.ts';
import type { Diagnosis } from '../../app-store-connect/diagnosis/diagnosis.ts';
import type { OtherKey } from '../../app-store-connect/diagnosis/facts.ts';
import type { Clock, Sleep } from '../../platform/util/clock.ts';
import { ageOf } from '../store/key-age.ts';
import type { KeyStatus } from '../store/key-status.ts';
import { type KeyUse, keyUseName, needsAdmin } from '../store/key-use.ts';
import { diagnoseKey, investigate, type Knowledge } from './investigate.ts';
import { shortcomingOf } from './judge-probe.ts';
import { findingsOf } from './key-findings.ts';
import { type AskApple, type Probe, probeAll } from './probe.ts';
import { APPS, readsFor } from './probe-reads.ts';

export type CheckupDependencies = {
  /** The AWSCURRENT version, past every cache. */
  readCurrent: (secretName: string) => Promise<StoredKey>;
  /** Services and owners that use the key besides, as the secret's tags name them. Where absent nothing is known. */
  readUsers?: (secretName: string) => Promise<readonly string[]>;
  ask: AskApple;
  clock: Clock;
  /** Before a key that was not known as refused is asked with again. */
  sleep: Sleep;
  maxAgeDays: number;
};

export type CheckupOptions = {
  /** What earlier checks found, by {@link keyUseName}. */
  before: ReadonlyMap<string, KeyStatus>;
  /** Try a refused key in other ways, too: costs some more requests. */
  thorough: boolean;
};

/** A key's state and the key itself, where there is one. */
export type Checkup = { keyUse: KeyUse; status: KeyStatus; stored: StoredKey | undefined; error: unknown };

type Read = {
  keyUse: KeyUse;
  stored: StoredKey | undefined;
  error: unknown;
  probe: Probe | undefined;
  usedBy: readonly string[];
};

/** Keys that are looked at at the same time: a thousand fit into one run. */
const CONCURRENCY = 8;

/**
 * Looks at every key: reads its secret, asks Apple for what its job needs, explains what is wrong.
 *
 * All secrets are read and all keys are tried before any is judged, as one key often explains another. A key that is
 * found dead costs three requests to Apple, and one with each later check (unless `thorough`). Writes nothing.
 *
 * @returns in the order of `keyUses`
 */
export async function checkKeySecrets(
  deps: CheckupDependencies,
  keyUses: readonly KeyUse[],
  { before, thorough }: CheckupOptions,
): Promise<Checkup[]> {
  const reads = await pMap(keyUses, (keyUse) => readAndProbe(deps, keyUse, before.get(keyUseName(keyUse))), {
    concurrency: CONCURRENCY,
  });
  return pMap(
    reads,
    async (read) => {
      const earlier = before.get(keyUseName(read.keyUse));
      const status = await judge(deps, read, reads, { earlier, thorough });
      return { keyUse: read.keyUse, status, stored: read.stored, error: read.error };
    },
    { concurrency: CONCURRENCY },
  );
}

async function readAndProbe(
  deps: CheckupDependencies,
  keyUse: KeyUse,
  earlier: KeyStatus | undefined,
): Promise<Read> {
  const { readCurrent, readUsers, clock } = deps;
  try {
    const stored = await readCurrent(keyUse.secretName);
    const usedBy = (await readUsers?.(keyUse.secretName)) ?? [];
    const probe = await probeAll(deps, stored, readsFor(keyUse, clock.now()), {
      lastAccepted: historyIn(earlier),
      wasRefused:
        earlier?.health === 'refused' && earlier.key !== undefined && isSameUse(earlier.key, stored.key),
    });
    return { keyUse, stored, probe, usedBy, error: probe.outcome === 'accepted' ? undefined : probe.error };
  } catch (error) {
    if (error instanceof KeySecretError || error instanceof KeySecretUnreadableError)
      return { keyUse, stored: undefined, probe: undefined, usedBy: [], error };
    throw error;
  }
}

async function judge(
  deps: CheckupDependencies,
  read: Read,
  all: readonly Read[],
  { earlier, thorough }: { earlier: KeyStatus | undefined; thorough: boolean },
): Promise<KeyStatus> {
  const { keyUse, stored, probe } = read;
  const now = deps.clock.now();
  const known = stored !== undefined && isSameKey(earlier, stored) ? earlier : undefined;
  const health = healthOf(read);
  const lastAccepted =
    health === 'well' && stored !== undefined ? acceptedNow(stored.key, now) : historyIn(earlier);
  const others = all.filter((other) => other !== read);
  const otherKeys = others.flatMap((other) => otherKey(other, keyUse.team));
  const diagnoses = await diagnosesOf(deps, read, { otherKeys, lastAccepted }, thorough);
  const mayReadApps = await askWidth(deps, read, health, known);
  // A check that could not ask Apple in between ends nothing.
  const refusedBefore = health === 'well' ? undefined : earlier?.unwellSince;
  const unwellSince = health === 'refused' ? (refusedBefore ?? now) : refusedBefore;
  const lastAcceptedAt = health === 'well' ? now : known?.lastAcceptedAt;
  const status: KeyStatus = {
    team: keyUse.team,
    job: keyUse.job,
    secretName: keyUse.secretName,
    checkedAt: now,
    health,
    diagnoses: [...diagnoses],
    findings: [],
    sharedWith: others.flatMap((other) => sharing(read, other)),
    ...(stored !== undefined && { key: keyOf(stored, ageOf(stored, deps.maxAgeDays, now, known?.key)) }),
    ...(probe !== undefined && { probe: seenIn(probe) }),
    ...(probe?.skewSeconds !== undefined && { skewSeconds: probe.skewSeconds }),
    ...(lastAcceptedAt !== undefined && { lastAcceptedAt }),
    ...(lastAccepted !== undefined && { lastAccepted }),
    ...(unwellSince !== undefined && { unwellSince }),
    ...(earlier?.previous !== undefined && { previous: earlier.previous }),
    ...(mayReadApps !== undefined && { mayReadApps }),
    ...(needsAdmin(keyUse) && { needsAdmin: true }),
    ...(read.usedBy.length > 0 && { usedBy: [...read.usedBy] }),
  };
  return { ...status, findings: findingsOf(status) };
}

async function diagnosesOf(
  deps: CheckupDependencies,
  { keyUse, stored, probe, error }: Read,
  knowledge: Knowledge,
  thorough: boolean,
): Promise<readonly Diagnosis[]> {
  const shortcoming =
    stored === undefined || probe === undefined ? undefined : shortcomingOf(keyUse, stored.key, probe);
  if (shortcoming !== undefined) return [shortcoming];
  if (error === undefined) return [];
  return thorough && probe?.outcome === 'refused' && stored !== undefined
    ? investigate(deps.ask, stored, probe.error, knowledge)
    : diagnoseKey(error, knowledge);
}

/** Whether a key for reports may read apps. Asked once per key: its role cannot be changed. */
async function askWidth(
  { ask }: CheckupDependencies,
  { keyUse, stored }: Read,
  health: KeyStatus['health'],
  known: KeyStatus | undefined,
): Promise<boolean | undefined> {
  if (keyUse.job !== 'reports' || health !== 'well' || stored === undefined) return known?.mayReadApps;
  if (known?.mayReadApps !== undefined) return known.mayReadApps;
  const probe = await ask(stored, APPS);
  if (probe.outcome === 'accepted') return true;
  // Any other refusal says nothing about the role, and what is noted here is never asked again.
  return probe.outcome === 'refused' && probe.error.code === 'FORBIDDEN' ? false : undefined;
}

function healthOf({ keyUse, stored, probe, error }: Read): KeyStatus['health'] {
  if (probe === undefined || stored === undefined)
    return error instanceof KeySecretUnreadableError && error.retryable ? 'unknown' : 'refused';
  if (probe.outcome === 'unknown') return 'unknown';
  const works = probe.outcome === 'accepted' && shortcomingOf(keyUse, stored.key, probe) === undefined;
  return works ? 'well' : 'refused';
}

const seenIn = ({ endpoint, status, appleCode, detail, requestId, correlationKey }: Probe) => ({
  endpoint,
  ...(status !== undefined && { status }),
  ...(appleCode !== undefined && { appleCode }),
  ...(detail !== undefined && { detail }),
  ...(requestId !== undefined && { requestId }),
  ...(correlationKey !== undefined && { correlationKey }),
});

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
