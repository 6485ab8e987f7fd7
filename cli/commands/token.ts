import { InvalidArgumentError, Option } from 'commander';
import { decodeJwt } from 'jose';
import * as z from 'zod';
import { mintToken } from '../../functions/app-store-connect/auth/token.ts';
import type { ApiKey } from '../../functions/app-store-connect/diagnosis/api-key.ts';
import { type ApiRead, queryOf } from '../../functions/app-store-connect/protocol/api-request.ts';
import { APPS, readsFor } from '../../functions/keys/check/probe-reads.ts';
import { JobError } from '../../functions/platform/errors.ts';
import { MINUTE_MILLIS } from '../../functions/platform/util/time.ts';
import type { Context, LocalContext, Register } from '../context/context.ts';
import { addKeyFileOptions, hasKeyFile, keyFileOptions, keyOfFile } from '../options/key-file.ts';
import { chosenKeyUse, jobOption, keyUseOptions } from '../options/key-options.ts';
import { teamOption } from '../options/team-option.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';
import { printJson } from '../terminal/table.ts';
import { registerTokenExplain } from './token-explain.ts';

const optionsSchema = keyFileOptions.extend({
  team: z.string().optional(),
  job: keyUseOptions.shape.job,
  get: z.string().optional(),
  minutes: z.number(),
  write: z.boolean().default(false),
});
type Options = z.output<typeof optionsSchema>;

export const registerToken: Register = (program, run, runAlone) => {
  const command = program
    .command('token')
    .description('a token for debugging: for one read, unless --write')
    .addOption(teamOption())
    .addOption(jobOption())
    .option(
      '--get <path>',
      "the one read it allows, such as '/v1/apps?limit=1'; what the job reads, unless given",
    )
    .addOption(new Option('--minutes <n>', 'how long it lives').argParser(parseMinutes).default(5))
    .option('--write', "a token that allows everything the key's role does, for two minutes; asks first");
  const [withAws, withFile] = [run(optionsSchema, tokenOfTeam), runAlone(optionsSchema, tokenOfFile)];
  addKeyFileOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  asc-jobs token --team acme --get '/v1/apps?limit=1'
  asc-jobs token --p8 AuthKey_ABCDE12345.p8 --issuer 57246542-… --get '/v1/apps?limit=1'`,
    )
    .action((...args) => (hasKeyFile(command.opts()) ? withFile : withAws)(...args));
  registerTokenExplain(command, runAlone);
};

async function tokenOfTeam(context: Context, options: Options): Promise<ExitCode> {
  const { team, job } = options;
  if (team === undefined) {
    throw new JobError({
      code: 'OPTIONS_INVALID',
      message:
        'Give the key: --team NAME of the settings, or --p8 FILE (or --p8-env VARIABLE) with --issuer.',
      retryable: false,
    });
  }
  const keyUse = chosenKeyUse(context, { team, job });
  if (options.write && !(await agreesByName(context, 'team', team))) {
    context.io.err('No token was made.\n');
    return EXIT.failed;
  }
  // Loaded here: a token from a file takes no time for the AWS SDK.
  const { readKeyVersion } = await import('../../functions/app-store-connect/auth/key-store.ts');
  const { key } = await readKeyVersion(context.aws.secrets, keyUse.secretName);
  return print(context, options, {
    key,
    source: keyUse.secretName,
    usual: readsFor(keyUse, context.io.now())[0],
  });
}

async function tokenOfFile(context: LocalContext, options: Options): Promise<ExitCode> {
  const key = await keyOfFile(options, context.io.env);
  if (options.write && !(await agreesByName(context, 'key', key.keyId))) {
    context.io.err('No token was made.\n');
    return EXIT.failed;
  }
  return print(context, options, { key, source: options.p8 ?? `$${options.p8Env}`, usual: APPS });
}

async function print(
  { io, json }: Pick<LocalContext, 'io' | 'json'>,
  options: Options,
  { key, source, usual }: { key: ApiKey; source: string; usual: ApiRead },
): Promise<ExitCode> {
  const request = options.get === undefined ? usual : readOf(options.get);
  const purpose = options.write
    ? ({ kind: 'write' } as const)
    : ({ kind: 'read', request, lifetimeMillis: options.minutes * MINUTE_MILLIS, scoped: true } as const);
  const { value, expiresAt } = await mintToken(key, purpose, io);
  const text = value.reveal();
  const claims = decodeJwt(text);
  const expires = new Date(expiresAt).toISOString();
  if (json) {
    printJson(io, { token: text, keyId: key.keyId, claims, expiresAt: expires });
    return EXIT.ok;
  }
  // The token alone goes to the standard output, so that a command can take it: $(asc-jobs token …)
  io.err(`Key      ${key.keyId} (${source})\n`);
  io.err(`Allows   ${options.write ? "everything the key's role does" : String(claims['scope'])}\n`);
  io.err(`Claims   ${JSON.stringify(claims)}\n`);
  io.err(`Expires  ${expires}. Whoever has it can use it until then.\n`);
  io.out(`${text}\n`);
  return EXIT.ok;
}

/** A write token is made only for somebody who types whose it is. */
async function agreesByName(
  { io }: Pick<LocalContext, 'io'>,
  what: 'team' | 'key',
  name: string,
): Promise<boolean> {
  const question = `A write token can change prices and apps of ${what} ${name}. Type ${what === 'team' ? "the team's name" : 'the key ID'} to make one: `;
  return (await io.ask(question))?.trim() === name;
}

function parseMinutes(text: string): number {
  const minutes = Number(text);
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= 18) return minutes;
  throw new InvalidArgumentError('A token lives 1 to 18 minutes.');
}

/** `/v1/apps?limit=1` as the read that it is. */
function readOf(text: string): ApiRead {
  if (!text.startsWith('/') || !URL.canParse(text, 'https://apple.invalid')) {
    throw new JobError({
      code: 'PATH_INVALID',
      message: `--get takes a path of Apple's API, such as '/v1/apps?limit=1', not "${text}".`,
      retryable: false,
    });
  }
  const url = new URL(text, 'https://apple.invalid');
  return { path: url.pathname, query: queryOf(url) };
}
