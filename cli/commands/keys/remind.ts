import * as z from 'zod';
import { checklistOf, checklistText } from '../../../functions/keys/notices/checklist.ts';
import { reminderStep } from '../../../functions/keys/store/key-age.ts';
import { keyUseName } from '../../../functions/keys/store/key-use.ts';
import type { Context, Register } from '../../context/context.ts';
import { keyLedger } from '../../deployment/ledgers.ts';
import { chosenKeyUses } from '../../options/key-options.ts';
import { teamOption } from '../../options/team-option.ts';
import { type ExitCode, exitCodeOf } from '../../terminal/exit-code.ts';
import { printJson } from '../../terminal/table.ts';

const optionsSchema = z.object({ team: z.string().optional() });

export const registerKeysRemind: Register = (keys, run) => {
  keys
    .command('remind')
    .description(
      "print each key's reminder with its rotation checklist, due or not; exit code 1 where one is due",
    )
    .addOption(teamOption())
    .addHelpText(
      'after',
      `
The reminders themselves are sent by the daily check, each once; "asc-jobs keys check" runs it now.

Example:
  asc-jobs keys remind --team acme`,
    )
    .action(run(optionsSchema, remind));
};

async function remind(context: Context, { team }: z.output<typeof optionsSchema>): Promise<ExitCode> {
  const { io, json, aws } = context;
  const ledger = await keyLedger(context);
  const region = await aws.secrets.config.region();
  const reminders = [];
  for (const keyUse of chosenKeyUses(context, team)) {
    const status = await ledger.status(keyUse);
    if (status?.key === undefined) {
      io.err(`${keyUseName(keyUse)}: not known yet, or its secret gives no key. Look: asc-jobs keys check\n`);
      continue;
    }
    const { key } = status;
    const due = reminderStep(key) !== undefined;
    reminders.push({ keyUse, key, due, list: checklistOf(keyUse, { ...status, key }, region) });
  }
  if (json)
    printJson(
      io,
      reminders.map(({ keyUse, due, list }) => ({ for: keyUseName(keyUse), due, ...list })),
    );
  else
    io.out(
      reminders
        .map(
          ({ keyUse, key, due, list }) =>
            `${keyUseName(keyUse)}: key ${key.keyId} is ${key.ageDays} of ${key.maxAgeDays} days old${due ? ', rotate it now' : ''}\n\n${checklistText(list)}\n`,
        )
        .join('\n'),
    );
  return exitCodeOf(reminders.map(({ due }) => ({ severity: due ? 'warning' : 'note' })));
}
