import { z } from 'zod';
import { keyStatusSchema } from '../../../functions/keys/store/key-status.ts';
import type { Context, Register } from '../../context/command.ts';
import type { ExitCode } from '../../terminal/io.ts';
import { exitOf } from '../../terminal/key-table.ts';
import { showStatuses } from './status.ts';

const answerSchema = z.object({ keys: z.array(keyStatusSchema) });

export const registerKeysCheck: Register = (keys, run) => {
  keys
    .command('check')
    .description('run the daily check of all keys now, in AWS')
    .action(run(z.object({}), check));
};

async function check(context: Context): Promise<ExitCode> {
  const functionName = await context.aws.output('CheckKeysFunctionName');
  const { keys } = answerSchema.parse(await context.aws.invoke(functionName, {}));
  showStatuses(context, keys);
  return exitOf(keys);
}
