import { describeDiagnoses, headlineOf } from '../../app-store-connect/diagnosis/diagnose.ts';
import type { Cause } from '../../app-store-connect/diagnosis/diagnosis.ts';
import { DAY_MILLIS, utcDay } from '../../platform/util/time.ts';
import { reminderStep, weekly } from '../store/key-age.ts';
import type { KeyStatus } from '../store/key-status.ts';
import { type KeyUse, keyUseName } from '../store/key-use.ts';
import type { Rotation } from '../store/rotation.ts';
import { checklistOf, checklistText, rotationCommand, SIGN_IN } from './checklist.ts';
import type { Notice } from './send-notice.ts';

const FOOTER = 'App Store Connect Jobs. What each cause means, and all commands: docs/keys.md';

type WithKey = KeyStatus & { key: NonNullable<KeyStatus['key']> };

const hasKey = (status: KeyStatus): status is WithKey => status.key !== undefined;

/** The reminder of a key's age that is due, if one is. */
export function ageNotice(keyUse: KeyUse, status: KeyStatus, region: string): Notice | undefined {
  if (!hasKey(status)) return undefined;
  const { key } = status;
  const step = reminderStep(key);
  if (step === undefined) return undefined;
  const list = checklistOf(keyUse, status, region);
  const left =
    key.remainingDays > 0
      ? `${days(key.remainingDays)} left`
      : key.remainingDays === 0
        ? 'today is the last day'
        : `${days(-key.remainingDays)} over`;
  const subject = `${keyUseName(keyUse)}: key ${key.keyId} is ${key.ageDays} of ${key.maxAgeDays} days old, ${left}`;
  return {
    keyId: key.keyId,
    step,
    subject,
    text: `The App Store Connect key of team ${keyUse.team} for ${keyUse.job} is ${days(key.ageDays)} old; your limit is ${days(key.maxAgeDays)}.
Rotate it by ${key.rotateBy} (${left}).

${checklistText(list)}

${FOOTER}`,
    chat: {
      title: `${key.remainingDays > 0 ? ':hourglass:' : ':warning:'} ${subject}`,
      description: `Used by ${list.usedBy}. Stored in \`${keyUse.secretName}\`. Rotate it by *${key.rotateBy}*.`,
      nextSteps: list.steps,
    },
    facts: {
      kind: 'key-age',
      team: keyUse.team,
      job: keyUse.job,
      keyId: key.keyId,
      step,
      ...list,
      ageDays: key.ageDays,
      remainingDays: key.remainingDays,
    },
  };
}

/** Causes that a new key, or the right key file, puts right. For all others a rotation would change nothing. */
const ROTATION_HELPS = new Set<Cause>([
  'key-revoked',
  'key-never-activated',
  'key-and-id-differ',
  'individual-key',
  'role-too-narrow',
  'secret-malformed',
]);

/** Tells that Apple refuses a key: at once, and weekly while it does. */
export function refusedKeyNotice(keyUse: KeyUse, status: KeyStatus, now: number): Notice | undefined {
  const { diagnoses, unwellSince, key } = status;
  const [first] = diagnoses;
  if (status.health !== 'refused' || unwellSince === undefined || first === undefined) return undefined;
  const keyId = key?.keyId ?? keyUse.secretName;
  const step = weekly(`unwell@${utcDay(unwellSince)}`, Math.floor((now - unwellSince) / DAY_MILLIS));
  const subject = `${keyUseName(keyUse)}: key ${keyId} does not work (${headlineOf(diagnoses)})`;
  const causes = diagnoses.map(
    ({ confidence, fix, docs }, index) => `${index + 1}. (${confidence}) ${fix} See ${docs}.`,
  );
  const certainty =
    first.confidence === 'possible'
      ? "The cause cannot be told from Apple's response. What it may be, to be checked in this order:\n"
      : '';
  const rotation = diagnoses.some(({ cause }) => ROTATION_HELPS.has(cause))
    ? `\nIf a new key is needed: ${rotationCommand({ ...keyUse, diagnoses })}`
    : '';
  return {
    keyId,
    step,
    subject,
    text: `The App Store Connect key of team ${keyUse.team} for ${keyUse.job} has not worked since ${new Date(unwellSince).toISOString()}.

Why
${certainty}${causes.join('\n')}

Key        ${key === undefined ? 'the secret gives none' : `${key.keyId} (public key ${key.thumbprint})`}
Stored in  Secrets Manager, secret ${keyUse.secretName}

Impact
The team's ${keyUse.job} wait; nothing is lost. They go on by themselves once Apple accepts the key; until then Apple is
asked once an hour at most.

To check from your machine: npx asc-jobs doctor --team ${keyUse.team}${rotation}

${FOOTER}`,
    chat: {
      title: `:rotating_light: ${subject}`,
      description: `${certainty}${causes.join('\n')}`,
      nextSteps: [`\`npx asc-jobs doctor --team ${keyUse.team}\``, describeDiagnoses([first])],
    },
    facts: {
      kind: 'key-unwell',
      team: keyUse.team,
      job: keyUse.job,
      keyId,
      step,
      diagnoses,
      since: unwellSince,
    },
  };
}

/** Asks for the old key's revocation: right after a rotation, the day after, and weekly until Apple refuses it. */
export function revokeNotice(
  rotation: Pick<Rotation, 'team' | 'job' | 'keyId' | 'oldKeyId' | 'promotedAt' | 'revoked'>,
  now: number,
): Notice | undefined {
  const { oldKeyId, keyId, promotedAt } = rotation;
  const keyUse = rotation;
  if (oldKeyId === undefined || promotedAt === undefined) return undefined;
  const age = Math.floor((now - promotedAt) / DAY_MILLIS);
  const step =
    age === 0
      ? `revoke-for-${keyId}`
      : age < 7
        ? `still-valid-for-${keyId}`
        : weekly(`still-valid-for-${keyId}`, age);
  const again = age > 0;
  const subject = again
    ? `${keyUseName(keyUse)}: old key ${oldKeyId} is still valid ${days(age)} after its rotation`
    : `${keyUseName(keyUse)}: new key ${keyId} is in use, now revoke ${oldKeyId}`;
  const steps = [
    SIGN_IN,
    `Make sure that nothing else uses ${oldKeyId}: its "Last Used" there should not be later than ${utcDay(promotedAt)}.`,
    `Revoke ${oldKeyId}. It cannot be taken back; the jobs use ${keyId} and do not need it.`,
  ];
  return {
    keyId: oldKeyId,
    step,
    subject,
    text: `The ${keyUse.job} of team ${keyUse.team} use key ${keyId} since ${new Date(promotedAt).toISOString()}.
${again ? `Apple still accepts the old key ${oldKeyId}. Whoever has it can use it.` : `The old key ${oldKeyId} is not needed any more${rotation.revoked ? '' : '; it is kept as a fallback until it is revoked'}.`}

What to do
${steps.map((line, index) => `${index + 1}. ${line}`).join('\n')}

The old key is probed daily. Once two checks in a row were refused the rotation is closed, with a record in the bucket under
audit/keys/${keyUse.team}/${keyUse.job}/${keyId}/.

${FOOTER}`,
    chat: {
      title: `${again ? ':warning:' : ':key:'} ${subject}`,
      description: again ? `Apple still accepts \`${oldKeyId}\`.` : `\`${oldKeyId}\` is not needed any more.`,
      nextSteps: steps,
    },
    facts: { kind: 'key-revoke', team: keyUse.team, job: keyUse.job, keyId, oldKeyId, step, promotedAt },
  };
}

/** Tells that a rotation is complete. */
export function closedNotice({ team, job, keyId }: Rotation, oldKeyId: string): Notice {
  const subject = `${keyUseName({ team, job })}: old key ${oldKeyId} is revoked, the rotation to ${keyId} is complete`;
  return {
    keyId: oldKeyId,
    step: `closed-for-${keyId}`,
    subject,
    text: `Apple refused the old key ${oldKeyId} in two checks in a row. The ${job} of team ${team} use ${keyId}. Nothing is left to do.

The record lies in the bucket under audit/keys/${team}/${job}/${keyId}/.

${FOOTER}`,
    chat: { title: `:white_check_mark: ${subject}`, description: 'Nothing is left to do.', nextSteps: [] },
    facts: { kind: 'key-rotation-closed', team, job, keyId, oldKeyId },
  };
}

const days = (count: number): string => `${count} day${count === 1 ? '' : 's'}`;
