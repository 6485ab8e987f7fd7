import * as z from 'zod';
import { planMarkdown, problemsMarkdown } from '../../../functions/prices/plan/plan-rendering.ts';
import type { Context, Register } from '../../context/context.ts';
import { type ExitCode, exitCodeOf } from '../../terminal/exit-code.ts';
import { printJson } from '../../terminal/table.ts';
import { splitRequests } from './campaigns/campaign-actions.ts';
import {
  askForCampaignPlan,
  type CampaignAnswer,
  campaignFinding,
  campaignMarkdown,
  renderCampaignAnswer,
} from './campaigns/campaign-answers.ts';
import { type Previewed, previewLine, withPreview } from './preview-plan.ts';
import { answerFinding, askForPlan, readRequests, renderAnswer } from './price-answers.ts';

const optionsSchema = z.object({ markdown: z.boolean().default(false), campaign: z.string().optional() });

export const registerPricesPlan: Register = (prices, run) => {
  prices
    .command('plan')
    .argument(
      '[files...]',
      'requests as .json or .csv, campaigns among them; see docs/prices.md and docs/campaigns.md',
    )
    .option('--campaign <file>', 'a campaign, as .json')
    .description('what price changes would do; nothing is sent. Exit code 2 where one is refused')
    .option('--markdown', 'as Markdown, for a comment on a pull request')
    .addHelpText(
      'after',
      `
Examples:
  asc-jobs prices plan winter-sale.json
  asc-jobs prices plan prices/*.json --markdown > plan.md`,
    )
    .action(run(optionsSchema, plan));
};

/** Plans the requests of files and shows what they would do. */
export async function plan(
  context: Context,
  { markdown, campaign }: z.output<typeof optionsSchema>,
  files: readonly string[],
): Promise<ExitCode> {
  const { io, json } = context;
  const answers: Previewed[] = [];
  const { campaigns, changes } = splitRequests(
    readRequests([...(campaign === undefined ? [] : [campaign]), ...files]),
  );
  const campaignPlans: CampaignAnswer[] = [];
  for (const request of campaigns) campaignPlans.push(await askForCampaignPlan(context, request));
  for (const request of changes) {
    answers.push(await withPreview(context, await askForPlan(context, request)));
  }
  if (json) printJson(io, [...campaignPlans, ...answers]);
  else if (markdown)
    io.out(`${[...campaignPlans.map(campaignMarkdown), ...answers.map(asMarkdown)].join('\n')}\n`);
  else
    io.out(
      `${[
        ...campaignPlans.map((answer) => renderCampaignAnswer(context, answer)),
        ...answers.map((answer) => `${renderAnswer(context, answer)}${previewLine(answer)}`),
      ].join('\n\n')}\n`,
    );
  return exitCodeOf([...campaignPlans.map(campaignFinding), ...answers.map(answerFinding)]);
}

const asMarkdown = ({
  plan,
  changeId = 'a request without a key',
  problems = [],
  effectPreview,
}: Previewed): string =>
  plan === undefined
    ? problemsMarkdown(changeId, problems)
    : `${planMarkdown(plan)}${effectPreview === undefined ? '' : `\n${effectPreview.words}\n`}`;
