import { parseKeySecret } from '../../../functions/app-store-connect/auth/key-secret.ts';
import type { ApiKey } from '../../../functions/app-store-connect/diagnosis/api-key.ts';
import { type Examination, examineKey } from '../../../functions/keys/check/examine-key.ts';
import { roleProofOf } from '../../../functions/keys/check/judge-probe.ts';
import { type KeyJob, NEEDED_ROLE } from '../../../functions/keys/store/key-use.ts';
import { appleUrlIn } from '../../deployment/apple-url.ts';
import { connectAws } from '../../deployment/aws.ts';
import { keySecretOfFile } from '../../options/key-file.ts';
import { confirmed } from '../../terminal/confirm.ts';
import type { Io } from '../../terminal/io.ts';
import { renderExamination } from '../../terminal/keys/key-examination.ts';
import { probeFor } from '../probe-for.ts';
import type { GivenKey } from './init-options.ts';
import { storeKey } from './store-key.ts';

/** A key that Apple has been asked about, as its secret is to hold it. */
export type CheckedKey = { job: KeyJob; secretName: string; keyId: string; text: string };

/**
 * Asks Apple what a key may do, and says it.
 *
 * @returns `refused` where Apple refuses the key, or it is no key for this job
 * @throws KeySecretError naming what is wrong with the key
 */
export async function checkKey(
  io: Io,
  given: GivenKey,
  { job, secretName, vendor }: { job: KeyJob; secretName: string; vendor: string },
): Promise<CheckedKey | 'refused'> {
  const { source, text } = keySecretOfFile(given, io.env);
  const { role, createdAt } = given;
  const secret = JSON.stringify({ ...JSON.parse(text), role, createdAt });
  const key = await parseKeySecret(source, secret);
  const report = await examineKey({
    key,
    vendor: job === 'reports' ? vendor : undefined,
    ask: probeFor(io, appleUrlIn(io.env)),
    clock: io,
  });
  io.err(`${job}: ${renderExamination(report)}\n\n`);
  const objection = objectionTo(job, key, report);
  if (objection === undefined) return { job, secretName, keyId: key.keyId, text: secret };
  io.err(`${objection}\nNothing was written. Put the key right first, or leave it out for now.\n`);
  return 'refused';
}

/** Why a key is not put, though it may be a good key for something else. */
function objectionTo(job: KeyJob, { keyId, role }: ApiKey, report: Examination): string | undefined {
  if (report.severity === 'problem') return `Key ${keyId} does not work as it was given.`;
  if (job === 'reports' && report.mayReadSales === false)
    return `Key ${keyId} may not read reports, which need ${NEEDED_ROLE.reports}.`;
  if (job === 'prices' && report.mayReadApps === false)
    return `Key ${keyId} may not read apps, so it is no key for prices, which need ${NEEDED_ROLE.prices} or Admin.`;
  if (job === 'prices' && roleProofOf(job, role) === 'too-narrow')
    return `A key with the role ${role} cannot change prices; they need ${NEEDED_ROLE.prices} or Admin.`;
  return undefined;
}

/** What became of a key: `there already` also where the secret holds another key, which stays. */
export type StoredKey = { name: string; keyId: string; result: 'put' | 'there already' | 'not put' };

/** Puts a key into Secrets Manager, unless the person says no or the secret is there. */
export async function putKey(
  io: Io,
  { endpoint, stage, region }: { endpoint?: string | undefined; stage: string; region: string },
  { secretName, keyId, text, job }: CheckedKey,
  isAgreed: boolean,
): Promise<StoredKey> {
  const question = `Put key ${keyId} for ${job} into the secret ${secretName} (Secrets Manager, ${region}) of the present AWS account?`;
  const words = { option: '--put-key --yes', refused: `Key ${keyId} was not put into Secrets Manager.` };
  if (!(await confirmed(io, question, isAgreed, words)))
    return { name: secretName, keyId, result: 'not put' };
  const { secrets } = connectAws({ stage, region, ...(endpoint !== undefined && { endpoint }) });
  const isPut = await storeKey(secrets, secretName, text);
  return { name: secretName, keyId, result: isPut ? 'put' : 'there already' };
}
