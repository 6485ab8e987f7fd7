import { shellQuoted } from '../../platform/util/shell-quote.ts';
import {
  type CampaignRecord,
  type CampaignState,
  owesReturn,
} from '../../prices/campaign/model/campaign-record.ts';
import { changeName } from '../model/place.ts';
import type { CampaignDetail } from '../model/status.ts';
import { command } from '../page/command.ts';
import { type Frame, link } from '../page/frame.ts';
import { html, type Markup } from '../page/html.ts';
import { distance } from '../page/moment.ts';

/** The state of a change whose colour a state of a campaign has. */
const TONES: Record<CampaignState, string> = {
  planning: 'accepted',
  awaitingApproval: 'planned',
  underWay: 'sending',
  applied: 'applied',
  partlyApplied: 'unsettled',
  failed: 'failed',
  rejected: 'rejected',
  declined: 'declined',
  withdrawn: 'withdrawn',
  expired: 'rejected',
};

const STATE_NAMES: Record<CampaignState, string> = {
  planning: 'is being planned',
  awaitingApproval: 'waits for one approval',
  underWay: 'under way',
  applied: 'applied',
  partlyApplied: 'partly applied',
  failed: 'failed',
  rejected: 'rejected',
  declined: 'declined',
  withdrawn: 'withdrawn',
  expired: 'expired',
};

/** Campaigns over many products, those that moved last first, each with its products and the next step. */
export const campaignsView = (frame: Frame, campaigns: readonly CampaignDetail[], now: number): Markup =>
  html`<section aria-labelledby="campaigns"><h2 id="campaigns">Campaigns</h2>${campaigns.map((campaign) => campaignView(frame, campaign, now))}</section>`;

function campaignView(frame: Frame, { record, progress }: CampaignDetail, now: number): Markup {
  const { campaign, team, state, members, plan, outcome, problems, wayBack, request } = record;
  return html`<section class="card"><h3><bdi>${campaign}</bdi></h3>
<p><span class="state ${TONES[state]}">${STATE_NAMES[state]}</span> ${progress ?? `${members.length} products`}, ${distance(record.movedAt, now)}. Asked for by <bdi>${request.requestedBy}</bdi>, team <bdi>${team}</bdi>.</p>
${plan !== undefined && html`<p><bdi>${plan}</bdi></p>`}
${outcome !== undefined && html`<p class="quiet"><bdi>${outcome}</bdi></p>`}
${
  wayBack !== undefined &&
  html`<p>Temporary until ${wayBack.on}: ${owesReturn(record) ? 'then the prices go back by themselves' : html`<bdi>${wayBack.outcome}</bdi>`}</p>`
}
${
  problems.length > 0 &&
  html`<ul class="findings">${problems.map(
    ({ path, message }) => html`<li class="problem"><code>${path}</code>: ${message}</li>`,
  )}</ul>`
}
<details><summary>${members.length} products</summary><ul>${members.map(
    ({ changeId }) =>
      html`<li>${link(frame, { view: 'prices', change: changeName({ team, changeId }) }, html`<bdi>${changeId}</bdi>`)}</li>`,
  )}</ul></details>
${nextStep(record)}</section>`;
}

/** The command that carries a person on from here. */
function nextStep({ state, team, campaign, planSha256, beganAt }: CampaignRecord): Markup | undefined {
  const quoted = shellQuoted(campaign);
  if (state === 'awaitingApproval')
    return html`<p class="next">To let all products begin: ${command(`asc-jobs prices approve --team ${team} ${quoted} --plan ${planSha256}`)}</p>`;
  if (beganAt !== undefined && (state === 'applied' || state === 'partlyApplied'))
    return html`<p class="next">To take it back: ${command(`asc-jobs prices rollback --team ${team} ${quoted}`)}</p>`;
  return undefined;
}
