import { InvalidArgumentError, Option } from 'commander';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import { readKeyVersion } from '../../functions/app-store-connect/auth/key-store.ts';
import { mintToken } from '../../functions/app-store-connect/auth/token.ts';
import type { ApiRead } from '../../functions/app-store-connect/protocol/api-request.ts';
import { readsFor } from '../../functions/keys/check/probe.ts';
import { JobError } from '../../functions/platform/errors.ts';
import type { Context, Register } from '../context/context.ts';
import { jobOption, placeOf, placeOptions, teamOption } from '../options/key-options.ts';
import { EXIT, type ExitCode } from '../terminal/exit-code.ts';

const optionsSchema = placeOptions.extend({
  get: z.string().optional(),
  minutes: z.number(),
  write: z.boolean().default(false),
});
type Options = z.output<typeof optionsSchema>;

export const registerToken: Register = (program, run) => {
  program
    .command('token')
    .description('a token for debugging: for one read, unless --write')
    .addOption(teamOption().makeOptionMandatory())
    .addOption(jobOption())
    .option(
      '--get <path>',
      "the one read it allows, such as '/v1/apps?limit=1'; what the job reads, unless given",
    )
    .addOption(new Option('--minutes <n>', 'how long it lives').argParser(parseMinutes).default(5))
    .option('--write', "a token that allows everything the key's role does, for two minutes; asks first")
    .addHelpText('after', "\nExample:\n  asc-jobs token --team acme --get '/v1/apps?limit=1'")
    .action(run(optionsSchema, token));
};

async function token(context: Context, options: Options): Promise<ExitCode> {
  const { io, json, aws } = context;
  const keyUse = placeOf(context, options);
  if (options.write && !(await confirmed(context, keyUse.team))) {
    io.err('No token was made.\n');
    return EXIT.failed;
  }
  const { key } = await readKeyVersion(aws.secrets, keyUse.secretName);
  const [usual] = readsFor(keyUse, io.now());
  const request = options.get === undefined ? usual : readOf(options.get);
  const purpose = options.write
    ? ({ kind: 'write' } as const)
    : ({ kind: 'read', request, lifetimeMillis: options.minutes * 60_000, scoped: true } as const);
  const { value, expiresAt } = await mintToken(key, purpose, io);
  const text = value.reveal();
  const claims = decodeJwt(text);
  const expires = new Date(expiresAt).toISOString();
  if (json) {
    io.out(`${JSON.stringify({ token: text, keyId: key.keyId, claims, expiresAt: expires }, null, 2)}\n`);
    return EXIT.ok;
  }
  // The token alone goes to the standard output, so that a command can take it: $(asc-jobs token …)
  io.err(`Key      ${key.keyId} (${keyUse.secretName})\n`);
  io.err(`Allows   ${options.write ? "everything the key's role does" : String(claims['scope'])}\n`);
  io.err(`Claims   ${JSON.stringify(claims)}\n`);
  io.err(`Expires  ${expires}. Whoever has it can use it until then.\n`);
  io.out(`${text}\n`);
  return EXIT.ok;
}

async function confirmed({ io }: Context, team: string): Promise<boolean> {
  const question = `A write token can change prices and apps of team ${team}. Type the team's name to make one: `;
  return (await io.ask(question))?.trim() === team;
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
  return { path: url.pathname, query: Object.fromEntries(url.searchParams) };
}
