import { territoryName } from '../../numbers/names.ts';
import type { DayMoves, ProductMove } from '../../prices/watch/day-moves.ts';
import { groupMoves, type MoveGroup, movedAmounts, movedProduct } from '../../prices/watch/move-groups.ts';
import { MOVE_WORDS } from '../../prices/watch/move-words.ts';
import type { Status } from '../model/status.ts';
import { movement } from '../page/amount.ts';
import { command } from '../page/command.ts';
import { html, type Markup } from '../page/html.ts';
import { counted, dayLabel } from '../page/moment.ts';

/** So many days are open; the others fold. */
const MAXIMUM_OPEN_DAYS = 2;
/** Rows per day, and territories per row. */
const MAXIMUM_ROWS = 20;
const MAXIMUM_TERRITORIES = 60;
const MAXIMUM_NAMED = 3;

/** What moved at Apple without a request, by day and product; nothing where nothing moved. */
export function appleMovesView({ appleMoves }: Pick<Status, 'appleMoves'>): Markup | false {
  if (appleMoves === undefined || (appleMoves.days.length === 0 && appleMoves.unreadable.length === 0))
    return false;
  const { days, unreadable } = appleMoves;
  const teams = new Set(days.map(({ team }) => team)).size;
  const folded = days.slice(MAXIMUM_OPEN_DAYS);
  return html`<section aria-labelledby="moves"><h2 id="moves">What Apple moved by itself</h2><p class="quiet">Prices and proceeds that changed without a request made here. All of them, also as CSV: ${command('asc-jobs prices moves --last 30d')}</p>${days
    .slice(0, MAXIMUM_OPEN_DAYS)
    .map((day) => dayCard(day, teams))}${
    folded.length > 0 &&
    html`<details><summary>${counted(folded.length, 'earlier day')}</summary>${folded.map((day) => dayCard(day, teams))}</details>`
  }${unreadable.map((key) => html`<p class="findings"><span class="problem">This version cannot read <code>${key}</code></span></p>`)}</section>`;
}

function dayCard(day: DayMoves, teams: number): Markup {
  const groups = groupMoves(day);
  const [shown, more] = [groups.slice(0, MAXIMUM_ROWS), groups.slice(MAXIMUM_ROWS)];
  const title = `${dayLabel(day.day)}${teams > 1 ? `, team ${day.team}` : ''}`;
  return html`<article class="card"><h3><bdi>${title}</bdi> <span class="quiet">compared with ${dayLabel(day.since)}</span></h3>${
    day.storefronts.length > 0 &&
    html`<ul class="findings">${day.storefronts.map((move) => html`<li class="warning">${storefrontText(move)}</li>`)}</ul>`
  }${groups.length > 0 && groupTable(shown, `What moved on ${day.day}`)}${
    more.length > 0 &&
    html`<p class="quiet">${counted(more.length, 'further line')}: the command above lists them.</p>`
  }${day.omitted !== undefined && html`<p class="quiet">${day.omitted} further prices moved; ${html`<code>${day.tableKey}</code>`} has all prices of the day.</p>`}${
    day.unread !== undefined &&
    html`<p class="quiet">${counted(day.unread, 'product')} could not be read on this day; the next day compares again.</p>`
  }${meanings(groups)}</article>`;
}

function storefrontText({ kind, territory, currency, previousCurrency }: DayMoves['storefronts'][number]) {
  const name = `${territoryName(territory)} (${territory})`;
  switch (kind) {
    case 'territoryOpened':
      return html`The App Store has opened in ${name}${currency !== null && html`, with prices in ${currency}`}`;
    case 'territoryClosed':
      return html`The App Store has closed in ${name}`;
    case 'currency':
      return html`${name} changed its currency from ${previousCurrency ?? '?'} to ${currency ?? '?'}`;
  }
}

function groupTable(groups: readonly MoveGroup[], label: string): Markup {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}"><table><thead><tr><th scope="col">Product</th><th scope="col">What</th><th scope="col">Where</th><th scope="col">Before (largest move)</th><th scope="col">After</th><th scope="col">Change</th></tr></thead><tbody>${groups.map(groupRow)}</tbody></table></div>`;
}

function groupRow(group: MoveGroup): Markup {
  const { moves, kind } = group;
  const [largest] = moves;
  if (largest === undefined) return html``;
  const { before, after } = movedAmounts(largest);
  return html`<tr><th scope="row"><bdi>${movedProduct(group)}</bdi></th><td>${MOVE_WORDS[kind].title}</td><td>${whereOf(moves)}</td><td><bdi>${before}</bdi></td><td><bdi>${after}</bdi></td><td>${changeOf(largest)}</td></tr>`;
}

const changeOf = ({ changePercent }: ProductMove): Markup =>
  movement(changePercent === undefined ? null : Number(changePercent));

/** A few territories by name; all of them with their amounts in a fold. */
function whereOf(moves: readonly ProductMove[]): Markup {
  if (moves.length <= MAXIMUM_NAMED)
    return html`${moves.map(({ territory }) => `${territoryName(territory)} (${territory})`).join(', ')}`;
  const more = moves.length - MAXIMUM_TERRITORIES;
  return html`<details><summary>${moves.length} territories</summary><ul class="history">${moves
    .slice(0, MAXIMUM_TERRITORIES)
    .map((move) => {
      const { before, after } = movedAmounts(move);
      return html`<li>${territoryName(move.territory)} (${move.territory}): ${before} → ${after} ${changeOf(move)}</li>`;
    })}</ul>${more > 0 && html`<p class="quiet">and ${more} more</p>`}</details>`;
}

/** What the kinds of the day mean, once each. */
function meanings(groups: readonly MoveGroup[]): Markup {
  const kinds = [...new Set(groups.map(({ kind }) => kind))];
  return html`${kinds.map((kind) => html`<p class="quiet"><b>${MOVE_WORDS[kind].title}.</b> ${MOVE_WORDS[kind].meaning}</p>`)}`;
}
