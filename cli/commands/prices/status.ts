import * as z from 'zod';
import { isCampaignOver } from '../../../functions/prices/campaign/model/campaign-record.ts';
import { recentCampaigns } from '../../../functions/prices/campaign/store/campaign-ledger.ts';
import { createAuditLog } from '../../../functions/prices/store/audit-log.ts';
import { type ChangeRecord, isOver } from '../../../functions/prices/store/change-record.ts';
import { rollbackOf } from '../../../functions/prices/store/later-changes.ts';
import { readPlan } from '../../../functions/prices/store/plan-store.ts';
import { recentChanges, rollbackAmong } from '../../../functions/prices/store/recent-changes.ts';
import { changeFindings } from '../../../functions/status/model/findings.ts';
import { changeAudit } from '../../../functions/status/read/change-audit.ts';
import type { Context, Register } from '../../context/context.ts';
import { changeLedger } from '../../deployment/ledgers.ts';
import { chosenTeams, teamOption } from '../../options/team-option.ts';
import { EXIT, type ExitCode, exitCodeOf } from '../../terminal/exit-code.ts';
import { changeJson } from '../../terminal/json-shapes.ts';
import { plain, printJson } from '../../terminal/table.ts';
import {
  type CampaignStatus,
  campaignOutcome,
  campaignStatusJson,
  readCampaign,
  renderCampaigns,
} from './campaigns/campaign-status.ts';
import { renderAnswer } from './price-answers.ts';
import { renderChanges } from './price-table.ts';
import { outcomeFinding } from './wait-for-changes.ts';

const optionsSchema = z.object({ team: z.string().optional() });

const MOST = 50;
const MAXIMUM_CAMPAIGNS = 5;

export const registerPricesStatus: Register = (prices, run) => {
  prices
    .command('status')
    .argument('[change]', 'one change: with its plan and its audit; or a campaign: with its products')
    .description('price changes and campaigns, those that moved last first')
    .addOption(teamOption())
    .addHelpText(
      'after',
      `
Exit codes: 0 all shown are applied (or refused with nothing sent), 1 one waits or is under way, 2 one failed.

Examples:
  asc-jobs prices status
  asc-jobs prices status --team acme winter-sale-2026/pro-yearly`,
    )
    .action(run(optionsSchema, status));
};

async function status(
  context: Context,
  { team }: z.output<typeof optionsSchema>,
  [changeId]: readonly string[],
): Promise<ExitCode> {
  const { io, json } = context;
  const teams = chosenTeams(context, team).map(({ name }) => name);
  const found = await findChanges(context, teams, changeId);
  const campaigns =
    found.length > 0 && changeId !== undefined ? [] : await findCampaigns(context, teams, changeId);
  if (changeId !== undefined && campaigns.length > 0) return showCampaigns(context, campaigns);
  if (changeId !== undefined && found.length === 0) {
    io.err(`There is no price change and no campaign ${changeId}; see: asc-jobs prices status\n`);
    return EXIT.failed;
  }
  const rollbacks = await findRollbacks(context, found, changeId);
  if (json)
    printJson(io, [
      ...campaigns.map(campaignStatusJson),
      ...found.map((record) => changeJson(record, rollbacks.get(record))),
    ]);
  else {
    if (campaigns.length > 0) io.out(`${renderCampaigns(context, campaigns)}\n\n`);
    io.out(`${renderChanges(context, found)}\n`);
    for (const [{ changeId: name }, by] of rollbacks)
      io.out(`${plain(name)} was rolled back by ${plain(by)}\n`);
    for (const record of changeId === undefined ? [] : found) await showDetail(context, record);
  }
  if (changeId !== undefined) return exitCodeOf(found.map(outcomeFinding));
  // A refusal sent nothing and was told; in a list it is no news.
  const open = found.filter((record) => !isOver(record)).map(outcomeFinding);
  const openCampaigns = campaigns.filter(({ record }) => !isCampaignOver(record)).map(campaignOutcome);
  return exitCodeOf([...openCampaigns, ...open, ...changeFindings(found)]);
}

/** A campaign by its name, in whichever of the teams; without a name those that moved last. */
async function findCampaigns(
  context: Context,
  teams: readonly string[],
  name: string | undefined,
): Promise<CampaignStatus[]> {
  const { aws } = context;
  const table = await aws.output('PricesTableName');
  const found: CampaignStatus[] = [];
  for (const team of teams) {
    const names =
      name === undefined
        ? (await recentCampaigns(aws.documents, table, { team, maximum: MAXIMUM_CAMPAIGNS })).map(
            ({ campaign }) => campaign,
          )
        : [name];
    for (const one of names) {
      const status = await readCampaign(context, team, one);
      if (status !== undefined) found.push(status);
    }
  }
  return found;
}

/** A campaign with the changes of its products. */
function showCampaigns(context: Context, campaigns: readonly CampaignStatus[]): ExitCode {
  const { io, json } = context;
  if (json) printJson(io, campaigns.map(campaignStatusJson));
  else
    for (const status of campaigns) {
      const members = status.members.filter((member) => member !== undefined);
      io.out(`${renderCampaigns(context, [status])}\n\n${renderChanges(context, members)}\n`);
    }
  return exitCodeOf(campaigns.map(campaignOutcome));
}

/** One change by its name, in whichever of the teams; without a name those that moved last. */
async function findChanges(
  context: Context,
  teams: readonly string[],
  changeId: string | undefined,
): Promise<ChangeRecord[]> {
  const { aws } = context;
  const table = await aws.output('PricesTableName');
  const ledger = await changeLedger(context);
  const found: ChangeRecord[] = [];
  for (const team of teams) {
    if (changeId === undefined)
      found.push(...(await recentChanges(aws.documents, table, { team, maximum: MOST })));
    else found.push(...[await ledger.change(team, changeId)].filter((record) => record !== undefined));
  }
  return found;
}

/** The changes that were rolled back, each with the change that did it. In a list as far as it reaches. */
async function findRollbacks(
  context: Context,
  found: readonly ChangeRecord[],
  changeId: string | undefined,
): Promise<ReadonlyMap<ChangeRecord, string>> {
  const ledger = await changeLedger(context);
  const rollbacks = new Map<ChangeRecord, string>();
  for (const record of found) {
    const by =
      changeId === undefined ? rollbackAmong(found, record)?.changeId : await rollbackOf({ ledger }, record);
    if (by !== undefined) rollbacks.set(record, by);
  }
  return rollbacks;
}

async function showDetail(context: Context, record: ChangeRecord): Promise<void> {
  const { aws, io } = context;
  const bucket = await aws.output('LakeBucketName');
  if (record.planKey !== undefined) {
    const plan = await readPlan(createAuditLog(aws.s3, bucket), record);
    io.out(`\n${renderAnswer(context, { status: 'planned', changeId: record.changeId, plan })}\n`);
  }
  if (record.acknowledgments.length > 0)
    io.out(
      `\nApple's request ids, for its support: ${record.acknowledgments.map(({ requestId }) => plain(requestId)).join(', ')}\n`,
    );
  const audit = await changeAudit(aws.s3, bucket, record);
  if (audit.length > 0) io.out('\nAudit trail:\n');
  for (const { key, at } of audit) io.out(`  ${new Date(at).toISOString()}  s3://${bucket}/${key}\n`);
}
