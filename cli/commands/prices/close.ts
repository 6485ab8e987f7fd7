import { userInfo } from 'node:os';
import * as z from 'zod';
import type { Context, Register } from '../../context/context.ts';
import { teamOption } from '../../options/team-option.ts';
import { confirmed } from '../../terminal/confirm.ts';
import { EXIT, type ExitCode } from '../../terminal/exit-code.ts';
import { closeCampaign, namesCampaign } from './campaigns/campaign-actions.ts';
import { type Answer, askForApproval, askToAccept } from './price-answers.ts';
import { printAnswer } from './print-result.ts';

const optionsSchema = z.object({
  team: z.string(),
  reason: z.string().optional(),
  by: z.string().optional(),
  yes: z.boolean().default(false),
});
type Options = z.output<typeof optionsSchema>;

type Closing = {
  name: 'decline' | 'withdraw';
  description: string;
  by: string;
  ask(context: Context, closing: object): Promise<Answer>;
};

const CLOSINGS: readonly Closing[] = [
  {
    name: 'decline',
    description: 'end a change that waits for an approval; by somebody other than who requested it',
    by: 'who declines, for the record; the name at this machine unless given',
    ask: (context, decline) => askForApproval(context, { decline }),
  },
  {
    name: 'withdraw',
    description: 'end a change of your own that waits for an approval or has sent nothing',
    by: 'who requested it; the name at this machine unless given',
    ask: (context, withdraw) => askToAccept(context, { withdraw }),
  },
];

/** `prices decline` and `prices withdraw`: two ways to end a change before it takes effect. */
export const registerPricesClose: Register = (prices, run) => {
  for (const closing of CLOSINGS)
    prices
      .command(closing.name)
      .argument('<change>', 'its idempotency key, or the name of a campaign')
      .description(closing.description)
      .addOption(teamOption().makeOptionMandatory())
      .option('--reason <text>', 'for the record')
      .option('--by <name>', closing.by)
      .option('--yes', 'do not ask')
      .addHelpText(
        'after',
        `\nExample:\n  asc-jobs prices ${closing.name} --team acme winter-sale-2026/pro-yearly --reason "not this week"`,
      )
      .action(
        run(optionsSchema, (context, options, [changeId = '']) => close(context, closing, options, changeId)),
      );
};

async function close(
  context: Context,
  closing: Closing,
  { team, reason, by = userInfo().username, yes }: Options,
  changeId: string,
): Promise<ExitCode> {
  if (await namesCampaign(context, team, changeId))
    return closeCampaign(
      context,
      closing.name,
      { team, by, yes, ...(reason !== undefined && { reason }) },
      changeId,
    );
  if (!(await confirmed(context.io, `End ${changeId} of team ${team} for good?`, yes))) return EXIT.failed;
  const answer = await closing.ask(context, { team, changeId, by, ...(reason !== undefined && { reason }) });
  return printAnswer(context, answer);
}
