import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { calculateJwkThumbprint } from 'jose';
import { z } from 'zod';
import { readPrivateKey } from '../../../functions/app-store-connect/auth/private-key.ts';
import { JobError } from '../../../functions/platform/errors.ts';
import type { Context, Register } from '../../context/command.ts';
import { EXIT, type ExitCode } from '../../terminal/io.ts';

export const registerKeysThumbprint: Register = (keys, run) => {
  keys
    .command('thumbprint')
    .argument('<file>', 'a .p8 file')
    .description("the public key's thumbprint (RFC 7638): tells key files apart without showing them")
    .action(run(z.object({}), thumbprint));
};

async function thumbprint(
  { io, json }: Context,
  _: object,
  [file = '']: readonly string[],
): Promise<ExitCode> {
  const read = readPrivateKey(readFileSync(file, 'utf8'));
  if ('problem' in read) {
    throw new JobError({
      code: 'KEY_FILE_INVALID',
      message: `${file} ${read.problem.message}`,
      retryable: false,
    });
  }
  const value = await calculateJwkThumbprint(createPublicKey(read.key).export({ format: 'jwk' }));
  io.out(json ? `${JSON.stringify({ file, thumbprint: value })}\n` : `${value}\n`);
  return EXIT.ok;
}
