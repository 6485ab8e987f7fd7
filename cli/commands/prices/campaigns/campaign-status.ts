import { formatMinute, MINUTE_MILLIS } from '../../../../functions/platform/util/time.ts';
import {
  type CampaignRecord,
  isCampaignOver,
  owesReturn,
} from '../../../../functions/prices/campaign/model/campaign-record.ts';
import { campaignProgress } from '../../../../functions/prices/campaign/model/next-step.ts';
import type { ChangeRecord } from '../../../../functions/prices/store/change-record.ts';
import type { Context } from '../../../context/context.ts';
import { campaignLedger, changeLedger } from '../../../deployment/ledgers.ts';
import { type Finding, TONES } from '../../../terminal/exit-code.ts';
import { campaignJson, changeJson } from '../../../terminal/json-shapes.ts';
import { plain, renderTable, toned } from '../../../terminal/table.ts';
import { waitWithProgress } from '../../../terminal/wait-with-progress.ts';

const LOOK_MILLIS = 500;
const PATIENCE_MILLIS = 30 * MINUTE_MILLIS;

export type CampaignStatus = { record: CampaignRecord; members: (ChangeRecord | undefined)[] };

/** A campaign by its name, with the changes of its products. */
export async function readCampaign(
  context: Context,
  team: string,
  name: string,
): Promise<CampaignStatus | undefined> {
  const record = await (await campaignLedger(context)).campaign(team, name);
  if (record === undefined) return undefined;
  const ledger = await changeLedger(context);
  const members = await Promise.all(record.members.map(({ changeId }) => ledger.change(team, changeId)));
  return { record, members };
}

/** Waits until a campaign is over or waits for an approval, and gives it as it is then. */
export async function waitForCampaign(
  context: Context,
  team: string,
  name: string,
): Promise<CampaignStatus | undefined> {
  const { seen } = await waitWithProgress(
    context.io,
    'products',
    async () => {
      const status = await readCampaign(context, team, name);
      return {
        seen: status,
        done: status?.members.filter((member) => member?.state === 'applied').length ?? 0,
        total: status?.members.length ?? 0,
        rests: status !== undefined && isAtRest(status.record),
      };
    },
    { patienceMillis: PATIENCE_MILLIS, everyMillis: LOOK_MILLIS },
  );
  return seen;
}

/** Nothing more happens without somebody. */
const isAtRest = (record: CampaignRecord): boolean =>
  record.state === 'awaitingApproval' || isCampaignOver(record);

/** What a campaign that was asked for came to. */
export function campaignOutcome({ record }: Pick<CampaignStatus, 'record'>): Finding {
  if (record.state === 'applied') return { severity: 'note' };
  return { severity: isCampaignOver(record) ? 'problem' : 'warning' };
}

const WORDS: Record<CampaignRecord['state'], string> = {
  planning: 'is being planned',
  awaitingApproval: 'waits for one approval',
  underWay: 'is under way',
  applied: 'is applied',
  partlyApplied: 'is partly applied',
  failed: 'failed',
  rejected: 'was rejected',
  declined: 'was declined',
  withdrawn: 'was withdrawn',
  expired: 'has expired',
};

/** Campaigns as a table, and below it how far each is. */
export function renderCampaigns({ io }: Context, list: readonly CampaignStatus[]): string {
  const table = renderTable(
    io,
    ['campaign', 'team', 'state', 'products', 'asked for by', 'last step (UTC)'],
    list.map(({ record }) => [
      plain(record.campaign),
      record.team,
      toned(io, TONES[campaignOutcome({ record }).severity], record.state),
      String(record.members.length),
      plain(record.request.requestedBy),
      formatMinute(record.movedAt),
    ]),
  );
  const told = list.flatMap(({ record, members }) => [
    `${plain(record.campaign)} ${WORDS[record.state]}: ${plain(campaignProgress(members))}`,
    ...(record.plan === undefined ? [] : [`  ${plain(record.plan)}`]),
    ...(record.outcome === undefined ? [] : [`  ${plain(record.outcome)}`]),
    ...(record.wayBack === undefined
      ? []
      : [
          owesReturn(record)
            ? `  temporary until ${record.wayBack.on}; then the prices go back by themselves`
            : `  temporary until ${record.wayBack.on}; ${plain(record.wayBack.outcome ?? '')}`,
        ]),
    ...record.problems.map(({ path, message }) => `  - ${plain(path)}: ${plain(message)}`),
  ]);
  return [table, ...told].join('\n');
}

export const campaignStatusJson = ({ record, members }: CampaignStatus) => ({
  ...campaignJson(record),
  progress: campaignProgress(members),
  changes: members.flatMap((member) => (member === undefined ? [] : [changeJson(member)])),
});
