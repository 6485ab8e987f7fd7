import { parseKeySecret } from '../../../functions/app-store-connect/auth/key-secret.ts';
import { JobError } from '../../../functions/platform/errors.ts';
import { rememberedIn } from '../../../local/try/folder.ts';
import { BUCKET } from '../../../local/try/services.ts';
import { TABLES } from '../../../local/try/tables.ts';
import { openTryWorld, type TryWorld } from '../../../local/try/try-world.ts';
import type { Aws, Context, LocalContext } from '../../context/context.ts';
import { appleUrlIn } from '../../deployment/apple-url.ts';
import { startProgress } from '../../terminal/progress.ts';
import { fetchAll } from './fetch-all.ts';
import { folderOf, givesKey, type TryCliOptions, tryKey, whatToFetch } from './try-options.ts';

/** The outputs that the stacks have in AWS. The functions are called by their names. */
const OUTPUTS: Readonly<Record<string, string>> = {
  LakeBucketName: BUCKET,
  ReportsTableName: TABLES.reports,
  PricesTableName: TABLES.prices,
  KeysTableName: TABLES.keys,
  RateBudgetTableName: TABLES.budget,
  PlanReportsFunctionName: 'PlanReports',
  AcceptPriceChangeFunctionName: 'AcceptPriceChange',
  ApprovePriceChangeFunctionName: 'ApprovePriceChange',
  PlanPriceChangeFunctionName: 'PlanPriceChange',
};

/**
 * Opens the folder as the deployment that the operator's commands know, runs one of them, and closes it again.
 *
 * @throws JobError `FOLDER_EMPTY`, `KEY_OPTIONS_MISSING`, `VENDOR_MISSING`, `FOLDER_IN_USE`; KeySecretError for what is no key
 */
export async function inFolder<Result>(
  { io, json }: LocalContext,
  options: TryCliOptions,
  action: (context: Context, world: TryWorld) => Promise<Result>,
): Promise<Result> {
  const key = givesKey(options, io.env) ? tryKey(options, io.env) : undefined;
  // What is no key is told before anything is made.
  if (key !== undefined) await parseKeySecret(key.source, key.text);
  const directory = folderOf(options);
  if (key === undefined && rememberedIn(directory) === undefined)
    throw new JobError({
      code: 'FOLDER_EMPTY',
      message: `The folder ${directory} holds no reports yet. Call asc-jobs try with your key first (asc-jobs try --help), or name another folder with --dir.`,
      retryable: false,
    });
  const appleUrl = appleUrlIn(io.env);
  const world = await openTryWorld({
    ...whatToFetch(options, io.env),
    directory,
    keySecret: key?.text,
    withPrices: true,
    appleUrl,
    clock: io,
  });
  const context: Context = {
    settings: world.settings,
    endpoint: undefined,
    appleUrl,
    clockOffsetMillis: 0,
    place: `the folder ${directory}`,
    copies: `${directory}/copies`,
    io,
    json,
    aws: awsOf(world, io, () => void tryKey(options, io.env)),
  };
  try {
    if (key !== undefined) await world.prices.resume();
    return await action(context, world);
  } finally {
    await world.close();
  }
}

/** @param requireKey throws where no key was given */
function awsOf(world: TryWorld, io: Context['io'], requireKey: () => void): Aws {
  const { services, prices, reports } = world;
  const functions: Record<string, (payload: unknown) => Promise<unknown>> = {
    AcceptPriceChange: prices.accept,
    ApprovePriceChange: prices.approve,
    PlanPriceChange: prices.plan,
    PlanReports: async (payload) => {
      const answer = await reports.request(payload);
      const progress = startProgress(io, 'reports', reports.queued());
      await fetchAll(world, progress);
      return answer;
    },
  };
  return {
    secrets: services.secrets,
    documents: services.documents,
    s3: services.s3,
    output: async (name) => {
      const value = OUTPUTS[name];
      if (value !== undefined) return value;
      throw new JobError({
        code: 'OUTPUT_MISSING',
        message: `A folder has no ${name}: this command needs a deployment in AWS.`,
        retryable: false,
      });
    },
    invoke: async (name, payload) => {
      requireKey();
      const run = functions[name];
      if (run === undefined) throw new Error(`no function ${name}`);
      // As through Lambda: what is not JSON does not travel.
      return JSON.parse(JSON.stringify((await run(payload)) ?? null));
    },
    concurrency: async () => {
      throw new JobError({
        code: 'ACCOUNT_MISSING',
        message: 'A folder has no account: this command needs a deployment in AWS.',
        retryable: false,
      });
    },
  };
}
