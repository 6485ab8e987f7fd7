import { Command, CommanderError } from 'commander';
import { redactText } from '../functions/platform/logging/redaction.ts';
import { registersFor } from './commands.ts';
import { packageVersion } from './context/package-version.ts';
import { createRunners } from './run.ts';
import { explainFailure } from './terminal/describe-error.ts';
import { EXIT, EXIT_CODES_HELP, type ExitCode } from './terminal/exit-code.ts';
import type { Io } from './terminal/io.ts';

/**
 * Runs `asc-jobs` with these arguments.
 *
 * @param argv without the program's own name
 * @returns the exit code, see `terminal/exit-code.ts`
 */
export async function runCli(argv: readonly string[], io: Io): Promise<ExitCode> {
  let exit: ExitCode = EXIT.ok;
  const program = new Command('asc-jobs')
    .description("The operator's command of App Store Connect Jobs.")
    .option('--local', 'work on the stack that `npm run local` serves, not on AWS')
    .option('--endpoint <url>', 'an AWS endpoint of your own, such as that of an emulator')
    .option('--settings <file>', 'settings, where they are not in cdk.json')
    .option('--stage <name>', 'which deployment', 'prod')
    .option('--json', 'print JSON, in the form of docs/commands.md')
    .version(packageVersion(), '--version', 'print the version')
    .addHelpText('after', `\n${EXIT_CODES_HELP}`)
    .addHelpText('after', EXAMPLES)
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for the options and examples)')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err });
  const { run, runAlone } = createRunners(program, io, (code) => {
    exit = code;
  });
  for (const register of await registersFor(argv)) register(program, run, runAlone);
  for (const command of allCommands(program))
    command
      .exitOverride()
      .configureOutput({ writeOut: io.out, writeErr: io.err })
      .configureHelp({ showGlobalOptions: true })
      .showHelpAfterError('(add --help for the options and examples)');
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.failed;
    io.err(`${redactText(explainFailure(error))}\n`);
    return EXIT.failed;
  }
}

const EXAMPLES = `
Where to start:
  asc-jobs try --p8 AuthKey_ABCDE12345.p8 --issuer 57246542-… --vendor 85012345   your own numbers, without AWS
  asc-jobs simulate        the same without an account: sample numbers; it prints the line for try
  asc-jobs init            a CDK project that deploys the jobs

Examples, in the directory of a deployed project:
  asc-jobs status
  asc-jobs reports list --from 2026-11-01
  asc-jobs prices plan winter-sale.json
  asc-jobs doctor --team acme
  asc-jobs status --serve --local`;

const allCommands = (command: Command): Command[] =>
  command.commands.flatMap((inner) => [inner, ...allCommands(inner)]);
