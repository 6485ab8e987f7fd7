import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename } from 'node:path';
import { z } from 'zod';
import { KEYS_PAGE } from '../../../functions/keys/notices/checklist.ts';
import { JobError } from '../../../functions/platform/errors.ts';
import type { Context, Register } from '../../context/context.ts';
import { putCandidate } from '../../deployment/candidate.ts';
import { jobOption, placeOf, placeOptions, teamOption } from '../../options/key-options.ts';
import { type ExitCode, exitCodeOf } from '../../terminal/exit-code.ts';

const optionsSchema = placeOptions.extend({
  p8: z.string(),
  keyId: z.string().optional(),
  issuer: z.string().optional(),
  role: z.string().optional(),
  createdAt: z.iso.date('must be a day such as 2026-09-01').optional(),
  revoked: z.boolean().default(false),
  by: z.string().optional(),
});
type Options = z.output<typeof optionsSchema>;

/** What the function answers; what it says besides is passed on as it is. */
const answerSchema = z.looseObject({
  status: z.enum(['promoted', 'rejected', 'waiting']),
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
    .option('--by <name>', 'who rotates, for the record')
    .addHelpText(
      'after',
      '\nExample:\n  asc-jobs keys rotate --team acme --p8 AuthKey_ABCDE12345.p8 --role FINANCE',
    )
    .action(run(optionsSchema, rotate));
};

async function rotate(context: Context, options: Options): Promise<ExitCode> {
  const { io, json, aws } = context;
  const keyUse = placeOf(context, options);
  const keyId = options.keyId ?? keyIdInName(options.p8);
  await putCandidate(aws.secrets, keyUse, {
    keyId,
    privateKey: readFileSync(options.p8, 'utf8'),
    createdAt: options.createdAt ?? new Date(io.now()).toISOString().slice(0, 10),
    ...(options.issuer !== undefined && { issuerId: options.issuer }),
    ...(options.role !== undefined && { role: options.role }),
  });
  io.err(`Key ${keyId} lies in ${keyUse.secretName} as a candidate; it is tested at Apple …\n`);
  const answer = answerSchema.parse(
    await aws.invoke(await aws.output('RotateKeyFunctionName'), {
      team: keyUse.team,
      job: keyUse.job,
      keyId,
      revoked: options.revoked,
      requestedBy: options.by ?? userInfo().username,
    }),
  );
  io.out(json ? `${JSON.stringify(answer, null, 2)}\n` : `${render(answer, options.p8)}\n`);
  const severity = ({ promoted: 'note', waiting: 'warning', rejected: 'problem' } as const)[answer.status];
  return exitCodeOf([{ severity }]);
}

function render({ status, keyId, revoke, reason = '' }: z.output<typeof answerSchema>, p8: string): string {
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
    case 'rejected':
      return `✗ Key ${keyId} was not put into use; the present key stays.\n  ${reason}`;
  }
}

/** Apple names the file after the key. */
function keyIdInName(file: string): string {
  const keyId = /^AuthKey_([A-Z0-9]{10})\.p8$/.exec(basename(file))?.[1];
  if (keyId !== undefined) return keyId;
  throw new JobError({
    code: 'KEY_ID_MISSING',
    message: `${basename(file)} is not named AuthKey_<key ID>.p8 as Apple names it; give the key ID with --key-id.`,
    retryable: false,
  });
}
