import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import * as z from 'zod';
import { teamNameSchema } from '../../../functions/platform/config/team-name.ts';
import { JobError } from '../../../functions/platform/errors.ts';
import { type Remembered, rememberedIn } from '../../../local/try/folder.ts';
import { addKeyFileOptions, hasKeyFile, keyFileOptions, keySecretOfFile } from '../../options/key-file.ts';

/** The options of `try` that its subcommands take too. */
export const tryOptionsSchema = keyFileOptions.extend({
  vendor: z.string().optional(),
  team: teamNameSchema.optional(),
  dir: z.string().optional(),
  reports: z.string().optional(),
  days: z.coerce.number('must be a number of days').int().min(1).max(365).optional(),
});
export type TryCliOptions = z.output<typeof tryOptionsSchema>;

export const addTryOptions = (command: Command): Command =>
  addKeyFileOptions(command)
    .option('--vendor <number>', 'the vendor number; it stands under Payments and Financial Reports')
    .option('--dir <folder>', 'where everything is kept (default: ~/.asc-jobs)')
    .option('--team <name>', 'what the team is called in the folder (default: mine)')
    .option('--reports <names>', 'other reports, such as SALES/SUMMARY/DAILY,FINANCIAL/ZZ')
    .option('--days <number>', 'days of history (default: 30)');

/** What the folder holds if nothing else is said. Finance reports come besides where the key may read them. */
const USUAL_REPORTS = [
  'SALES/SUMMARY/DAILY',
  'SUBSCRIPTION/SUMMARY/DAILY',
  'SUBSCRIPTION_EVENT/SUMMARY/DAILY',
];
const USUAL_DAYS = 30;

export const folderOf = ({ dir }: Pick<TryCliOptions, 'dir'>): string => dir ?? join(homedir(), '.asc-jobs');

/** The one team of the folder. */
export const teamOf = (options: TryCliOptions): string =>
  options.team ?? rememberedIn(folderOf(options))?.team ?? 'mine';

/** What the options say, or else what the folder remembers of an earlier call. */
export function whatToFetch(options: TryCliOptions, env: NodeJS.ProcessEnv): Remembered {
  const before = rememberedIn(folderOf(options));
  const vendor = options.vendor ?? env['ASC_VENDOR_NUMBER'] ?? before?.vendor;
  if (vendor === undefined)
    throw new JobError({
      code: 'VENDOR_MISSING',
      message:
        'Give the vendor number with --vendor (or the variable ASC_VENDOR_NUMBER); it stands in App Store Connect under Payments and Financial Reports, at the top left.',
      retryable: false,
    });
  return {
    team: teamOf(options),
    vendor,
    reports: options.reports?.split(',').map((name) => name.trim()) ?? before?.reports ?? USUAL_REPORTS,
    backfillDays: options.days ?? before?.backfillDays ?? USUAL_DAYS,
    ...(before?.apps !== undefined && { apps: before.apps }),
    ...(before?.reviewApps !== undefined && { reviewApps: before.reviewApps }),
  };
}

/** Whether options or environment give a key. */
export const givesKey = (options: TryCliOptions, env: NodeJS.ProcessEnv): boolean =>
  hasKeyFile(withEnvironment(options, env));

/**
 * The key as a secret would hold it, from the options or from the variables that other tools use too.
 *
 * @throws JobError `KEY_OPTIONS_MISSING`
 */
export function tryKey(options: TryCliOptions, env: NodeJS.ProcessEnv): { source: string; text: string } {
  const found = withEnvironment(options, env);
  if (hasKeyFile(found)) return keySecretOfFile(found, env);
  throw new JobError({
    code: 'KEY_OPTIONS_MISSING',
    message: `Give the key: --p8 AuthKey_ABCDE12345.p8 --issuer ISSUER-ID --vendor NUMBER, or in the variables ASC_KEY_ID, ASC_ISSUER_ID, ASC_VENDOR_NUMBER and one of ${VARIABLES.join(', ')}.`,
    retryable: false,
  });
}

const VARIABLES = ['ASC_PRIVATE_KEY_PATH', 'ASC_PRIVATE_KEY', 'ASC_PRIVATE_KEY_B64'] as const;

/** What is not an option is taken from the environment. */
function withEnvironment(options: TryCliOptions, env: NodeJS.ProcessEnv): TryCliOptions {
  const [pathVariable, ...textVariables] = VARIABLES;
  const path = env[pathVariable];
  const variable = textVariables.find((name) => env[name] !== undefined);
  const key = hasKeyFile(options)
    ? {}
    : path !== undefined
      ? { p8: path }
      : variable !== undefined
        ? { p8Env: variable }
        : {};
  return {
    ...options,
    ...key,
    keyId: options.keyId ?? env['ASC_KEY_ID'],
    issuer: options.issuer ?? env['ASC_ISSUER_ID'],
  };
}
