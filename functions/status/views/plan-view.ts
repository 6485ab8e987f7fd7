import { territoryName } from '../../numbers/names.ts';
import type { Plan } from '../../prices/plan/plan.ts';
import { type PlanEntry, priceSetBy } from '../../prices/plan/plan-entry.ts';
import { consentReasons, planSentence, subscribersCell } from '../../prices/plan/plan-rendering.ts';
import { html, type Markup } from '../page/html.ts';
import { byRegion } from './regions.ts';

/** So many territories are seen before the table folds. */
const MAXIMUM_ROWS = 12;
/** Above this a change is drawn in the strong shade. */
const STRONG_PERCENT = 15;

/** A plan in words (with consent, offers, seats and availability), as a picture over territories and as a table. */
export function planView(plan: Plan): Markup {
  const moved = plan.entries.filter(({ kind }) => kind !== 'none');
  const same = plan.entries.length - moved.length;
  return html`<p><bdi>${planSentence(plan)}</bdi></p>
${(plan.warnings ?? []).length > 0 && html`<ul class="findings">${(plan.warnings ?? []).map((warning) => html`<li class="warning">${warning}</li>`)}</ul>`}
<h3>Where the price moves</h3>
${tileLegend()}
${byRegion(plan.entries).map(
  ([region, entries]) =>
    html`<div class="region"><h4>${region}</h4><ul class="tiles">${entries.map(tile)}</ul></div>`,
)}
<h3>Before and after</h3>
${moved.length === 0 ? html`<p>No price moves.</p>` : foldedTable(moved, plan)}
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

/** The largest changes first; what all territories have in common is said once. */
function foldedTable(
  entries: readonly PlanEntry[],
  { changeId, circumstances }: Pick<Plan, 'changeId' | 'circumstances'>,
): Markup {
  const allColumns = columnsOf(circumstances);
  const size = ({ changePercent }: PlanEntry): number => Math.abs(Number(changePercent ?? 0));
  const sorted = entries.toSorted(
    (a, b) => size(b) - size(a) || territoryName(a.territory).localeCompare(territoryName(b.territory), 'en'),
  );
  const columns = allColumns.filter(({ cell }) => new Set(entries.map(cell)).size > 1);
  const common = allColumns.flatMap(({ name, cell }) => {
    const [only = ''] = new Set(entries.map(cell));
    return entries.every((entry) => cell(entry) === only) && only !== '' ? [`${name}: ${only}`] : [];
  });
  const more = sorted.length - MAXIMUM_ROWS;
  const table = (rows: readonly PlanEntry[], label: string): Markup => planTable(rows, columns, label);
  return html`${common.length > 0 && html`<p class="quiet">All of them: ${common.join('; ')}.</p>`}${
    more <= 1
      ? table(sorted, `Plan of ${changeId}`)
      : html`${table(sorted.slice(0, MAXIMUM_ROWS), `Plan of ${changeId}`)}<details><summary>${more} more territories</summary>${table(sorted.slice(MAXIMUM_ROWS), `Plan of ${changeId}, the other territories`)}</details>`
  }`;
}

/** Columns in which territories may differ. */
const columnsOf = (circumstances: Plan['circumstances']): readonly Column[] => [
  { name: 'Starts', cell: ({ startDate }) => startDate ?? 'at once' },
  { name: 'Subscribers', cell: (entry) => subscribersCell(entry, circumstances) },
  { name: 'Price set by', cell: priceSetBy },
  {
    name: 'Note',
    cell: (entry) => [...entry.warnings, ...consentReasons(entry, circumstances)].join('; '),
  },
];

type Column = { name: string; cell: (entry: PlanEntry) => string };

function planTable(entries: readonly PlanEntry[], columns: readonly Column[], label: string): Markup {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}"><table><thead><tr><th scope="col">Territory</th><th scope="col" class="number">Before</th><th scope="col" class="number">After</th><th scope="col" class="number">Change</th><th scope="col" class="number">Proceeds after</th>${columns.map(({ name }) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${entries.map(
    (entry) =>
      html`<tr><th scope="row">${territoryName(entry.territory)} <span class="quiet short">${entry.territory} · ${entry.currency}</span></th><td class="number">${entry.present?.price ?? '–'}</td><td class="number"><b>${entry.target.price}</b></td><td class="number">${entry.changePercent === null ? '–' : `${signed(entry.changePercent)} %`}</td><td class="number">${entry.target.proceeds ?? '–'}</td>${columns.map(({ name, cell }) => html`<td class="${name === 'Note' ? 'note' : 'short'}">${cell(entry)}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

const signed = (percent: string): string =>
  percent.startsWith('-') || percent.startsWith('+') || Number(percent) === 0 ? percent : `+${percent}`;
