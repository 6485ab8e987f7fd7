import type { StoredKey } from '../../app-store-connect/auth/stored-key.ts';
import { describeDiagnoses } from '../../app-store-connect/diagnosis/diagnose.ts';
import { type Diagnosis, diagnosisOf } from '../../app-store-connect/diagnosis/diagnosis.ts';
import type { OtherKey } from '../../app-store-connect/diagnosis/facts.ts';
import { explain } from '../../app-store-connect/explain-error.ts';
import type { Settings } from '../../platform/config/settings.ts';
import { investigate } from '../check/investigate.ts';
import { roleProofOf, shortcomingOf } from '../check/judge-probe.ts';
import { probeAll } from '../check/probe.ts';
import { readsFor } from '../check/probe-reads.ts';
import { type KeyUse, keyUsesOf, NEEDED_ROLE } from '../store/key-use.ts';
import type { RotationDependencies } from './rotation-dependencies.ts';

type Answer = { keyId: string; reason: string; diagnoses: readonly Diagnosis[] };

/** What the test of a new key came to. */
export type Verdict =
  | { kind: 'good' }
  | { kind: 'refused'; answer: Answer }
  /** Apple accepts it, but that it may do its job nobody has said. */
  | { kind: 'unproved'; answer: Answer }
  /** Apple could not be asked. */
  | { kind: 'unknown'; answer: Answer };

/** Keys of other teams whose issuers a refused candidate is tried with; a stack of many teams is not read as a whole. */
const MAXIMUM_TEAMS = 40;

/** Tests a new key at Apple, for every endpoint that its job needs, and against what is known of the team. */
export async function testCandidate(
  deps: Pick<RotationDependencies, 'ask' | 'clock' | 'sleep' | 'ledger'> & { settings: Settings },
  keyUse: KeyUse,
  candidate: StoredKey,
  request: { confirmedRole?: string | undefined; otherTeam: boolean },
): Promise<Verdict> {
  const { keyId } = candidate.key;
  const answer = (diagnoses: readonly Diagnosis[], reason = describeDiagnoses(diagnoses)): Answer => ({
    keyId,
    reason,
    diagnoses,
  });
  const probe = await probeAll(deps, candidate, readsFor(keyUse, deps.clock.now()), { wasRefused: false });
  if (probe.outcome === 'unknown') return { kind: 'unknown', answer: answer(explain(probe.error)) };
  const others = await otherKeys(deps, keyUse, keyId);
  if (probe.outcome === 'refused') {
    const diagnoses = await investigate(deps.ask, candidate, probe.error, { otherKeys: others });
    return { kind: 'refused', answer: answer(diagnoses) };
  }
  const foreign = request.otherTeam ? undefined : otherTeamOf(keyUse, candidate, others);
  const shortcoming = foreign ?? shortcomingOf(keyUse, candidate.key, probe);
  if (shortcoming !== undefined) return { kind: 'refused', answer: answer([shortcoming]) };
  if (roleProofOf(keyUse.job, candidate.key.role) === 'proved') return { kind: 'good' };
  const { confirmedRole } = request;
  if (confirmedRole !== undefined && roleProofOf(keyUse.job, confirmedRole) === 'stated')
    return { kind: 'good' };
  return { kind: 'unproved', answer: answer([], unprovedText(keyId, confirmedRole)) };
}

const unprovedText = (keyId: string, confirmedRole: string | undefined): string =>
  confirmedRole === undefined
    ? `Not proved: Apple accepts key ${keyId}, but that it may change prices no read can show; a key with the role Developer or Finance reads the same. Look at the key's access on Apple's page. If it is ${NEEDED_ROLE.prices} or Admin, repeat with --confirm-role APP_MANAGER (or ADMIN).`
    : `Not proved: a key with the role ${confirmedRole} cannot change prices; they need ${NEEDED_ROLE.prices} or Admin. Make a key with that access.`;

/**
 * A candidate that works with another issuer than the team's keys. A team has one issuer, so where Apple accepted
 * another key of this team of the settings with its issuer, this one is of another team.
 */
function otherTeamOf(
  { team }: KeyUse,
  { key }: StoredKey,
  others: readonly OtherKey[],
): Diagnosis | undefined {
  if (key.kind !== 'team') return undefined;
  const teamKey = others.find(
    ({ sameTeam, accepted, issuerId }) => sameTeam && accepted === true && issuerId !== undefined,
  );
  if (teamKey === undefined || teamKey.issuerId === key.issuerId) return undefined;
  const foreign = others.find(({ sameTeam, issuerId }) => !sameTeam && issuerId === key.issuerId);
  const whose = foreign?.team === undefined ? 'of another team' : `of team ${foreign.team}`;
  return diagnosisOf(
    'issuer-of-another-team',
    'certain',
    `Key ${key.keyId} is a key ${whose}: Apple accepts it with the issuer ID ${key.issuerId}, and the key ${teamKey.keyId} of team ${team} with ${teamKey.issuerId}. A team has one issuer ID. Make the new key in the account of team ${team}; only if this team is to be another one from now on, repeat with --other-team.`,
  );
}

/** The keys of this team and of others as the last check saw them, to compare a candidate with. */
async function otherKeys(
  { ledger, settings }: Pick<RotationDependencies, 'ledger'> & { settings: Settings },
  { team }: KeyUse,
  keyId: string,
): Promise<OtherKey[]> {
  const all = keyUsesOf(settings);
  const many = settings.teams.length > MAXIMUM_TEAMS;
  const compared = all.filter((keyUse) => keyUse.team === team || !many);
  const statuses = await Promise.all(compared.map((keyUse) => ledger.status(keyUse)));
  return statuses.flatMap((status) => {
    if (status?.key === undefined || status.key.keyId === keyId) return [];
    const { keyId: other, thumbprint, issuerId } = status.key;
    return [
      {
        secretName: status.secretName,
        keyId: other,
        thumbprint,
        sameTeam: status.team === team,
        team: status.team,
        ...(issuerId !== undefined && { issuerId }),
        ...(status.health !== 'unknown' && { accepted: status.health === 'well' }),
      },
    ];
  });
}
