import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename } from 'node:path';
import * as z from 'zod';
import { KEYS_PAGE } from '../../../functions/keys/notices/checklist.ts';
import type { RotateRequest } from '../../../functions/keys/rotate/rotate-key.ts';
import type { KeyUse } from '../../../functions/keys/store/key-use.ts';
import { JobError } from '../../../functions/platform/errors.ts';
import type { Context, Register } from '../../context/context.ts';
import { putCandidate } from '../../deployment/candidate.ts';
import { keyIdOf } from '../../options/key-file.ts';
import { chosenKeyUse, jobOption, keyUseOptions } from '../../options/key-options.ts';
import { teamOption } from '../../options/team-option.ts';
import { type ExitCode, exitCodeOf } from '../../terminal/exit-code.ts';
import { printJson } from '../../terminal/table.ts';

const optionsSchema = keyUseOptions.extend({
  p8: z.string(),
  keyId: z.string().optional(),
  issuer: z.string().optional(),
  role: z.string().optional(),
  createdAt: z.iso.date('must be a day such as 2026-09-01').optional(),
  revoked: z.boolean().default(false),
  confirmRole: z.string().optional(),
  otherTeam: z.boolean().default(false),
  by: z.string().optional(),
});
type Options = z.output<typeof optionsSchema>;

/** What the function answers; what it says besides is passed on as it is. */
export const rotateAnswerSchema = z.looseObject({
  status: z.enum(['promoted', 'rejected', 'unproved', 'waiting']),
  keyId: z.string(),
  revoke: z.string().optional(),
  reason: z.string().optional(),
});

export const registerKeysRotate: Register = (keys, run) => {
  keys
    .command('rotate')
    .description('put a new key in use, after it was tested at Apple; may be repeated at any time')
    .addOption(teamOption().makeOptionMandatory())
    .addOption(jobOption())
    .requiredOption('--p8 <file>', "the new key's file, as Apple gave it: AuthKey_<key ID>.p8")
    .option('--key-id <id>', 'the new key ID, where the file was renamed')
    .option('--issuer <uuid>', 'the issuer ID, where it is not that of the present key')
    .option('--role <role>', 'the role that was chosen for the new key, such as FINANCE')
    .option('--created-at <day>', 'the day on which the new key was made, today unless given')
    .option('--revoked', 'emergency: the old key has leaked or is revoked, jobs must not fall back to it')
    .option(
      '--confirm-role <role>',
      "prices: the new key's access as Apple's page shows it, such as APP_MANAGER; no read can prove it",
    )
    .option('--other-team', 'the key is of another App Store Connect team on purpose')
    .option('--by <name>', 'who rotates, for the record')
    .addHelpText(
      'after',
      '\nExample:\n  asc-jobs keys rotate --team acme --p8 AuthKey_ABCDE12345.p8 --role FINANCE',
    )
    .action(run(optionsSchema, rotate));
};

async function rotate(context: Context, options: Options): Promise<ExitCode> {
  const { io, json, aws } = context;
  const keyUse = chosenKeyUse(context, options);
  const { p8 } = options;
  const keyId = keyIdOf(options);
  if (keyId === undefined) throw keyIdMissing(p8);
  const role = options.role ?? options.confirmRole;
  const isNew = await putCandidate(aws.secrets, keyUse, {
    keyId,
    privateKey: readFileSync(p8, 'utf8'),
    createdAt: options.createdAt ?? new Date(io.now()).toISOString().slice(0, 10),
    ...(options.issuer !== undefined && { issuerId: options.issuer }),
    ...(role !== undefined && { role }),
  });
  io.err(
    isNew
      ? `Key ${keyId} is stored in ${keyUse.secretName} as a candidate; it is tested at Apple …\n`
      : `Key ${keyId} is in ${keyUse.secretName} already.\n`,
  );
  const answer = await askToRotate(context, keyUse, {
    keyId,
    revoked: options.revoked,
    otherTeam: options.otherTeam,
    ...(options.confirmRole !== undefined && { confirmedRole: options.confirmRole }),
    ...(options.by !== undefined && { requestedBy: options.by }),
  });
  if (json) printJson(io, answer);
  else io.out(`${render(answer, p8)}\n`);
  return exitOfAnswer(answer);
}

const SEVERITY = { promoted: 'note', waiting: 'warning', unproved: 'warning', rejected: 'problem' } as const;

export const exitOfAnswer = ({ status }: z.output<typeof rotateAnswerSchema>): ExitCode =>
  exitCodeOf([{ severity: SEVERITY[status] }]);

/** Asks the function RotateKey; then lets the keys be checked, so that every status shows them as they are now. */
export async function askToRotate(
  { aws, io }: Context,
  { team, job }: Pick<KeyUse, 'team' | 'job'>,
  request: Omit<RotateRequest, 'team' | 'job'>,
): Promise<z.output<typeof rotateAnswerSchema>> {
  const functionName = await aws.output('RotateKeyFunctionName');
  const payload = { team, job, requestedBy: userInfo().username, ...request };
  const answer = rotateAnswerSchema.parse(await aws.invoke(functionName, payload));
  if (answer.status !== 'promoted') return answer;
  try {
    await aws.invoke(await aws.output('CheckKeysFunctionName'), {});
  } catch (error) {
    // The key is in use all the same; who may rotate need not be allowed to check.
    io.err(
      `The keys could not be checked (${error instanceof Error ? error.message : error}); the status shows the new key after the next daily check.\n`,
    );
  }
  return answer;
}

function render(
  { status, keyId, revoke, reason = '' }: z.output<typeof rotateAnswerSchema>,
  p8: string,
): string {
  switch (status) {
    case 'promoted':
      return [
        `✓ Key ${keyId} was tested at Apple and is in use.`,
        ...(revoke === undefined
          ? []
          : [
              `! Now revoke ${revoke}: ${KEYS_PAGE}`,
              '  It is probed daily; you are reminded until Apple refuses it, and told when all is done.',
            ]),
        `  Delete ${p8}.`,
      ].join('\n');
    case 'waiting':
      return `? Apple could not be asked; nothing was changed. Repeat the command later.\n  ${reason}`;
    case 'unproved':
      return `? Key ${keyId} was not put into use yet; the present key stays.\n  ${reason}`;
    case 'rejected':
      return `✗ Key ${keyId} was not put into use; the present key stays.\n  ${reason}`;
  }
}

function keyIdMissing(file: string): JobError {
  return new JobError({
    code: 'KEY_ID_MISSING',
    message: `${basename(file)} is not named AuthKey_<key ID>.p8 as Apple names it; give the key ID with --key-id.`,
    retryable: false,
  });
}
