import type { Io } from './io.ts';

/**
 * Asks before something is changed. Where nobody can be asked, only an option is a yes.
 *
 * @param words `option`: what goes on without a question; `refused`: what a no means
 */
export async function confirmed(
  io: Io,
  question: string,
  yes: boolean,
  { option = '--yes', refused = 'Nothing was done.' }: { option?: string; refused?: string } = {},
): Promise<boolean> {
  if (yes) return true;
  const answer = await io.ask(`${question} [y/N] `);
  if (answer === undefined)
    io.err(`Nobody is here to be asked; repeat it with ${option} to go on without.\n`);
  const agreed = /^y(es)?$/i.test(answer?.trim() ?? '');
  if (!agreed) io.err(`${refused}\n`);
  return agreed;
}
