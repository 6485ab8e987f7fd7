import type { StoredKey } from '../../app-store-connect/auth/stored-key.ts';
import type { Diagnosis } from '../../app-store-connect/diagnosis/diagnosis.ts';
import type { AcceptedFacts, OtherKey, TriedFacts } from '../../app-store-connect/diagnosis/facts.ts';
import { explain } from '../../app-store-connect/explain-error.ts';
import type { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
import { type AskApple, asOtherKind, type Probe, withIssuer } from './probe.ts';
import { APPS } from './probe-reads.ts';

/** What is at hand to explain a refusal with. `lastAccepted`: what Apple last accepted under the same secret. */
export type Knowledge = { lastAccepted?: AcceptedFacts | undefined; otherKeys: readonly OtherKey[] };

/** Issuers of other keys that a refused key is tried with, at most. */
const MAXIMUM_ISSUERS = 4;

/** The causes of a failure, by all that is known besides. */
export function diagnoseKey(
  error: unknown,
  { lastAccepted, otherKeys }: Knowledge,
  tried?: TriedFacts,
): readonly Diagnosis[] {
  return explain(error, {
    otherKeys,
    ...(tried !== undefined && { tried }),
    ...(lastAccepted !== undefined && { key: { lastAccepted } }),
  });
}

/**
 * Tries a refused key in other ways, as an operator would: as the other kind, and with issuers that Apple is known to
 * accept. Costs some calls, so it is for when a person waits for the result, not for the daily check.
 */
export async function investigate(
  ask: AskApple,
  stored: StoredKey,
  error: AppStoreConnectError,
  knowledge: Knowledge,
): Promise<readonly Diagnosis[]> {
  const atOnce = diagnoseKey(error, knowledge);
  if (error.code !== 'UNAUTHORIZED' || atOnce[0]?.confidence === 'certain') return atOnce;
  const issuers = issuersToTry(stored, knowledge);
  const otherKind = asOtherKind(stored, issuers[0]?.issuerId);
  const kindTried = otherKind === undefined ? undefined : outcomeOf(await ask(otherKind, APPS));
  const tried: TriedFacts = { ...(kindTried !== undefined && { asOtherKind: kindTried }) };
  if (kindTried !== 'accepted' && stored.key.kind === 'team') {
    for (const { issuerId, team } of issuers) {
      const outcome = outcomeOf(await ask(withIssuer(stored, issuerId), APPS));
      if (outcome === undefined) continue;
      tried.otherIssuer = { issuerId, outcome, ...(team !== undefined && { team }) };
      if (outcome === 'accepted') break;
    }
  }
  return diagnoseKey(error, knowledge, tried);
}

/** The issuer that the secret had before, then those of the same team, then those of other teams. */
function issuersToTry(
  { key }: StoredKey,
  { lastAccepted, otherKeys }: Knowledge,
): { issuerId: string; team?: string | undefined }[] {
  const statedIssuer = key.kind === 'team' ? key.issuerId : undefined;
  const sorted = otherKeys.toSorted((a, b) => Number(b.sameTeam) - Number(a.sameTeam));
  const known = [
    { issuerId: lastAccepted?.issuerId, team: undefined },
    ...sorted.map(({ issuerId, sameTeam, team }) => ({ issuerId, team: sameTeam ? undefined : team })),
  ];
  const issuers = new Map<string, { issuerId: string; team?: string | undefined }>();
  for (const { issuerId, team } of known)
    if (issuerId !== undefined && issuerId !== statedIssuer && !issuers.has(issuerId))
      issuers.set(issuerId, { issuerId, team });
  return [...issuers.values()].slice(0, MAXIMUM_ISSUERS);
}

/** Whether Apple knew the key that way, whatever it may read. */
const outcomeOf = (probe: Probe): 'accepted' | 'refused' | undefined => {
  if (probe.outcome === 'accepted' || probe.outcome === 'vendor-refused') return 'accepted';
  if (probe.outcome === 'unknown') return undefined;
  return probe.error.code === 'UNAUTHORIZED' ? 'refused' : 'accepted';
};
