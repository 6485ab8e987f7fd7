import { writeFileSync } from 'node:fs';
import { parseKeySecret } from '../../../../functions/app-store-connect/auth/key-secret.ts';
import { shellWord } from '../../../../functions/platform/util/shell-quote.ts';
import { behaviourFileSchema } from '../../../../local/simulator/rules/behaviour-file.ts';
import type { LocalContext } from '../../../context/context.ts';
import { appleUrlIn } from '../../../deployment/apple-url.ts';
import { EXIT, type ExitCode } from '../../../terminal/exit-code.ts';
import { printJson } from '../../../terminal/table.ts';
import { createAsk } from './ask-apple.ts';
import { probeApple } from './probe-apple.ts';

/** Asks Apple what no document says, and writes what was found into a file that can be given to others. */
export async function runProbe(
  { io, json }: LocalContext,
  { key, vendor, file }: { key: { source: string; text: string }; vendor: string; file: string },
): Promise<ExitCode> {
  const ask = createAsk({
    key: await parseKeySecret(key.source, key.text),
    baseUrl: appleUrlIn(io.env),
    fetch,
    clock: io,
  });
  io.err('Some twenty reads at Apple; nothing is written there.\n');
  const found = behaviourFileSchema.parse(
    await probeApple(ask, { vendor, now: io.now() }, (count) => {
      if (io.terminal === true) io.err(`\r${count} reads`);
    }),
  );
  if (io.terminal === true) io.err('\n');
  writeFileSync(file, `${JSON.stringify(found, undefined, 2)}\n`);
  if (json) printJson(io, found);
  else
    io.out(`${Object.entries(found.behaviour)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n')}

${file} holds what Apple answered, without names, keys, ids or amounts. Look at it, then attach it to an issue, or play it:
  asc-jobs simulate --behaviour ${shellWord(file)}
`);
  return Object.keys(found.behaviour).length === 0 ? EXIT.problem : EXIT.ok;
}
