import * as z from 'zod';
import { createAppleClock } from '../../functions/app-store-connect/auth/apple-clock.ts';
import { isAboutSession, readKeyVersion } from '../../functions/app-store-connect/auth/key-store.ts';
import type { RequestQuota } from '../../functions/app-store-connect/rate-limit/request-quota.ts';
import { examineKey } from '../../functions/keys/check/examine-key.ts';
import { checkKeySecrets } from '../../functions/keys/check/key-checkup.ts';
import { type AskApple, createProbe } from '../../functions/keys/check/probe.ts';
import type { KeyStatus } from '../../functions/keys/store/key-status.ts';
import { type KeyUse, keyUseName } from '../../functions/keys/store/key-use.ts';
import { realSleep } from '../../functions/platform/util/clock.ts';
import type { Context, LocalContext, Register } from '../context/context.ts';
import { examineConcurrency } from '../deployment/concurrency.ts';
import { appleUrlIn } from '../deployment/deployment.ts';
import { keyLedger } from '../deployment/ledgers.ts';
import { addKeyFileOptions, hasKeyFile, keyFileOptions, keyOfFile } from '../options/key-file.ts';
import { placesOf, teamOption } from '../options/key-options.ts';
import { explainFailure } from '../terminal/describe-error.ts';
import { renderReport } from '../terminal/doctor-report.ts';
import { type ExitCode, exitCodeOf } from '../terminal/exit-code.ts';
import type { Io } from '../terminal/io.ts';
import { keyJson } from '../terminal/json-shapes.ts';
import { renderExamination } from '../terminal/key-examination.ts';
import { MARKS } from '../terminal/key-table.ts';

const optionsSchema = keyFileOptions.extend({
  team: z.string().optional(),
  vendor: z.string().optional(),
  deployment: z.boolean().default(false),
});
type Options = z.output<typeof optionsSchema>;

export const registerDoctor: Register = (program, run, runAlone) => {
  const command = program
    .command('doctor')
    .description('checks the keys from this machine and says what is wrong and how to put it right')
    .addOption(teamOption())
    .option('--deployment', 'check the account instead of the keys: whether it has room for the functions');
  const [withAws, withFile] = [run(optionsSchema, doctor), runAlone(optionsSchema, doctorOfFile)];
  addKeyFileOptions(command)
    .option('--vendor <number>', 'with --p8: also whether the key may read the reports of this vendor number')
    .addHelpText(
      'after',
      `
Examples:
  asc-jobs doctor --team acme
  asc-jobs doctor --deployment
  asc-jobs doctor --p8 AuthKey_ABCDE12345.p8 --issuer 57246542-… --vendor 85012345
  asc-jobs doctor --p8-env ASC_KEY_BASE64 --key-id ABCDE12345 --issuer 57246542-… --json`,
    )
    .action((...args) => (hasKeyFile(command.opts()) ? withFile : withAws)(...args));
};

async function doctorOfFile({ io, json }: LocalContext, options: Options): Promise<ExitCode> {
  const key = await keyOfFile(options, io.env);
  const report = await examineKey({
    key,
    vendor: options.vendor,
    ask: probeFor(io, appleUrlIn(io.env)),
    clock: io,
  });
  io.out(json ? `${JSON.stringify(report, null, 2)}\n` : `${renderExamination(report)}\n`);
  return exitCodeOf([{ severity: report.severity }]);
}

/** A person's few requests need no quota. */
const FREE_QUOTA: RequestQuota = { retryAt: async () => undefined, observe: async () => undefined };
const PATIENCE_MILLIS = 60_000;

/** Asks Apple on behalf of a person who waits. */
export function probeFor(io: Pick<Io, 'now'>, baseUrl: string): AskApple {
  const deadline = io.now() + PATIENCE_MILLIS;
  return createProbe({
    baseUrl,
    fetch,
    quota: FREE_QUOTA,
    clock: io,
    appleClock: createAppleClock(io),
    scoped: true,
    remainingMillis: () => deadline - io.now(),
    sleep: realSleep,
    random: Math.random,
  });
}

async function doctor(context: Context, { team, deployment }: Options): Promise<ExitCode> {
  if (deployment) return doctorOfDeployment(context);
  const { aws, io, json, appleUrl, settings } = context;
  const keyUses = placesOf(context, team);
  const before = await earlierStatuses(context, keyUses);
  const checkups = await checkKeySecrets(
    {
      readCurrent: (secretName) => readKeyVersion(aws.secrets, secretName),
      ask: probeFor(io, appleUrl),
      clock: io,
      maxAgeDays: settings.keyMaxAgeDays,
    },
    keyUses,
    { before, thorough: true },
  );
  const session = checkups.find(({ error }) => isAboutSession(error));
  // Nothing was asked of Apple: said once, instead of one trouble per key.
  if (session !== undefined) throw session.error;
  const statuses = checkups.map(({ status }) => status);
  io.out(
    json
      ? `${JSON.stringify(statuses.map(keyJson), null, 2)}\n`
      : `${statuses.map(renderReport).join('\n\n')}\n`,
  );
  return exitCodeOf(statuses.flatMap(({ findings }) => findings));
}

async function doctorOfDeployment({ aws, io, json, settings }: Context): Promise<ExitCode> {
  const report = examineConcurrency(await aws.concurrency(), settings);
  const { severity, text } = report.finding;
  io.out(
    json
      ? `${JSON.stringify(report, null, 2)}\n`
      : `deployment\n  ${severity === 'note' ? '✓' : MARKS[severity]} ${text}\n`,
  );
  return exitCodeOf([report.finding]);
}

/** What the daily check knows helps, but a doctor who cannot see it works all the same. */
async function earlierStatuses(
  context: Context,
  keyUses: readonly KeyUse[],
): Promise<ReadonlyMap<string, KeyStatus>> {
  const found = new Map<string, KeyStatus>();
  try {
    const ledger = await keyLedger(context);
    for (const keyUse of keyUses) {
      const status = await ledger.status(keyUse);
      if (status !== undefined) found.set(keyUseName(keyUse), status);
    }
  } catch (error) {
    context.io.err(
      `What the daily checks know cannot be read; going on without it. ${explainFailure(error)}\n`,
    );
  }
  return found;
}
