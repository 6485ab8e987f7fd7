import * as z from 'zod';
import { examineKey } from '../../functions/keys/check/examine-key.ts';
import type { Context, LocalContext, Register } from '../context/context.ts';
import { appleUrlIn } from '../deployment/apple-url.ts';
import { addKeyFileOptions, hasKeyFile, keyFileOptions, keyOfFile } from '../options/key-file.ts';
import { teamOption } from '../options/team-option.ts';
import { type ExitCode, exitCodeOf } from '../terminal/exit-code.ts';
import { renderExamination } from '../terminal/keys/key-examination.ts';
import { printJson } from '../terminal/table.ts';
import { probeFor } from './probe-for.ts';

const optionsSchema = keyFileOptions.extend({
  team: z.string().optional(),
  vendor: z.string().optional(),
  deployment: z.boolean().default(false),
});
type Options = z.output<typeof optionsSchema>;

export const registerDoctor: Register = (program, run, runAlone) => {
  const command = program
    .command('doctor')
    .description('checks the keys from this machine and says what is wrong and how to put it right')
    .addOption(teamOption())
    .option('--deployment', 'check the account instead of the keys: whether it has room for the functions');
  const [withAws, withFile] = [run(optionsSchema, doctor), runAlone(optionsSchema, doctorOfFile)];
  addKeyFileOptions(command)
    .option('--vendor <number>', 'with --p8: also whether the key may read the reports of this vendor number')
    .addHelpText(
      'after',
      `
Examples:
  asc-jobs doctor --team acme
  asc-jobs doctor --deployment
  asc-jobs doctor --p8 AuthKey_ABCDE12345.p8 --issuer 57246542-… --vendor 85012345
  asc-jobs doctor --p8-env ASC_KEY_BASE64 --key-id ABCDE12345 --issuer 57246542-… --json`,
    )
    .action((...args) => (hasKeyFile(command.opts()) ? withFile : withAws)(...args));
};

async function doctor(context: Context, { team, deployment }: Options): Promise<ExitCode> {
  // Loaded here: a key from a file takes no time for the AWS SDK.
  const { doctorOfDeployment, doctorOfTeams } = await import('./doctor-of-deployment.ts');
  return deployment ? doctorOfDeployment(context) : doctorOfTeams(context, { team });
}

async function doctorOfFile({ io, json }: LocalContext, options: Options): Promise<ExitCode> {
  const key = await keyOfFile(options, io.env);
  const report = await examineKey({
    key,
    vendor: options.vendor,
    ask: probeFor(io, appleUrlIn(io.env)),
    clock: io,
  });
  if (json) printJson(io, report);
  else io.out(`${renderExamination(report)}\n`);
  return exitCodeOf([{ severity: report.severity }]);
}
