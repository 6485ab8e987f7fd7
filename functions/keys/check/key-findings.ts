import { describeDiagnoses } from '../../app-store-connect/diagnosis/diagnose.ts';
import { reminderStep } from '../store/key-age.ts';
import type { Finding, KeyStatus } from '../store/key-status.ts';
import { isWiderThanNeeded, NEEDED_ROLE } from '../store/key-use.ts';
import { roleProofOf } from './judge-probe.ts';

/** A smaller difference of the clocks is of no interest: tokens bear it. */
export const SUSPECT_SKEW_SECONDS = 30;

/** What a status gives reason to say. Pure. */
export const findingsOf = (status: KeyStatus): Finding[] =>
  [healthOf, ageOf, clockOf, sharingOf, previousOf, widthOf, roleProof].flatMap((rule) => rule(status));

function healthOf({ health, diagnoses }: KeyStatus): Finding[] {
  if (health === 'well') return [];
  const [first] = diagnoses;
  const refused = health === 'refused';
  // What cannot be told for certain is told with all that it may be.
  const text = first?.confidence === 'certain' ? first.fix : describeDiagnoses(diagnoses);
  return [
    {
      severity: refused ? 'problem' : 'warning',
      code: first?.cause ?? (refused ? 'refused' : 'unknown'),
      text: text || (refused ? 'Apple refuses the key.' : 'Apple could not be asked.'),
    },
  ];
}

function ageOf({ team, job, key }: KeyStatus): Finding[] {
  if (key === undefined) return [];
  const findings: Finding[] = [];
  if (reminderStep(key) !== undefined)
    findings.push({
      severity: 'warning',
      code: key.remainingDays <= 0 ? 'key-too-old' : 'key-ageing',
      text: `The key is ${key.ageDays} of ${key.maxAgeDays} days old; rotate it by ${key.rotateBy}.`,
    });
  if (key.createdAtSource === 'version')
    findings.push({
      severity: 'note',
      code: 'created-at-missing',
      text: `The secret does not say when Apple made the key; the day it was stored, ${key.createdAt}, stands in. Add it: asc-jobs keys correct --team ${team} --job ${job} --created-at <day>.`,
    });
  return findings;
}

function clockOf({ skewSeconds = 0 }: KeyStatus): Finding[] {
  if (Math.abs(skewSeconds) <= SUSPECT_SKEW_SECONDS) return [];
  const direction = skewSeconds < 0 ? 'ahead of' : 'behind';
  return [
    {
      severity: 'warning',
      code: 'clock-skew',
      text: `The clock of the machine that asked is ${Math.abs(skewSeconds)} s ${direction} Apple's. Synchronize it by NTP; until then tokens are dated by Apple's clock. The key is not at fault.`,
    },
  ];
}

const sharingOf = ({ sharedWith }: KeyStatus): Finding[] =>
  sharedWith.length === 0
    ? []
    : [
        {
          severity: 'warning',
          code: 'key-shared',
          text: `The same key serves ${sharedWith.join(', ')}: who revokes or leaks it hits all of them. Make a key for each.`,
        },
      ];

function previousOf({ previous }: KeyStatus): Finding[] {
  if (previous?.accepted === true)
    return [
      {
        severity: 'warning',
        code: 'old-key-valid',
        text: `Apple still accepts the old key ${previous.keyId}. Revoke it.`,
      },
    ];
  if (previous?.refusedSince === undefined || previous.accepted === false) return [];
  return [
    {
      severity: 'note',
      code: 'old-key-refused',
      text: `Apple refused the old key ${previous.keyId} on ${new Date(previous.refusedSince).toISOString()}. A valid key is refused now and then, so it counts as revoked only once a check at least six hours later is refused, too; the daily check asks.`,
    },
  ];
}

function widthOf({ key, job, needsAdmin = false, mayReadApps }: KeyStatus): Finding[] {
  if (key?.role !== undefined && isWiderThanNeeded(job, key.role, needsAdmin))
    return [
      {
        severity: 'warning',
        code: 'role-too-wide',
        text: `The key's role is ${key.role}; ${job} need ${NEEDED_ROLE[job]} only.`,
      },
    ];
  if (job !== 'reports' || mayReadApps !== true || needsAdmin) return [];
  return [
    {
      severity: 'note',
      code: 'role-perhaps-too-wide',
      text: `The key may read apps, which reports do not need: its role may be wider than ${NEEDED_ROLE[job]}.`,
    },
  ];
}

/** Whether the key may change prices: said as what it is, stated and not proved. */
function roleProof({ team, job, key, health }: KeyStatus): Finding[] {
  if (key === undefined || health !== 'well') return [];
  const proof = roleProofOf(job, key.role);
  if (proof === 'not-stated')
    return [
      {
        severity: 'warning',
        code: 'role-not-stated',
        text: `Whether the key may change prices is not proved: Apple has no read that shows it, and the secret does not say the key's role. Look at Apple's page, and state it: asc-jobs keys correct --team ${team} --job ${job} --role <role>.`,
      },
    ];
  if (proof === 'stated')
    return [
      {
        severity: 'note',
        code: 'role-not-proved',
        text: `That the key may change prices is stated (role ${key.role}), not proved: only a price change can prove it.`,
      },
    ];
  return [];
}
