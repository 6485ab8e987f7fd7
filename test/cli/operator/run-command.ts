import { runCli } from '../../../cli/program.ts';
import type { ExitCode } from '../../../cli/terminal/exit-code.ts';
import type { Io } from '../../../cli/terminal/io.ts';
import { runningCommand } from './running-command.ts';

/** What a command printed, and how it ended. */
export type Said = { exit: ExitCode; out: string; err: string };

/**
 * Runs `asc-jobs` in this process, with these arguments. Unless `io` says otherwise, the environment is empty and nobody answers a
 * question. Questions are part of what was printed.
 */
export async function runCommand(
  argv: readonly string[],
  { ask = async () => undefined, ...io }: Partial<Omit<Io, 'out' | 'err'>> = {},
): Promise<Said> {
  const said = { out: '', err: '' };
  const exit = await runningCommand(argv, () =>
    runCli(argv, {
      out: (text) => {
        said.out += text;
      },
      err: (text) => {
        said.err += text;
      },
      ask: async (question) => {
        said.err += question;
        return ask(question);
      },
      env: {},
      now: () => 0,
      ...io,
    }),
  );
  return { exit, ...said };
}
