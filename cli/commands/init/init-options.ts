import type { Command } from 'commander';
import * as z from 'zod';
import { teamNameSchema } from '../../../functions/platform/config/team-name.ts';
import { addKeyFileOptions, type KeyFileOptions, keyFileOptions } from '../../options/key-file.ts';

const day = z.iso.date('must be a day such as 2026-09-01');

export const initOptions = keyFileOptions.extend({
  team: teamNameSchema.optional(),
  vendor: z.string().optional(),
  email: z.array(z.string()).default([]),
  region: z.string().optional(),
  prices: z.boolean().default(false),
  role: z.string().optional(),
  createdAt: day.optional(),
  pricesP8: z.string().optional(),
  pricesP8Env: z.string().optional(),
  pricesKeyId: z.string().optional(),
  pricesRole: z.string().optional(),
  pricesCreatedAt: day.optional(),
  putKey: z.boolean().default(false),
  package: z.string().optional(),
  yes: z.boolean().default(false),
});
export type InitOptions = z.output<typeof initOptions>;

export const addInitOptions = (command: Command): Command =>
  addKeyFileOptions(
    command
      .option('--team <name>', 'what the team is called in settings, tables and commands')
      .option('--vendor <number>', 'the vendor number, as under Payments and Financial Reports')
      .option('--email <address...>', 'who is told of alarms and keys')
      .option('--region <name>', 'the AWS region; AWS_REGION unless given')
      .option('--prices', 'the team changes prices, too'),
  )
    .option('--role <role>', 'the role that was chosen for the key, such as FINANCE')
    .option('--created-at <day>', 'the day on which Apple made the key, such as 2026-09-01')
    .option('--prices-p8 <file>', 'the file of the key for prices, another one than that for reports')
    .option('--prices-p8-env <variable>', 'the variable that holds the file of the key for prices')
    .option('--prices-key-id <id>', 'the ID of the key for prices, where the file name does not hold it')
    .option('--prices-role <role>', 'the role of the key for prices: APP_MANAGER or ADMIN')
    .option('--prices-created-at <day>', 'the day on which Apple made the key for prices')
    .option('--put-key', 'put the keys into Secrets Manager of the present AWS account')
    .option('--package <spec>', 'what package.json names as app-store-connect-jobs, such as a packed file')
    .option('--yes', 'do not ask before the keys are put');

/** How a key is given: its file and what the file does not say. */
export type GivenKey = KeyFileOptions & { role: string | undefined; createdAt: string | undefined };

/** The keys that the options give. The issuer is the team's, so it is the same for both. */
export const givenKeys = (options: InitOptions): { reports: GivenKey; prices: GivenKey } => ({
  reports: {
    p8: options.p8,
    p8Env: options.p8Env,
    keyId: options.keyId,
    issuer: options.issuer,
    individual: options.individual,
    role: options.role,
    createdAt: options.createdAt,
  },
  prices: {
    p8: options.pricesP8,
    p8Env: options.pricesP8Env,
    keyId: options.pricesKeyId,
    issuer: options.issuer,
    individual: false,
    role: options.pricesRole,
    createdAt: options.pricesCreatedAt,
  },
});
