import { readKeyVersion } from '../../functions/app-store-connect/auth/key-store.ts';
import { isAboutSession } from '../../functions/app-store-connect/auth/secret-unreadable.ts';
import { checkKeySecrets } from '../../functions/keys/check/key-checkup.ts';
import type { KeyStatus } from '../../functions/keys/store/key-status.ts';
import { type KeyUse, keyUseName } from '../../functions/keys/store/key-use.ts';
import { realSleep } from '../../functions/platform/util/clock.ts';
import type { Context } from '../context/context.ts';
import { examineConcurrency } from '../deployment/concurrency.ts';
import { keyLedger } from '../deployment/ledgers.ts';
import { chosenKeyUses } from '../options/key-options.ts';
import { explainFailure } from '../terminal/describe-error.ts';
import { type ExitCode, exitCodeOf } from '../terminal/exit-code.ts';
import { keyJson } from '../terminal/json-shapes.ts';
import { renderReport } from '../terminal/keys/doctor-report.ts';
import { MARKS } from '../terminal/keys/key-table.ts';
import { printJson } from '../terminal/table.ts';
import { probeFor } from './probe-for.ts';

/** Checks the keys that a deployment's settings name, from this machine. `team`: only that one's. */
export async function doctorOfTeams(
  context: Context,
  { team }: { team?: string | undefined },
): Promise<ExitCode> {
  const { aws, io, json, appleUrl, settings } = context;
  const keyUses = chosenKeyUses(context, team);
  const before = await earlierStatuses(context, keyUses);
  const checkups = await checkKeySecrets(
    {
      readCurrent: (secretName) => readKeyVersion(aws.secrets, secretName),
      ask: probeFor(io, appleUrl),
      clock: io,
      sleep: realSleep,
      maxAgeDays: settings.keyMaxAgeDays,
    },
    keyUses,
    { before, thorough: true },
  );
  const session = checkups.find(({ error }) => isAboutSession(error));
  // Nothing was asked of Apple: said once, instead of one trouble per key.
  if (session !== undefined) throw session.error;
  const statuses = checkups.map(({ status }) => status);
  if (json) printJson(io, statuses.map(keyJson));
  else io.out(`${statuses.map(renderReport).join('\n\n')}\n`);
  return exitCodeOf(statuses.flatMap(({ findings }) => findings));
}

/** Whether the account has room for the functions. */
export async function doctorOfDeployment({ aws, io, json, settings }: Context): Promise<ExitCode> {
  const report = examineConcurrency(await aws.concurrency(), settings);
  const { severity, text } = report.finding;
  if (json) printJson(io, report);
  else io.out(`deployment\n  ${severity === 'note' ? '✓' : MARKS[severity]} ${text}\n`);
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
