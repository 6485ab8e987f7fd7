import type { Io } from './io.ts';

/** Asks before something is changed. Where nobody can be asked, only `--yes` is a yes. */
export async function confirmed(io: Io, question: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  const answer = await io.ask(`${question} [y/N] `);
  if (answer === undefined) io.err('Nobody is here to be asked; repeat it with --yes to go on without.\n');
  const agreed = /^y(es)?$/i.test(answer?.trim() ?? '');
  if (!agreed) io.err('Nothing was done.\n');
  return agreed;
}
