import * as z from 'zod';
import type { ChangeRecord } from '../../../functions/prices/store/change-record.ts';
import type { Context, Register } from '../../context/context.ts';
import { confirmed } from '../../terminal/confirm.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../../terminal/exit-code.ts';
import { changeJson } from '../../terminal/json-shapes.ts';
import { printJson } from '../../terminal/table.ts';
import { splitRequests } from './campaigns/campaign-actions.ts';
import {
  askForCampaign,
  askForCampaignPlan,
  type CampaignAnswer,
  campaignFinding,
  renderCampaignAnswer,
} from './campaigns/campaign-answers.ts';
import {
  type CampaignStatus,
  campaignOutcome,
  campaignStatusJson,
  renderCampaigns,
  waitForCampaign,
} from './campaigns/campaign-status.ts';
import { type Previewed, previewLine, withPreview } from './preview-plan.ts';
import {
  type Answer,
  answerFinding,
  askForPlan,
  askToAccept,
  readRequests,
  renderAnswer,
} from './price-answers.ts';
import { renderChanges } from './price-table.ts';
import { outcomeFinding, waitForChanges } from './wait-for-changes.ts';

const optionsSchema = z.object({
  yes: z.boolean().default(false),
  wait: z.boolean(),
  campaign: z.string().optional(),
});

export const registerPricesApply: Register = (prices, run) => {
  prices
    .command('apply')
    .argument(
      '[files...]',
      'requests as .json or .csv, campaigns among them; see docs/prices.md and docs/campaigns.md',
    )
    .option('--campaign <file>', 'a campaign, as .json')
    .description('show the plan, ask, and bring the prices to Apple, exactly once each')
    .option('--yes', 'do not ask; the plan is printed all the same')
    .option('--no-wait', 'do not wait for the end')
    .addHelpText(
      'after',
      `
The same file again is the same change: it is answered as a duplicate and sends nothing.
Exit codes: 0 all applied, 1 one waits or is under way, 2 one was refused or failed, 3 nothing was done.

Examples:
  asc-jobs prices apply winter-sale.json
  asc-jobs prices apply prices/*.json --yes`,
    )
    .action(run(optionsSchema, apply));
};

/** Plans the requests of files, asks, and has them applied. */
export async function apply(
  context: Context,
  { yes, wait, campaign }: z.output<typeof optionsSchema>,
  files: readonly string[],
): Promise<ExitCode> {
  const { io, json } = context;
  const { campaigns, changes: requests } = splitRequests(
    readRequests([...(campaign === undefined ? [] : [campaign]), ...files]),
  );
  const campaignPlans: CampaignAnswer[] = [];
  for (const request of campaigns) campaignPlans.push(await askForCampaignPlan(context, request));
  const plans: Previewed[] = [];
  for (const request of requests) plans.push(await withPreview(context, await askForPlan(context, request)));
  const shown = [
    ...campaignPlans.map((answer) => renderCampaignAnswer(context, answer)),
    ...plans.map((answer) => `${renderAnswer(context, answer)}${previewLine(answer)}`),
  ];
  io.err(`${shown.join('\n\n')}\n`);
  const all = [...campaignPlans, ...plans];
  // All or none from one command line: a refused one is put right before the others go.
  if (all.some(({ status }) => status === 'rejected')) {
    if (json) printJson(io, all);
    return exitCodeOf([...campaignPlans.map(campaignFinding), ...plans.map(answerFinding)]);
  }
  // What is known already is never planned: there is nothing to agree to.
  const isNew = all.some(({ status }) => status !== 'duplicate');
  const question = questionOf(campaigns.length, requests.length);
  if (isNew && !(await confirmed(io, question, yes))) return EXIT.failed;
  const answers: Answer[] = [];
  for (const request of requests) answers.push(await askToAccept(context, { ...request, dryRun: false }));
  const asked: CampaignAnswer[] = [];
  for (const request of campaigns) asked.push(await askForCampaign(context, { ...request, dryRun: false }));
  return conclude(context, { requests, answers, campaigns, asked }, wait);
}

function questionOf(campaigns: number, changes: number): string {
  if (campaigns === 0) return changes === 1 ? 'Apply this change?' : `Apply these ${changes} changes?`;
  const many = campaigns === 1 ? 'this campaign' : `these ${campaigns} campaigns`;
  return changes === 0 ? `Apply ${many}?` : `Apply ${many} and ${changes} single changes?`;
}

const teamSchema = z.object({ team: z.string() });

type Asked = {
  requests: readonly object[];
  answers: readonly Answer[];
  campaigns: readonly object[];
  asked: readonly CampaignAnswer[];
};

async function conclude(
  context: Context,
  { requests, answers, campaigns, asked }: Asked,
  wait: boolean,
): Promise<ExitCode> {
  const { io, json } = context;
  const taken = answers.flatMap(({ status, changeId }, index) => {
    const { team } = teamSchema.parse(requests[index]);
    return status === 'rejected' || changeId === undefined ? [] : [{ team, changeId }];
  });
  const records: ChangeRecord[] = wait && taken.length > 0 ? await waitForChanges(context, taken) : [];
  const ended = wait ? await endsOf(context, campaigns, asked) : [];
  if (json)
    printJson(
      io,
      wait
        ? [...ended.map(campaignStatusJson), ...records.map((record) => changeJson(record))]
        : [...asked, ...answers],
    );
  else {
    const lines = wait
      ? [
          ...asked
            .filter(({ status }) => status === 'rejected')
            .map((one) => renderCampaignAnswer(context, one)),
          ...(ended.length > 0 ? [renderCampaigns(context, ended)] : []),
          ...(taken.length > 0 || asked.length === 0 ? [renderChanges(context, records)] : []),
        ]
      : [
          ...asked.map((one) => renderCampaignAnswer(context, one)),
          ...answers.map((one) => renderAnswer(context, one)),
        ];
    io.out(`${lines.join('\n')}\n`);
  }
  return exitCodeOf([
    ...asked.map(campaignFinding),
    ...ended.map(campaignOutcome),
    ...answers.map(answerFinding),
    ...records.map(outcomeFinding),
  ]);
}

/** Waits for the campaigns that were taken in. */
async function endsOf(
  context: Context,
  campaigns: readonly object[],
  asked: readonly CampaignAnswer[],
): Promise<CampaignStatus[]> {
  const ended: CampaignStatus[] = [];
  for (const [index, { status, campaign }] of asked.entries()) {
    const { team } = teamSchema.parse(campaigns[index]);
    if (status === 'rejected' || campaign === undefined) continue;
    const end = await waitForCampaign(context, team, campaign);
    if (end !== undefined) ended.push(end);
  }
  return ended;
}
