import * as z from 'zod';
import type { Context, Register } from '../../context/context.ts';
import { putCorrection } from '../../deployment/candidate.ts';
import { chosenKeyUse, jobOption, keyUseOptions } from '../../options/key-options.ts';
import { teamOption } from '../../options/team-option.ts';
import type { ExitCode } from '../../terminal/exit-code.ts';
import { printJson } from '../../terminal/table.ts';
import { askToRotate, exitOfAnswer } from './rotate.ts';

const optionsSchema = keyUseOptions.extend({
  role: z.string().optional(),
  createdAt: z.iso.date('must be a day such as 2026-09-01').optional(),
  issuer: z.string().optional(),
  kind: z.enum(['team', 'individual'], 'must be team or individual').optional(),
  otherTeam: z.boolean().default(false),
  by: z.string().optional(),
});

export const registerKeysCorrect: Register = (keys, run) => {
  keys
    .command('correct')
    .description('correct what the secret says beside the key in use, after a test; needs no .p8 file')
    .addOption(teamOption().makeOptionMandatory())
    .addOption(jobOption())
    .option('--role <role>', "the key's access as Apple's page shows it, such as FINANCE")
    .option('--created-at <day>', 'the day on which Apple made the key')
    .option('--issuer <uuid>', 'the issuer ID of the team')
    .option('--kind <kind>', 'team or individual')
    .option('--other-team', 'the issuer is that of another App Store Connect team on purpose')
    .option('--by <name>', 'who corrects, for the record')
    .action(run(optionsSchema, correct));
};

async function correct(context: Context, options: z.output<typeof optionsSchema>): Promise<ExitCode> {
  const { io, json, aws } = context;
  const keyUse = chosenKeyUse(context, options);
  const { issuer: issuerId, role, createdAt, kind } = options;
  const keyId = await putCorrection(aws.secrets, keyUse, { issuerId, role, createdAt, kind });
  const answer = await askToRotate(context, keyUse, {
    keyId,
    correction: true,
    otherTeam: options.otherTeam,
    ...(options.by !== undefined && { requestedBy: options.by }),
  });
  const { status, reason = '' } = answer;
  const text =
    status === 'promoted'
      ? `✓ The secret ${keyUse.secretName} is corrected; key ${keyId} stays in use.`
      : `✗ Nothing was changed.\n  ${reason}`;
  if (json) printJson(io, answer);
  else io.out(`${text}\n`);
  return exitOfAnswer(answer);
}
