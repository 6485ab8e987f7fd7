import { Command } from 'commander';
import type * as z from 'zod';
import { JobError } from '../functions/platform/errors.ts';
import type { GlobalOptions, Run, RunAlone } from './context/context.ts';
import type { ExitCode } from './terminal/exit-code.ts';
import type { Io } from './terminal/io.ts';

/** Makes commander's actions; `ended` is told each exit code. */
export function createRunners(
  program: Command,
  io: Io,
  ended: (exit: ExitCode) => void,
): { run: Run; runAlone: RunAlone } {
  return {
    run:
      (schema, action) =>
      async (...args) => {
        const { command, options } = invocation(args);
        // Wrong options are told even where there is no deployment.
        const parsed = parseOptions(schema, options);
        // Loaded here: a command that runs alone takes no time for the AWS SDK.
        const { connect } = await import('./deployment/connect.ts');
        ended(await action(connect(command.optsWithGlobals(), io), parsed, command.args));
      },
    runAlone:
      (schema, action) =>
      async (...args) => {
        const { command, options } = invocation(args);
        const json = command.optsWithGlobals<GlobalOptions>().json === true;
        ended(await action({ io, json, program }, parseOptions(schema, options), command.args));
      },
  };
}

/** Commander calls an action with the arguments, the options and the command. */
function invocation(args: readonly unknown[]): { command: Command; options: unknown } {
  const command = args.at(-1);
  if (!(command instanceof Command)) throw new Error('commander passes the command last');
  return { command, options: args.at(-2) };
}

/** @throws JobError `OPTIONS_INVALID`, with every problem */
function parseOptions<Options extends z.ZodType>(schema: Options, options: unknown): z.output<Options> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  throw new JobError({
    code: 'OPTIONS_INVALID',
    message: parsed.error.issues.map(({ path, message }) => `${flagOf(path[0])}: ${message}`).join('\n'),
    retryable: false,
  });
}

/** As it is typed: `--created-at` for `createdAt`. */
const flagOf = (name: PropertyKey | undefined): string =>
  `--${String(name ?? '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
