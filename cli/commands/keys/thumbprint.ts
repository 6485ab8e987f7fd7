import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { calculateJwkThumbprint } from 'jose';
import * as z from 'zod';
import { readPrivateKey } from '../../../functions/app-store-connect/auth/private-key.ts';
import { JobError } from '../../../functions/platform/errors.ts';
import type { LocalContext, Register } from '../../context/context.ts';
import { EXIT, type ExitCode } from '../../terminal/exit-code.ts';

export const registerKeysThumbprint: Register = (keys, _run, runAlone) => {
  keys
    .command('thumbprint')
    .argument('<file>', 'a .p8 file')
    .addHelpText('after', `\nExample:\n  asc-jobs keys thumbprint AuthKey_ABCDE12345.p8`)
    .description("the public key's thumbprint (RFC 7638): tells key files apart without showing them")
    .action(runAlone(z.object({}), thumbprint));
};

async function thumbprint(
  { io, json }: LocalContext,
  _: object,
  [file = '']: readonly string[],
): Promise<ExitCode> {
  const read = readPrivateKey(readFileSync(file, 'utf8'));
  if (read.kind === 'rejected') {
    throw new JobError({
      code: 'KEY_FILE_INVALID',
      message: read.problems.map(({ message }) => `${file} ${message}`).join('\n'),
      retryable: false,
    });
  }
  const value = await calculateJwkThumbprint(createPublicKey(read.value).export({ format: 'jwk' }));
  io.out(json ? `${JSON.stringify({ file, thumbprint: value })}\n` : `${value}\n`);
  return EXIT.ok;
}
