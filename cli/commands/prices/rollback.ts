import { userInfo } from 'node:os';
import * as z from 'zod';
import type { Context, Register } from '../../context/context.ts';
import { teamOption } from '../../options/team-option.ts';
import { confirmed } from '../../terminal/confirm.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../../terminal/exit-code.ts';
import { printJson } from '../../terminal/table.ts';
import { namesCampaign, rollBackCampaign } from './campaigns/campaign-actions.ts';
import { answerFinding, askForRollbackPlan, askToAccept, renderAnswer } from './price-answers.ts';
import { printAnswer, printOutcome } from './print-result.ts';

const optionsSchema = z.object({
  team: z.string(),
  key: z.string().optional(),
  reason: z.string().optional(),
  by: z.string().optional(),
  preserveCurrentPrice: z.boolean().optional(),
  yes: z.boolean().default(false),
  wait: z.boolean(),
});

export const registerPricesRollback: Register = (prices, run) => {
  prices
    .command('rollback')
    .argument('<change>', 'what to take back: the idempotency key of a change, or the name of a campaign')
    .description('take a change or a campaign back by a new one, built from what the audit says was before')
    .addOption(teamOption().makeOptionMandatory())
    .option('--key <key>', "the new change's own idempotency key, rollback-of/<change> unless given")
    .option('--reason <text>', 'for the record')
    .option('--by <name>', 'who asks, for the record; the name at this machine unless given')
    .option(
      '--preserve-current-price',
      'subscriptions: existing subscribers keep what they pay where it rises',
    )
    .option('--no-preserve-current-price', 'subscriptions: they get the old price back')
    .option('--yes', 'do not ask; the plan is printed all the same')
    .option('--no-wait', 'do not wait for the end')
    .addHelpText(
      'after',
      '\nExample:\n  asc-jobs prices rollback --team acme winter-sale-2026/pro-yearly --preserve-current-price',
    )
    .action(run(optionsSchema, rollback));
};

async function rollback(
  context: Context,
  options: z.output<typeof optionsSchema>,
  [changeId = '']: readonly string[],
): Promise<ExitCode> {
  const { io, json } = context;
  const { team, preserveCurrentPrice } = options;
  const request = {
    team,
    changeId,
    requestedBy: options.by ?? userInfo().username,
    ...(options.key !== undefined && { idempotencyKey: options.key }),
    ...(options.reason !== undefined && { reason: options.reason }),
    ...(preserveCurrentPrice !== undefined && { preserveCurrentPrice }),
  };
  if (await namesCampaign(context, team, changeId)) {
    const { changeId: campaign, ...rollback } = request;
    return rollBackCampaign(context, { ...rollback, campaign }, options);
  }
  const plan = await askForRollbackPlan(context, request);
  io.err(`${renderAnswer(context, plan)}\n`);
  if (plan.status === 'rejected') {
    if (json) printJson(io, plan);
    return exitCodeOf([answerFinding(plan)]);
  }
  if (!(await confirmed(io, `Take ${changeId} back?`, options.yes))) return EXIT.failed;
  const answer = await askToAccept(context, { rollback: request });
  if (answer.status === 'rejected' || answer.changeId === undefined || !options.wait)
    return printAnswer(context, answer);
  return printOutcome(context, { team, changeId: answer.changeId });
}
