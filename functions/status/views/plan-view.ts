import { territoryName } from '../../numbers/names.ts';
import type { Plan } from '../../prices/plan/plan.ts';
import type { PlanEntry } from '../../prices/plan/plan-entry.ts';
import { html, type Markup } from '../page/html.ts';
import { byRegion } from './regions.ts';

/** So many territories are seen before the table folds. */
const MOST_ROWS = 12;
/** Above this a change is drawn in the strong shade. */
const STRONG_PERCENT = 15;

/** A plan as a picture over territories and as a table. */
export function planView(plan: Plan): Markup {
  const moved = plan.entries.filter(({ kind }) => kind !== 'none');
  const same = plan.entries.length - moved.length;
  return html`<h3>Where the price moves</h3>
${tileLegend()}
${byRegion(plan.entries).map(
  ([region, entries]) =>
    html`<div class="region"><h4>${region}</h4><ul class="tiles">${entries.map(tile)}</ul></div>`,
)}
<h3>Before and after</h3>
${moved.length === 0 ? html`<p>No price moves.</p>` : foldedTable(moved, plan.changeId)}
${same > 0 && html`<p class="quiet">${same} territories have the price already; nothing is sent for them.</p>`}`;
}

function tile(entry: PlanEntry): Markup {
  const { territory, target, changePercent } = entry;
  const text = `${territoryName(territory)} (${territory}): ${entry.present?.price ?? 'no price'} to ${target.price} ${entry.currency ?? ''} ${changePercent === null ? '' : `(${signed(changePercent)} %)`}`;
  return html`<li class="tile ${shadeOf(entry)}" title="${text}"><span class="visually-hidden">${text}</span><span aria-hidden="true"><b>${territory}</b><br>${markOf(entry)}</span></li>`;
}

/** Up and down differ by their arrows, too, not only by colour. */
function markOf({ kind, changePercent }: PlanEntry): string {
  if (kind === 'none') return '=';
  if (kind === 'first' || changePercent === null) return 'new';
  const whole = Math.round(Math.abs(Number(changePercent)));
  return `${Number(changePercent) > 0 ? '▲' : Number(changePercent) < 0 ? '▼' : '='}${whole}%`;
}

function shadeOf({ kind, changePercent }: PlanEntry): string {
  if (kind === 'none') return 'same';
  if (kind === 'first' || changePercent === null) return 'first';
  const percent = Number(changePercent);
  if (percent === 0) return 'same';
  const strength = Math.abs(percent) > STRONG_PERCENT ? ' strong' : '';
  return `${percent > 0 ? 'up' : 'down'}${strength}`;
}

const tileLegend = (): Markup =>
  html`<ul class="legend" aria-hidden="true"><li><span class="tile mini down strong"></span> down by more than ${STRONG_PERCENT} %</li><li><span class="tile mini down"></span> down</li><li><span class="tile mini same"></span> stays</li><li><span class="tile mini up"></span> up</li><li><span class="tile mini up strong"></span> up by more than ${STRONG_PERCENT} %</li><li><span class="tile mini first"></span> first price</li></ul>`;

function foldedTable(entries: readonly PlanEntry[], changeId: string): Markup {
  const more = entries.length - MOST_ROWS;
  if (more <= 1) return planTable(entries, `Plan of ${changeId}`);
  return html`${planTable(entries.slice(0, MOST_ROWS), `Plan of ${changeId}`)}<details><summary>${more} more territories</summary>${planTable(entries.slice(MOST_ROWS), `Plan of ${changeId}, the other territories`)}</details>`;
}

function planTable(entries: readonly PlanEntry[], label: string): Markup {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}"><table><thead><tr><th scope="col">Territory</th><th scope="col" class="number">Before</th><th scope="col" class="number">After</th><th scope="col" class="number">Change</th><th scope="col" class="number">Proceeds after</th><th scope="col">Starts</th><th scope="col">Subscribers</th><th scope="col">Note</th></tr></thead><tbody>${entries.map(
    (entry) =>
      html`<tr><th scope="row">${territoryName(entry.territory)} <span class="quiet short">${entry.territory} · ${entry.currency}</span></th><td class="number">${entry.present?.price ?? '–'}</td><td class="number"><b>${entry.target.price}</b></td><td class="number">${entry.changePercent === null ? '–' : `${signed(entry.changePercent)} %`}</td><td class="number">${entry.target.proceeds ?? '–'}</td><td class="short">${entry.startDate ?? 'at once'}</td><td class="short">${SUBSCRIBERS[entry.existingSubscribers ?? 'none']}</td><td>${entry.warnings.join('; ')}</td></tr>`,
  )}</tbody></table></div>`;
}

const SUBSCRIBERS: Record<NonNullable<PlanEntry['existingSubscribers']> | 'none', string> = {
  keepPrice: 'keep their price',
  newPrice: 'get the new price',
  lowerPrice: 'get the lower price',
  none: '',
};

const signed = (percent: string): string =>
  percent.startsWith('-') || percent.startsWith('+') || Number(percent) === 0 ? percent : `+${percent}`;
