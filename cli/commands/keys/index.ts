import type { Register } from '../../context/context.ts';
import { registerKeysCheck } from './check.ts';
import { registerKeysCorrect } from './correct.ts';
import { registerKeysRemind } from './remind.ts';
import { registerKeysRotate } from './rotate.ts';
import { registerKeysStatus } from './status.ts';
import { registerKeysThumbprint } from './thumbprint.ts';

export const registerKeys: Register = (program, run, runAlone) => {
  const keys = program
    .command('keys')
    .description('API keys: their state, and their rotation')
    .addHelpText(
      'after',
      '\nExamples:\n  asc-jobs keys status\n  asc-jobs keys rotate --team acme --p8 AuthKey_ABCDE12345.p8',
    );
  for (const register of [
    registerKeysStatus,
    registerKeysCheck,
    registerKeysRemind,
    registerKeysRotate,
    registerKeysCorrect,
    registerKeysThumbprint,
  ])
    register(keys, run, runAlone);
};
