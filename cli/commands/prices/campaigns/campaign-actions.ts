import { userInfo } from 'node:os';
import { JobError } from '../../../../functions/platform/errors.ts';
import { isCampaign } from '../../../../functions/prices/campaign/model/campaign-request.ts';
import type { Context } from '../../../context/context.ts';
import { changeLedger } from '../../../deployment/ledgers.ts';
import { confirmed } from '../../../terminal/confirm.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../../../terminal/exit-code.ts';
import { printJson } from '../../../terminal/table.ts';
import {
  askForCampaign,
  askForCampaignApproval,
  askForCampaignRollbackPlan,
  type CampaignAnswer,
  campaignFinding,
  renderCampaignAnswer,
} from './campaign-answers.ts';
import {
  campaignOutcome,
  campaignStatusJson,
  readCampaign,
  renderCampaigns,
  waitForCampaign,
} from './campaign-status.ts';

/** Whether a name that a command was given is a campaign's and no change's. */
export async function namesCampaign(context: Context, team: string, name: string): Promise<boolean> {
  if ((await (await changeLedger(context)).change(team, name)) !== undefined) return false;
  return (await readCampaign(context, team, name)) !== undefined;
}

export const splitRequests = (requests: readonly object[]): { campaigns: object[]; changes: object[] } => ({
  campaigns: requests.filter(isCampaign),
  changes: requests.filter((request) => !isCampaign(request)),
});

/** Approves the plan of a campaign, for all of its products. */
export async function approveCampaign(
  context: Context,
  options: { team: string; plan?: string | undefined; by?: string | undefined; yes: boolean; wait: boolean },
  campaign: string,
): Promise<ExitCode> {
  const { io } = context;
  const { team, yes, wait } = options;
  const status = await readCampaign(context, team, campaign);
  const planSha256 = options.plan ?? status?.record.planSha256;
  if (status === undefined || planSha256 === undefined)
    throw new JobError({
      code: 'NOTHING_TO_APPROVE',
      message: `The campaign ${campaign} has no plan; it is ${status?.record.state ?? 'not known'}. See: asc-jobs prices status`,
      retryable: false,
    });
  io.err(`${renderCampaigns(context, [status])}\n`);
  if (!(await confirmed(io, `Approve this plan for all ${status.members.length} products?`, yes)))
    return EXIT.failed;
  const by = options.by ?? userInfo().username;
  const answer = await askForCampaignApproval(context, { team, campaign, planSha256, by });
  return conclude(context, team, answer, wait);
}

/** Declines or withdraws a campaign. */
export async function closeCampaign(
  context: Context,
  kind: 'decline' | 'withdraw',
  { team, yes, ...closing }: { team: string; by: string; reason?: string | undefined; yes: boolean },
  campaign: string,
): Promise<ExitCode> {
  if (!(await confirmed(context.io, `End the campaign ${campaign} of team ${team} for good?`, yes)))
    return EXIT.failed;
  const ask = kind === 'decline' ? askForCampaignApproval : askForCampaign;
  return conclude(context, team, await ask(context, { [kind]: { team, campaign, ...closing } }), false);
}

/** Takes a campaign back by a new one. */
export async function rollBackCampaign(
  context: Context,
  rollback: { team: string; campaign: string; requestedBy: string },
  { yes, wait }: { yes: boolean; wait: boolean },
): Promise<ExitCode> {
  const { io, json } = context;
  const plan = await askForCampaignRollbackPlan(context, rollback);
  io.err(`${renderCampaignAnswer(context, plan)}\n`);
  if (plan.status === 'rejected') {
    if (json) printJson(io, plan);
    return exitCodeOf([campaignFinding(plan)]);
  }
  if (!(await confirmed(io, `Take the campaign ${rollback.campaign} back?`, yes))) return EXIT.failed;
  return conclude(context, rollback.team, await askForCampaign(context, { rollback }), wait);
}

async function conclude(
  context: Context,
  team: string,
  answer: CampaignAnswer,
  wait: boolean,
): Promise<ExitCode> {
  const { io, json } = context;
  const { campaign } = answer;
  const status =
    wait && answer.status !== 'rejected' && campaign !== undefined
      ? await waitForCampaign(context, team, campaign)
      : undefined;
  if (json) printJson(io, status === undefined ? answer : campaignStatusJson(status));
  else
    io.out(
      `${status === undefined ? renderCampaignAnswer(context, answer) : renderCampaigns(context, [status])}\n`,
    );
  return exitCodeOf([campaignFinding(answer), ...(status === undefined ? [] : [campaignOutcome(status)])]);
}
