import { Argument } from 'commander';
import * as z from 'zod';
import type { Register } from '../context/context.ts';
import { bashScript, fishScript, zshScript } from '../terminal/completion-script.ts';
import { EXIT } from '../terminal/exit-code.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };
const shellSchema = z.enum(['bash', 'zsh', 'fish']);

export const registerCompletion: Register = (program, _run, runAlone) => {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'which shell').choices(shellSchema.options))
    .description('a script that completes commands and options')
    .addHelpText(
      'after',
      `
Examples:
  source <(asc-jobs completion bash)
  asc-jobs completion fish > ~/.config/fish/completions/asc-jobs.fish`,
    )
    .action(
      runAlone(z.object({}), async ({ io, program: whole }, _options, [shell]) => {
        io.out(SCRIPTS[shellSchema.parse(shell)](whole));
        return EXIT.ok;
      }),
    );
};
