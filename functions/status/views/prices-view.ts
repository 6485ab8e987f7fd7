import { shellQuoted } from '../../platform/util/shell-quote.ts';
import { type Product, productName } from '../../prices/request/product.ts';
import {
  CHANGE_STATES,
  type ChangeRecord,
  type ChangeState,
  wayBackState,
} from '../../prices/store/change-record.ts';
import { rollbackAmong } from '../../prices/store/recent-changes.ts';
import { changeName, type Place } from '../model/place.ts';
import type { ChangeDetail, Status } from '../model/status.ts';
import { command } from '../page/command.ts';
import { type Frame, link } from '../page/frame.ts';
import { html, type Markup } from '../page/html.ts';
import { distance, momentOf } from '../page/moment.ts';
import { appleMovesView } from './apple-moves.ts';
import { campaignsView } from './campaigns-view.ts';
import { effectOf } from './effects.ts';
import { planView } from './plan-view.ts';

/** What each state of a change asks of a person. */
const STATE_MEANING: Record<ChangeState, string> = {
  accepted: 'taken in, waits for its turn',
  planned: 'waits for an approval',
  sending: 'is being sent to Apple',
  verifying: 'Apple has acknowledged it but does not show it yet',
  declined: 'the approver said no',
  withdrawn: 'the requester took it back',
  applied: 'Apple shows every price',
  rejected: 'nothing was sent',
  failed: 'Apple refused it',
  unsettled: 'a person has to look at Apple’s page',
};

/** The view Prices: the chosen change, then all by state. */
export function pricesView(status: Status, frame: Frame, place: Place): Markup {
  const { changes, campaigns = [], asOf, numbers } = status;
  const names = numbers?.names ?? {};
  const chosen = changes.find(({ record }) => changeName(record) === place.change);
  return html`${
    place.change !== undefined &&
    (chosen === undefined
      ? html`<section class="card" id="chosen"><p>There is no price change ${place.change} among the newest ones.</p></section>`
      : changeView(
          frame,
          chosen,
          rollbackAmong(
            changes.map(({ record }) => record),
            chosen.record,
          ),
          { now: asOf, names, numbers },
        ))
  }${campaigns.length > 0 && campaignsView(frame, campaigns, asOf)}<section aria-labelledby="changes"><h2 id="changes">Price changes</h2>${
    changes.length === 0
      ? html`<p class="quiet">No price was changed yet.</p>`
      : html`${stateCounts(changes)}${foldedChanges(frame, changes, { now: asOf, names })}`
  }</section>${appleMovesView(status)}`;
}

function stateCounts(changes: readonly ChangeDetail[]): Markup {
  return html`<ul class="legend" aria-label="Changes by state">${CHANGE_STATES.map((state) => ({
    state,
    count: changes.filter(({ record }) => record.state === state).length,
  }))
    .filter(({ count }) => count > 0)
    .map(
      ({ state, count }) =>
        html`<li><span class="state ${state}">${count} ${state}</span> <span class="quiet">${STATE_MEANING[state]}</span></li>`,
    )}</ul>`;
}

/** So many changes are seen before the table folds. */
const MAXIMUM_ROWS = 12;

type About = { now: number; names: Readonly<Record<string, string>> };

/** A product as Apple calls it, else by the name of the reports and its Apple ID; by the ID alone where it has none. */
export function productLabel(product: Product, names: About['names'], label?: ChangeRecord['label']): Markup {
  if (label !== undefined) return html`<bdi>${productName(product, label)}</bdi>`;
  const name = names[`${product.kind}/${product.id}`];
  return name === undefined
    ? html`${productName(product)}`
    : html`<bdi>${name}</bdi> <span class="quiet">${productName(product)}</span>`;
}

function foldedChanges(frame: Frame, changes: readonly ChangeDetail[], about: About): Markup {
  const more = changes.length - MAXIMUM_ROWS;
  if (more <= 1) return changeTable(frame, changes, { ...about, label: 'Table of price changes' });
  return html`${changeTable(frame, changes.slice(0, MAXIMUM_ROWS), { ...about, label: 'Table of price changes' })}<details><summary>${more} older changes</summary>${changeTable(frame, changes.slice(MAXIMUM_ROWS), { ...about, label: 'Table of older price changes' })}</details>`;
}

function changeTable(
  frame: Frame,
  changes: readonly ChangeDetail[],
  { now, names, label }: About & { label: string },
): Markup {
  return html`<div class="card scroll" role="region" tabindex="0" aria-label="${label}"><table><thead><tr><th scope="col">Change</th><th scope="col">State</th><th scope="col">Product</th><th scope="col">Asked for by</th><th scope="col">Last step</th></tr></thead><tbody>${changes.map(
    ({ record }) =>
      html`<tr><th scope="row">${link(frame, { view: 'prices', change: changeName(record) }, html`<bdi>${record.changeId}</bdi>`)}</th><td><span class="state ${record.state}">${record.state}</span>${record.request.until !== undefined && html` <span class="quiet short">until ${record.request.until}</span>`}</td><td>${productLabel(record.request.product, names, record.label)}</td><td><bdi>${record.request.requestedBy}</bdi></td><td>${distance(record.movedAt, now)}</td></tr>`,
  )}</tbody></table></div>`;
}

function changeView(
  frame: Frame,
  { record, plan, audit, unreadable }: ChangeDetail,
  takenBackBy: ChangeRecord | undefined,
  { now, names, numbers }: About & { numbers: Status['numbers'] },
): Markup {
  const { request, state } = record;
  return html`<section class="card chosen" id="chosen" aria-labelledby="change"><h2 id="change"><bdi>${record.changeId}</bdi></h2>
<p><span class="state ${state}">${state}</span> ${record.outcome?.replace(`${state}: `, '') ?? STATE_MEANING[state]}</p>
<dl><dt>Product</dt><dd>${productLabel(request.product, names, record.label)}, team <bdi>${record.team}</bdi></dd><dt>Asked for by</dt><dd><bdi>${request.requestedBy}</bdi>, ${momentOf(record.acceptedAt)}${request.reason !== undefined && html`: <bdi>${request.reason}</bdi>`}</dd>${
    record.approval !== undefined &&
    html`<dt>Approved by</dt><dd><bdi>${record.approval.by}</bdi>, ${momentOf(record.approval.at)}</dd>`
  }${
    record.waiting !== undefined &&
    html`<dt>Waits</dt><dd>since ${momentOf(record.waiting.since)}: <bdi>${record.waiting.reason}</bdi></dd>`
  }${
    takenBackBy !== undefined &&
    html`<dt>Rolled back by</dt><dd>${link(frame, { view: 'prices', change: changeName(takenBackBy) }, html`<bdi>${takenBackBy.changeId}</bdi>`)}</dd>`
  }${
    wayBackState(record) !== undefined && html`<dt>Until</dt><dd><bdi>${wayBackState(record)}</bdi></dd>`
  }<dt>Starts</dt><dd>${plan?.startDate ?? request.startDate ?? 'as early as Apple allows'}</dd></dl>
${takenBackBy === undefined && nextStep(record)}
${
  record.problems.length > 0 &&
  html`<h3>Problems</h3><ul class="findings">${record.problems.map(
    ({ path, message }) => html`<li class="problem"><code>${path}</code>: ${message}</li>`,
  )}</ul>`
}
${unreadable !== undefined && html`<p class="findings"><span class="problem">The plan or the audit cannot be read: ${unreadable}</span></p>`}
${effectOf(record, numbers)}
${plan !== undefined && planView(plan)}
<h3>Audit trail</h3>${auditTrail(audit, now)}
${frame.kind === 'page' && html`<p>${link(frame, { view: 'prices' }, 'Close')}</p>`}</section>`;
}

/** So many are shown at once; a change of one write a territory has a hundred and more. */
const MAXIMUM_SHOWN = 6;

function auditTrail(audit: ChangeDetail['audit'], now: number): Markup {
  const [first] = audit;
  if (first === undefined) return html`<p class="quiet">Nothing is written down yet.</p>`;
  const folder = first.key.slice(0, first.key.lastIndexOf('/') + 1);
  const list = html`<ol class="history">${audit.map(
    ({ key, at }) =>
      html`<li><time datetime="${new Date(at).toISOString()}">${momentOf(at)}</time> <span class="quiet">${distance(at, now)}</span> <code>${key.replace(folder, '')}</code></li>`,
  )}</ol>`;
  return html`<p class="quiet">${audit.length} objects under <code>${folder}</code></p>${
    audit.length > MAXIMUM_SHOWN ? html`<details><summary>All of them</summary>${list}</details>` : list
  }`;
}

/** The command that carries a person on from here. */
function nextStep({ state, team, changeId, planSha256, everSent }: ChangeRecord): Markup | undefined {
  const quoted = shellQuoted(changeId);
  if (state === 'planned')
    return html`<p class="next">Look at the plan below. To let it go on: ${command(`asc-jobs prices approve --team ${team} ${quoted} --plan ${planSha256}`)}</p>`;
  if (everSent && (state === 'applied' || state === 'failed' || state === 'unsettled'))
    return html`<p class="next">To take it back: ${command(`asc-jobs prices rollback --team ${team} ${quoted}`)}</p>`;
  return undefined;
}
