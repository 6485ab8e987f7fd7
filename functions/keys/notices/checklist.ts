import type { KeyOwner } from '../../app-store-connect/key-metrics.ts';
import type { KeyStatus } from '../store/key-status.ts';
import { type KeyUse, NEEDED_ROLE, USED_BY } from '../store/key-use.ts';

/** Where keys are made and revoked; there is no API for either. */
export const KEYS_PAGE = 'https://appstoreconnect.apple.com/access/integrations/api';

/** The step with which every task on Apple's page begins. */
export const SIGN_IN = `Sign in at ${KEYS_PAGE} as Account Holder or Admin (Users and Access, Integrations, App Store Connect API, Team Keys).`;

/** What a message says of a key, besides why it is sent. */
export type Checklist = {
  key: string;
  made: string;
  storedIn: string;
  usedBy: string;
  role: string;
  steps: readonly string[];
  command: string;
  revoke: string;
  by: string;
};

type KnownKey = NonNullable<KeyStatus['key']>;

/** The rotation's checklist, filled in for one key. `region` is that of the stack. */
export function checklistOf(
  keyUse: KeyUse,
  status: KeyStatus & { key: KnownKey },
  region: string,
): Checklist {
  const { key } = status;
  const role = NEEDED_ROLE[keyUse.job];
  const command = rotateCommand(keyUse);
  return {
    key: `${key.keyId} (${key.kind} key${key.role === undefined ? '' : `, role ${key.role}`}; public key ${key.thumbprint})`,
    made:
      key.createdAtSource === 'secret'
        ? key.createdAt
        : `${key.createdAt} or before (the secret does not say when; this is the day it was stored)`,
    storedIn: `Secrets Manager, ${region}, secret ${keyUse.secretName}`,
    usedBy: [
      `functions ${USED_BY[keyUse.job].join(', ')}`,
      ...status.sharedWith.map((other) => `also ${other}`),
      ...(status.usedBy ?? []).map((other) => `outside of this product: ${other}`),
    ].join('; '),
    role,
    steps: [
      SIGN_IN,
      `Generate an API key with the access ${role} and nothing else. Download AuthKey_<key ID>.p8: Apple gives the file once. ${safeOrder(keyUse, status)}`,
      `Run: ${command}`,
      'It tests the new key before anything changes; the old key stays as a fallback.',
      ...(status.usedBy ?? []).map((other) => `Give the new key to ${other}: it uses ${key.keyId}, too.`),
      `Revoke ${key.keyId} on the same page. It is probed daily, and you are told until Apple refuses it in two checks in a row.`,
      'Delete the .p8 file.',
    ],
    command,
    revoke: key.keyId,
    by: key.rotateBy,
  };
}

/** What to do where Apple lets the team have no further key, so that the job stands still as briefly as may be. */
function safeOrder(keyUse: KeyUse, { key, previous }: KeyStatus & { key: KnownKey }): string {
  const limit = 'If Apple says that there are as many active keys as it allows (two in some accounts)';
  if (previous?.accepted === true)
    return `${limit}: revoke ${previous.keyId} first; it was replaced and nothing here uses it. Then generate the new key.`;
  return `${limit}: revoke a key that nobody uses. If all are in use, revoke ${key.keyId} now, generate the new key at once and add --revoked to the command below: ${keyUse.job} wait for these minutes, and nothing is lost.`;
}

/** The command that rotates a key, with what only the operator knows in angle brackets. */
export const rotateCommand = ({ team, job }: KeyOwner): string =>
  `npx asc-jobs keys rotate --team ${team} --job ${job} --p8 AuthKey_<key ID>.p8${job === 'prices' ? ' --confirm-role APP_MANAGER' : ''}`;

/** The same for a key as it was found: one that Apple says is revoked is no fallback. */
export function rotationCommand({
  team,
  job,
  diagnoses,
}: Pick<KeyStatus, 'team' | 'job' | 'diagnoses'>): string {
  const [first] = diagnoses;
  const revoked = first?.cause === 'key-revoked' && first.confidence !== 'possible';
  return `${rotateCommand({ team, job })}${revoked ? ' --revoked' : ''}`;
}

const MAXIMUM_LINE = 150;

/** Each sentence of a long step on a line of its own. A command is never broken. */
const readable = (step: string): string =>
  step.length <= MAXIMUM_LINE ? step : step.split(/(?<=\.) (?=[A-Z])/).join('\n   ');

/** As text for an e-mail. */
export function checklistText(list: Checklist): string {
  return [
    `Key        ${list.key}`,
    `Made       ${list.made}`,
    `Stored in  ${list.storedIn}`,
    `Used by    ${list.usedBy}`,
    `Role       ${list.role} is what the job needs`,
    '',
    'What to do',
    ...list.steps.map((step, index) => `${index + 1}. ${readable(step)}`),
    '',
    `By when    ${list.by}`,
  ].join('\n');
}
