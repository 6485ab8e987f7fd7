import type { ApiKey } from '../../app-store-connect/diagnosis/api-key.ts';
import { type Diagnosis, diagnosisOf } from '../../app-store-connect/diagnosis/diagnosis.ts';
import { suffices } from '../../app-store-connect/diagnosis/roles.ts';
import { type KeyJob, type KeyUse, NEEDED_ROLE } from '../store/key-use.ts';
import type { Probe } from './probe.ts';

/**
 * What is known of whether a key may do its job. Reports are read by the check itself. A price can only be changed by
 * a write, so the role that somebody stated is all there is.
 */
export type RoleProof = 'proved' | 'stated' | 'not-stated' | 'too-narrow';

const PRICE_WRITE = '/v1/subscriptionPrices';

export function roleProofOf(job: KeyJob, role: string | undefined): RoleProof {
  if (job === 'reports') return 'proved';
  if (role === undefined) return 'not-stated';
  return suffices(role, PRICE_WRITE, 'POST') ? 'stated' : 'too-narrow';
}

/** Apple let the key in, but it does not do its job: by what Apple said of the vendor, or by its stated role. */
export function shortcomingOf(
  { team, job }: Pick<KeyUse, 'team' | 'job'>,
  { keyId, role }: Pick<ApiKey, 'keyId' | 'role'>,
  probe: Probe,
): Diagnosis | undefined {
  if (probe.outcome === 'vendor-refused') {
    return diagnosisOf(
      'vendor-not-of-this-team',
      'likely',
      `Apple accepts key ${keyId}, but not for vendor number ${probe.vendor} ("${probe.detail ?? ''}"). Either ${probe.vendor} is no vendor number of team ${team} (it stands at the top of Sales and Trends, and in Payments and Financial Reports), or the key is a key of another team.`,
    );
  }
  if (probe.outcome !== 'accepted' || roleProofOf(job, role) !== 'too-narrow') return undefined;
  return diagnosisOf(
    'role-too-narrow',
    'likely',
    `The secret says that the role of key ${keyId} is ${role}. Such a key may read apps, but it cannot change a price: prices need ${NEEDED_ROLE.prices} or Admin. A key's role cannot be changed: make a new key and rotate to it. If the secret is wrong about the role, correct it: asc-jobs keys correct --team ${team} --job ${job} --role <role>.`,
  );
}
