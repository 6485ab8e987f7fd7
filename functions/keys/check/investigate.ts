import type { StoredKey } from '../../app-store-connect/auth/key-store.ts';
import type { Diagnosis } from '../../app-store-connect/diagnosis/diagnosis.ts';
import type {
  DiagnosisFacts,
  KeyFacts,
  OtherKey,
  TriedFacts,
} from '../../app-store-connect/diagnosis/facts.ts';
import { explain } from '../../app-store-connect/explain-error.ts';
import { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
import { APPS, type AskApple, asOtherKind, type Probe, withIssuer } from './probe.ts';

/** What is at hand to explain a refusal with. */
export type Knowledge = { lastAcceptedAt?: number; otherKeys: readonly OtherKey[] };

/** The causes of a failure, by all that is known besides. */
export function diagnoseKey(
  error: unknown,
  { lastAcceptedAt, otherKeys }: Knowledge,
  tried?: TriedFacts,
): readonly Diagnosis[] {
  const known: DiagnosisFacts = { otherKeys, ...(tried !== undefined && { tried }) };
  const key = error instanceof AppStoreConnectError ? error.facts?.key : undefined;
  const withHistory: KeyFacts | undefined =
    key === undefined || lastAcceptedAt === undefined ? key : { ...key, lastAcceptedAt };
  return explain(error, withHistory === undefined ? known : { ...known, key: withHistory });
}

/**
 * Tries a refused key in other ways, as an operator would: as the other kind, and with the issuer of another key
 * of the team. Costs up to two calls, so it is for when a person waits for the answer, not for the daily check.
 */
export async function investigate(
  ask: AskApple,
  stored: StoredKey,
  error: AppStoreConnectError,
  knowledge: Knowledge,
): Promise<readonly Diagnosis[]> {
  if (error.code !== 'UNAUTHORIZED' || error.diagnosis?.confidence === 'certain')
    return diagnoseKey(error, knowledge);
  const own = stored.key.kind === 'team' ? stored.key.issuerId : undefined;
  const issuerId = knowledge.otherKeys.find(
    (other) => other.issuerId !== undefined && other.issuerId !== own,
  )?.issuerId;
  const otherKind = asOtherKind(stored, issuerId);
  const kindTried = otherKind === undefined ? undefined : letIn(await ask(otherKind, APPS));
  const tried: TriedFacts = { ...(kindTried !== undefined && { asOtherKind: kindTried }) };
  if (kindTried !== 'accepted' && stored.key.kind === 'team' && issuerId !== undefined) {
    const outcome = letIn(await ask(withIssuer(stored, issuerId), APPS));
    if (outcome !== undefined) tried.otherIssuer = { issuerId, outcome };
  }
  return diagnoseKey(error, knowledge, tried);
}

/** Whether Apple knew the key that way, whatever it may read. */
const letIn = (probe: Probe): 'accepted' | 'refused' | undefined => {
  if (probe.outcome === 'accepted') return 'accepted';
  if (probe.outcome === 'unknown') return undefined;
  return probe.error.code === 'UNAUTHORIZED' ? 'refused' : 'accepted';
};
