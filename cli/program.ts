import { Command, CommanderError } from 'commander';
import type { z } from 'zod';
import { JobError } from '../functions/platform/errors.ts';
import { redactText } from '../functions/platform/logging/redaction.ts';
import { registerCompletion } from './commands/completion.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerKeys } from './commands/keys/index.ts';
import { registerPrices } from './commands/prices/index.ts';
import { registerReports } from './commands/reports/index.ts';
import { registerSimulate } from './commands/simulate.ts';
import { registerStatus } from './commands/status.ts';
import { registerToken } from './commands/token.ts';
import { contextOf, type Register, type Run, type RunAlone } from './context/command.ts';
import type { GlobalOptions } from './deployment/deployment.ts';
import { explainFailure } from './terminal/describe-error.ts';
import { EXIT, type ExitCode, type Io } from './terminal/io.ts';

/** Every command; a new one is a file in `commands/` and a line here. */
const COMMANDS: readonly Register[] = [
  registerStatus,
  registerReports,
  registerPrices,
  registerKeys,
  registerDoctor,
  registerToken,
  registerSimulate,
  registerCompletion,
];

/**
 * Runs `asc-jobs` with these arguments.
 *
 * @param argv without the program's own name
 * @returns the exit code: 0 in order, 1 somebody should act, 2 something does not work, 3 the command failed
 */
export async function runCli(argv: readonly string[], io: Io): Promise<ExitCode> {
  let exit: ExitCode = EXIT.ok;
  const program = new Command('asc-jobs')
    .description("The operator's command of App Store Connect Jobs.")
    .option('--local', 'work on the stack that `npm run local` serves, not on AWS')
    .option('--endpoint <url>', 'an AWS endpoint of your own, such as that of an emulator')
    .option('--settings <file>', 'settings, where they are not in cdk.json')
    .option('--stage <name>', 'which deployment', 'prod')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExit codes: 0 in order, 1 somebody should act, 2 something does not work, 3 the command failed.',
    )
    .showHelpAfterError()
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err });
  const run: Run =
    (optionsSchema, action) =>
    async (...args) => {
      const command = args.at(-1);
      const options = args.at(-2);
      if (!(command instanceof Command)) throw new Error('commander gives the command last');
      const globals = command.optsWithGlobals<GlobalOptions>();
      const own = parseOptions(optionsSchema, options);
      exit = await action(contextOf(globals, io), own, command.args);
    };
  const runAlone: RunAlone =
    (optionsSchema, action) =>
    async (...args) => {
      const command = args.at(-1);
      if (!(command instanceof Command)) throw new Error('commander gives the command last');
      const json = command.optsWithGlobals<GlobalOptions>().json === true;
      exit = await action({ io, json, program }, parseOptions(optionsSchema, args.at(-2)), command.args);
    };
  for (const register of COMMANDS) register(program, run, runAlone);
  for (const command of allCommands(program))
    command.exitOverride().configureOutput({ writeOut: io.out, writeErr: io.err });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.failed;
    io.err(`${redactText(explainFailure(error))}\n`);
    return EXIT.failed;
  }
}

const allCommands = (command: Command): Command[] =>
  command.commands.flatMap((inner) => [inner, ...allCommands(inner)]);

/** Throws JobError `OPTIONS_INVALID`, with every problem. */
function parseOptions<Options extends z.ZodType>(schema: Options, options: unknown): z.output<Options> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  throw new JobError({
    code: 'OPTIONS_INVALID',
    message: parsed.error.issues.map(({ path, message }) => `${optionOf(path[0])}: ${message}`).join('\n'),
    retryable: false,
  });
}

/** As it is typed: `--created-at` for `createdAt`. */
const optionOf = (name: PropertyKey | undefined): string =>
  `--${String(name ?? '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
