import { z } from 'zod';
import { createAppleClock } from '../../functions/app-store-connect/auth/apple-clock.ts';
import { readKeyVersion } from '../../functions/app-store-connect/auth/key-store.ts';
import type { RequestQuota } from '../../functions/app-store-connect/rate-limit/request-quota.ts';
import { checkKeySecrets } from '../../functions/keys/check/key-checkup.ts';
import { createProbe } from '../../functions/keys/check/probe.ts';
import type { KeyStatus } from '../../functions/keys/store/key-status.ts';
import { type KeyUse, keyUseName } from '../../functions/keys/store/key-use.ts';
import { realSleep } from '../../functions/platform/util/clock.ts';
import type { Context, Register } from '../context/context.ts';
import { keyLedger } from '../deployment/ledgers.ts';
import { placesOf, teamOption } from '../options/key-options.ts';
import { renderReport } from '../terminal/doctor-report.ts';
import { type ExitCode, exitCodeOf } from '../terminal/exit-code.ts';
import { keyJson } from '../terminal/json-shapes.ts';

const optionsSchema = z.object({ team: z.string().optional() });

export const registerDoctor: Register = (program, run) => {
  program
    .command('doctor')
    .description('checks the keys from this machine and says what is wrong and how to put it right')
    .addOption(teamOption())
    .addHelpText('after', `\nExamples:\n  asc-jobs doctor\n  asc-jobs doctor --team acme --json`)
    .action(run(optionsSchema, doctor));
};

/** A person's few calls need no budget kept. */
const FREE_QUOTA: RequestQuota = { retryAt: async () => undefined, observe: async () => undefined };
const PATIENCE_MILLIS = 60_000;

async function doctor(context: Context, { team }: z.output<typeof optionsSchema>): Promise<ExitCode> {
  const { aws, io, json, appleUrl, settings } = context;
  const deadline = io.now() + PATIENCE_MILLIS;
  const ask = createProbe({
    baseUrl: appleUrl,
    fetch,
    quota: FREE_QUOTA,
    clock: io,
    appleClock: createAppleClock(io),
    scoped: true,
    remainingMillis: () => deadline - io.now(),
    sleep: realSleep,
    random: Math.random,
  });
  const keyUses = placesOf(context, team);
  const before = await earlierStatuses(context, keyUses);
  const checkups = await checkKeySecrets(
    {
      readCurrent: (secretName) => readKeyVersion(aws.secrets, secretName),
      ask,
      clock: io,
      maxAgeDays: settings.keyMaxAgeDays,
    },
    keyUses,
    { before, thorough: true },
  );
  const statuses = checkups.map(({ status }) => status);
  io.out(
    json
      ? `${JSON.stringify(statuses.map(keyJson), null, 2)}\n`
      : `${statuses.map(renderReport).join('\n\n')}\n`,
  );
  return exitCodeOf(statuses.flatMap(({ findings }) => findings));
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
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    context.io.err(`What the daily checks know cannot be read (${reason}); going on without it.\n`);
  }
  return found;
}
