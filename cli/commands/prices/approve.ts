import { userInfo } from 'node:os';
import * as z from 'zod';
import { JobError } from '../../../functions/platform/errors.ts';
import { createAuditLog } from '../../../functions/prices/store/audit-log.ts';
import { readPlan } from '../../../functions/prices/store/plan-store.ts';
import type { Context, Register } from '../../context/context.ts';
import { changeLedger } from '../../deployment/ledgers.ts';
import { teamOption } from '../../options/team-option.ts';
import { confirmed } from '../../terminal/confirm.ts';
import { EXIT, type ExitCode } from '../../terminal/exit-code.ts';
import { approveCampaign, namesCampaign } from './campaigns/campaign-actions.ts';
import { askForApproval, renderAnswer } from './price-answers.ts';
import { printAnswer, printOutcome } from './print-result.ts';

const optionsSchema = z.object({
  team: z.string(),
  plan: z.string().optional(),
  by: z.string().optional(),
  yes: z.boolean().default(false),
  wait: z.boolean(),
});

export const registerPricesApprove: Register = (prices, run) => {
  prices
    .command('approve')
    .argument('<change>', 'its idempotency key, or the name of a campaign')
    .description(
      'let a change or a campaign go on that waits for an approval; whoever asked for it cannot approve it',
    )
    .addOption(teamOption().makeOptionMandatory())
    .option('--plan <sha256>', 'the plan that was looked at; refused if it is another one by now')
    .option('--by <name>', 'who approves, for the record; the name at this machine unless given')
    .option('--yes', 'do not ask; needs --plan')
    .option('--no-wait', 'do not wait for the end')
    .addHelpText(
      'after',
      '\nExample:\n  asc-jobs prices approve --team acme winter-sale-2026/pro-yearly --by cto@acme.example',
    )
    .action(run(optionsSchema, approve));
};

async function approve(
  context: Context,
  options: z.output<typeof optionsSchema>,
  [changeId = '']: readonly string[],
): Promise<ExitCode> {
  const { io, aws } = context;
  const { team, yes, wait } = options;
  if (yes && options.plan === undefined) {
    throw new JobError({
      code: 'PLAN_MISSING',
      message: 'An approval without a question names the plan that was looked at: --plan SHA256',
      retryable: false,
    });
  }
  if (await namesCampaign(context, team, changeId)) return approveCampaign(context, options, changeId);
  const record = await (await changeLedger(context)).change(team, changeId);
  if (record?.planSha256 === undefined) {
    throw new JobError({
      code: 'NOTHING_TO_APPROVE',
      message: `${changeId} of team ${team} ${record === undefined ? 'is not known' : `has no plan; it is ${record.state}`}. See: asc-jobs prices status`,
      retryable: false,
    });
  }
  const plan = await readPlan(createAuditLog(aws.s3, await aws.output('LakeBucketName')), record);
  io.err(`${renderAnswer(context, { status: 'planned', changeId, plan })}\n`);
  if (!(await confirmed(io, 'Approve this plan?', yes))) return EXIT.failed;
  const answer = await askForApproval(context, {
    team,
    changeId,
    planSha256: options.plan ?? record.planSha256,
    by: options.by ?? userInfo().username,
  });
  if (answer.status === 'rejected' || !wait) return printAnswer(context, answer);
  return printOutcome(context, { team, changeId });
}
