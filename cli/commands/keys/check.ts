import * as z from 'zod';
import { keyStatusSchema } from '../../../functions/keys/store/key-status.ts';
import type { Context, Register } from '../../context/context.ts';
import { type ExitCode, exitCodeOf } from '../../terminal/exit-code.ts';
import { showStatuses } from './status.ts';

const answerSchema = z.object({ keys: z.array(keyStatusSchema) });

export const registerKeysCheck: Register = (keys, run) => {
  keys
    .command('check')
    .description('run the daily check of all keys now, in AWS')
    .addHelpText('after', `\nExamples:\n  asc-jobs keys check\n  asc-jobs keys check --json`)
    .action(run(z.object({}), check));
};

async function check(context: Context): Promise<ExitCode> {
  const functionName = await context.aws.output('CheckKeysFunctionName');
  const { keys } = answerSchema.parse(await context.aws.invoke(functionName, {}));
  showStatuses(context, keys);
  return exitCodeOf(keys.flatMap(({ findings }) => findings));
}
