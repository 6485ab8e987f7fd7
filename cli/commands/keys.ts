import type { Register } from '../command.ts';
import { registerKeysCheck } from './keys-check.ts';
import { registerKeysRemind } from './keys-remind.ts';
import { registerKeysRotate } from './keys-rotate.ts';
import { registerKeysStatus } from './keys-status.ts';
import { registerKeysThumbprint } from './keys-thumbprint.ts';

export const registerKeys: Register = (program, run, runAlone) => {
  const keys = program.command('keys').description('API keys: their state, and their rotation');
  for (const register of [
    registerKeysStatus,
    registerKeysCheck,
    registerKeysRemind,
    registerKeysRotate,
    registerKeysThumbprint,
  ])
    register(keys, run, runAlone);
};
