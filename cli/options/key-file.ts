import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import * as z from 'zod';
import { parseKeySecret } from '../../functions/app-store-connect/auth/key-secret.ts';
import type { ApiKey } from '../../functions/app-store-connect/diagnosis/api-key.ts';
import { JobError } from '../../functions/platform/errors.ts';

/** The options that give a key without any AWS. */
export const keyFileOptions = z.object({
  p8: z.string().optional(),
  p8Env: z.string().optional(),
  keyId: z.string().optional(),
  issuer: z.string().optional(),
  individual: z.boolean().default(false),
});
export type KeyFileOptions = z.output<typeof keyFileOptions>;

export const addKeyFileOptions = (command: Command): Command =>
  command
    .addOption(new Option('--p8 <file>', "a key's file, AuthKey_<key ID>.p8: works without AWS and settings"))
    .addOption(
      new Option(
        '--p8-env <variable>',
        'the variable that holds the file or its base64, as CI has it',
      ).conflicts('p8'),
    )
    .option('--key-id <id>', 'the key ID, where the file name does not hold it')
    .option('--issuer <uuid>', 'the issuer ID; it stands above the list of keys on Apple’s page')
    .option('--individual', 'an individual key, which has no issuer');

export const hasKeyFile = ({ p8, p8Env }: Pick<KeyFileOptions, 'p8' | 'p8Env'>): boolean =>
  p8 !== undefined || p8Env !== undefined;

/**
 * The key that the options give.
 *
 * @throws JobError `KEY_OPTIONS_MISSING`; KeySecretError naming what is wrong with the key
 */
export async function keyOfFile(options: KeyFileOptions, env: NodeJS.ProcessEnv): Promise<ApiKey> {
  const { source, text } = keySecretOfFile(options, env);
  return parseKeySecret(source, text);
}

/**
 * The key that the options give, as a secret would hold it, and where it was read. It is not looked into.
 *
 * @throws JobError `KEY_OPTIONS_MISSING`
 */
export function keySecretOfFile(
  options: KeyFileOptions,
  env: NodeJS.ProcessEnv,
): { source: string; text: string } {
  const { p8, p8Env, individual } = options;
  const privateKey = p8 !== undefined ? readFileSync(p8, 'utf8') : env[p8Env ?? ''];
  const source = p8 ?? `$${p8Env}`;
  if (privateKey === undefined)
    throw missing(`The variable ${p8Env} is not set; it has to hold the .p8 file or its base64.`);
  const keyId = keyIdOf(options);
  if (keyId === undefined) throw missing(`${source} does not tell the key ID; give it with --key-id.`);
  if (options.issuer === undefined && !individual)
    throw missing(
      'Give the issuer ID with --issuer; it stands above the list of keys in Users and Access, Integrations. An individual key has none: --individual.',
    );
  const kind = individual ? 'individual' : 'team';
  const issuerId = individual ? undefined : options.issuer;
  return { source, text: JSON.stringify({ keyId, issuerId, privateKey, kind }) };
}

/** The key's ID as the options or the file's name tell it. */
export const keyIdOf = ({ keyId, p8 }: Pick<KeyFileOptions, 'keyId' | 'p8'>): string | undefined =>
  keyId ?? (p8 === undefined ? undefined : keyIdInName(p8));

/** Apple names the file after the key. */
const keyIdInName = (file: string): string | undefined =>
  /^AuthKey_([A-Z0-9]{10})\.p8$/.exec(basename(file))?.[1];

const missing = (message: string): JobError =>
  new JobError({ code: 'KEY_OPTIONS_MISSING', message, retryable: false });
