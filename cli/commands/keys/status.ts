import * as z from 'zod';
import type { KeyStatus } from '../../../functions/keys/store/key-status.ts';
import { keyUseName } from '../../../functions/keys/store/key-use.ts';
import type { Context, Register } from '../../context/context.ts';
import { keyLedger } from '../../deployment/ledgers.ts';
import { chosenKeyUses } from '../../options/key-options.ts';
import { teamOption } from '../../options/team-option.ts';
import { type ExitCode, exitCodeOf } from '../../terminal/exit-code.ts';
import { keyJson } from '../../terminal/json-shapes.ts';
import { renderStatuses } from '../../terminal/keys/key-table.ts';
import { printJson } from '../../terminal/table.ts';

export const registerKeysStatus: Register = (keys, run) => {
  keys
    .command('status')
    .description('what the last daily check found; exit code 1 for warnings, 2 for problems')
    .addOption(teamOption())
    .addHelpText('after', `\nExamples:\n  asc-jobs keys status\n  asc-jobs keys status --team acme --json`)
    .action(run(z.object({ team: z.string().optional() }), status));
};

async function status(context: Context, { team }: { team?: string | undefined }): Promise<ExitCode> {
  const keyUses = chosenKeyUses(context, team);
  const ledger = await keyLedger(context);
  const known = await Promise.all(
    keyUses.map(async (keyUse) => ({ keyUse, status: await ledger.status(keyUse) })),
  );
  const statuses = known.flatMap(({ status }) => (status === undefined ? [] : [status]));
  const unchecked = known.flatMap(({ keyUse, status }) => (status === undefined ? [keyUseName(keyUse)] : []));
  showStatuses(context, statuses);
  if (unchecked.length > 0)
    context.io.err(`Not checked yet: ${unchecked.join(', ')}. Check now: asc-jobs keys check\n`);
  return exitCodeOf([
    ...statuses.flatMap(({ findings }) => findings),
    ...unchecked.map(() => ({ severity: 'warning' as const })),
  ]);
}

export function showStatuses({ io, json }: Context, statuses: readonly KeyStatus[]): void {
  if (json) printJson(io, statuses.map(keyJson));
  else io.out(`${renderStatuses(io, statuses)}\n`);
}
