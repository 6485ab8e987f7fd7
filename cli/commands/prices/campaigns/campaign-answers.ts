import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { formatProblems, type Problem } from '../../../../functions/platform/errors.ts';
import { MINUTE_MILLIS } from '../../../../functions/platform/util/time.ts';
import { problemSchema } from '../../../../functions/platform/validation/outcome-schema.ts';
import {
  type CampaignPlan,
  campaignPlan,
  campaignSentence,
  type MemberPlan,
} from '../../../../functions/prices/campaign/model/campaign-plan.ts';
import { CAMPAIGN_STATES } from '../../../../functions/prices/campaign/model/campaign-record.ts';
import { markdownHead, markdownRow, markdownText } from '../../../../functions/prices/plan/markdown.ts';
import { problemsMarkdown } from '../../../../functions/prices/plan/plan-rendering.ts';
import { productLabelSchema, productSchema } from '../../../../functions/prices/request/product-schemas.ts';
import { answerStatusSchema } from '../../../context/answer-status.ts';
import type { Context } from '../../../context/context.ts';
import type { Finding } from '../../../terminal/exit-code.ts';
import { plain, plainLines, renderTable, toned } from '../../../terminal/table.ts';

const text = z.string();
const amounts = z.record(text, text);
const memberSchema = z.object({
  changeId: text,
  product: productSchema,
  label: productLabelSchema.optional(),
  planSha256: text.optional(),
  planKey: text.optional(),
  startDate: text.nullable(),
  until: text.optional(),
  requests: z.number(),
  territoriesChanged: z.number(),
  territoriesUnchanged: z.number(),
  mustAgree: z.number(),
  mayHaveToAgree: z.number(),
  subscribers: text,
  proceedsAtStake: amounts,
  approval: z.array(text),
  sentence: text,
  warnings: z.array(text),
});

/** What the functions answer to a campaign. */
const answerSchema = z.object({
  status: answerStatusSchema,
  campaign: text.optional(),
  state: z.enum(CAMPAIGN_STATES).optional(),
  outcome: text.optional(),
  members: z.array(memberSchema).optional(),
  next: z.number().optional(),
  afterMillis: z.number().optional(),
  reason: text.optional(),
  warnings: z.array(text).optional(),
  problems: z.array(problemSchema).optional(),
  campaignPlan: z.object({ members: z.array(memberSchema) }).optional(),
});

export type CampaignAnswer = Omit<z.output<typeof answerSchema>, 'members' | 'campaignPlan'> & {
  plan?: CampaignPlan;
};

const namesSchema = z.object({ team: text.default(''), campaign: text.default('') });

const invoke = async ({ aws }: Context, output: string, payload: unknown) =>
  answerSchema.parse(await aws.invoke(await aws.output(output), payload));

export const askForCampaign = (context: Context, payload: unknown): Promise<CampaignAnswer> =>
  invoke(context, 'AcceptPriceChangeFunctionName', payload);

export const askForCampaignApproval = (context: Context, payload: unknown): Promise<CampaignAnswer> =>
  invoke(context, 'ApprovePriceChangeFunctionName', payload);

const PATIENCE_MILLIS = 30 * MINUTE_MILLIS;

/** The plan over all products of a campaign, asked for part by part. Registers nothing. */
export async function askForCampaignPlan(context: Context, request: object): Promise<CampaignAnswer> {
  const { team, campaign } = namesSchema.parse(request);
  const members: MemberPlan[] = [];
  const found: Problem[] = [];
  const until = performance.now() + PATIENCE_MILLIS;
  let from: number | undefined = 0;
  while (from !== undefined) {
    const answer: z.output<typeof answerSchema> = await invoke(context, 'PlanPriceChangeFunctionName', {
      planCampaign: request,
      from,
    });
    if (answer.status === 'planning' && performance.now() < until) {
      context.io.err(`${plain(answer.reason ?? 'The plan takes longer')} …\n`);
      await wait(answer.afterMillis ?? 10_000);
      continue;
    }
    if (answer.status !== 'planned') return { ...answer, campaign };
    members.push(...(answer.members ?? []));
    found.push(...(answer.problems ?? []));
    from = answer.next;
    if (from !== undefined) context.io.err(`${plain(campaign)}: ${from} products are planned …\n`);
  }
  return found.length > 0
    ? { status: 'rejected', campaign, problems: found }
    : { status: 'planned', campaign, plan: campaignPlan(team, campaign, members) };
}

/** The plan of a campaign's rollback. */
export async function askForCampaignRollbackPlan(
  context: Context,
  rollback: object,
): Promise<CampaignAnswer> {
  const { team } = namesSchema.parse(rollback);
  const { campaignPlan: planned, ...answer } = await invoke(context, 'AcceptPriceChangeFunctionName', {
    rollback: { ...rollback, dryRun: true },
  });
  const campaign = answer.campaign ?? '';
  return planned === undefined ? answer : { ...answer, plan: campaignPlan(team, campaign, planned.members) };
}

/** What an answer means for the exit code. */
export const campaignFinding = ({ status }: CampaignAnswer): Finding => ({
  severity: status === 'rejected' ? 'problem' : 'note',
});

const HEAD = ['product', 'territories', 'requests', 'starts', 'until', 'must agree', 'approval'];

/** The rows of a plan's table: one per product. */
export const campaignRows = ({ members }: Pick<CampaignPlan, 'members'>): string[][] =>
  members.map(({ product, label, ...member }) => [
    label?.productId || `${product.kind} ${product.id}`,
    String(member.territoriesChanged),
    String(member.requests),
    member.startDate ?? 'at once',
    member.until ?? '',
    member.mustAgree + member.mayHaveToAgree === 0
      ? ''
      : `${member.mustAgree} to ${member.mustAgree + member.mayHaveToAgree} territories`,
    member.approval.length > 0 ? 'needed' : '',
  ]);

/** Without the columns that say nothing in any row. */
function withoutEmpty(rows: readonly (readonly string[])[]): { head: string[]; rows: string[][] } {
  const kept = HEAD.map((_, column) => rows.some((row) => row[column] !== ''));
  const of = (row: readonly string[]): string[] => row.filter((_, column) => kept[column] === true);
  return { head: of(HEAD), rows: rows.map(of) };
}

/** An answer for a terminal: totals, a line per product, its warnings; or why there is no plan. */
export function renderCampaignAnswer({ io }: Context, answer: CampaignAnswer): string {
  const name = `campaign ${plain(answer.campaign ?? 'without a name')}`;
  if (answer.status === 'rejected')
    return `${toned(io, 'problem', `✗ ${name} is refused as a whole; nothing is sent.`)}\n${plainLines(formatProblems(answer.problems ?? []))}`;
  const { plan } = answer;
  if (plan !== undefined) {
    const table = withoutEmpty(campaignRows(plan).map((row) => row.map(plain)));
    const warnings = [
      ...(answer.warnings ?? []),
      ...plan.members.flatMap(({ label, product, warnings: own }) =>
        own.map((warning) => `${label?.productId || product.id}: ${warning}`),
      ),
    ];
    return [
      name,
      plain(campaignSentence(plan)),
      ...[...new Set(warnings)].map((warning) => toned(io, 'warning', `! ${plain(warning)}`)),
      renderTable(io, table.head, table.rows),
      ...plan.members.map(({ sentence }) => plain(sentence)),
      `Plan ${plan.sha256}`,
    ].join('\n');
  }
  if (answer.status === 'duplicate')
    return `duplicate of ${name}, which is ${answer.state ?? 'known'}${answer.outcome === undefined ? '' : ` (${plain(answer.outcome)})`}; nothing is sent again`;
  return `${name} is ${answer.status}.`;
}

/** A plan as Markdown, for a comment on a pull request. */
export function campaignMarkdown(answer: CampaignAnswer): string {
  const { plan, campaign = '', status, problems = [] } = answer;
  const name = `campaign ${campaign}`;
  if (status === 'rejected') return problemsMarkdown(name, problems);
  const title = `### ${markdownText(name)}\n\n`;
  if (plan === undefined) return `${title}**${status}.**\n`;
  return `${title}${markdownText(campaignSentence(plan))}

${markdownHead(HEAD)}
${campaignRows(plan).map(markdownRow).join('\n')}

Plan \`${plan.sha256}\`
`;
}
