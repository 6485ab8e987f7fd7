import { JobError } from '../../../functions/platform/errors.ts';
import { hasKeyFile, keyIdOf } from '../../options/key-file.ts';
import type { Io } from '../../terminal/io.ts';
import type { GivenKey } from './init-options.ts';

/** @throws JobError `OPTIONS_INVALID` where nobody can be asked, or there is no answer */
export async function askFor(io: Io, question: string, flag: string): Promise<string> {
  const answer = await askPerhaps(io, question);
  if (answer !== undefined && answer !== '') return answer;
  throw new JobError({
    code: 'OPTIONS_INVALID',
    message:
      answer === undefined ? `Nobody is here to be asked; give ${flag}.` : `It is needed; give ${flag}.`,
    retryable: false,
  });
}

/** The answer without blanks; empty where the person leaves it out, `undefined` where nobody is there. */
export const askPerhaps = async (io: Io, question: string): Promise<string | undefined> =>
  (await io.ask(question))?.trim();

export const askYes = async (io: Io, question: string): Promise<boolean> =>
  /^y(es)?$/i.test((await askPerhaps(io, `${question} [y/N] `)) ?? '');

export async function askEmails(io: Io): Promise<string[]> {
  const answer = await askPerhaps(io, 'E-mail addresses that are told of alarms, apart by blanks (none): ');
  return (answer ?? '').split(/[\s,]+/).filter((address) => address !== '');
}

/** What a key is made for, in the words of the questions. */
export type KeyQuestions = { what: string; roles: string; flags: { keyId: string } };

/**
 * A key as the options give it, completed by what only the person knows.
 *
 * @returns `undefined` where no key is given: later is a choice, and so is a script that gives none
 */
export async function askForKey(
  io: Io,
  given: GivenKey,
  { what, roles, flags }: KeyQuestions,
): Promise<GivenKey | undefined> {
  const wasGiven = hasKeyFile(given);
  const file = wasGiven
    ? given.p8
    : await askPerhaps(io, `File of the key for ${what}, AuthKey_<key ID>.p8 (empty: later): `);
  if (!wasGiven && (file === undefined || file === '')) return undefined;
  const key: GivenKey = { ...given, ...(file !== undefined && { p8: unquoted(file) }) };
  return {
    ...key,
    keyId: keyIdOf(key) ?? (await askFor(io, 'Key ID: ', flags.keyId)),
    issuer:
      key.issuer ??
      (key.individual
        ? undefined
        : await askFor(io, 'Issuer ID, as it stands above the list of keys: ', '--issuer')),
    role:
      key.role ??
      emptyIsNone(await askPerhaps(io, `Role of the key on Apple's page (${roles}; empty: not known): `)),
  };
}

/** A terminal quotes a file that is dropped into it. */
const unquoted = (file: string): string => file.replace(/^(['"])(.*)\1$/, '$2');

const emptyIsNone = (answer: string | undefined): string | undefined => (answer === '' ? undefined : answer);
