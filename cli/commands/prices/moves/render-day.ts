import type { DayMoves } from '../../../../functions/prices/watch/day-moves.ts';
import {
  groupMoves,
  type MoveGroup,
  movedAmounts,
  movedProduct,
} from '../../../../functions/prices/watch/move-groups.ts';
import { MOVE_WORDS } from '../../../../functions/prices/watch/move-words.ts';
import type { Context } from '../../../context/context.ts';
import { plain, renderTable } from '../../../terminal/table.ts';

const MAXIMUM_TERRITORIES = 4;

/** A day as a terminal shows it: a line per product and kind, and what each kind means. */
export function renderDay({ io }: Context, day: DayMoves): string {
  const groups = groupMoves(day);
  const kinds = [...new Set(groups.map(({ kind }) => kind))];
  const parts = [
    `${day.day}, team ${day.team} (compared with ${day.since})`,
    ...day.storefronts.map((move) => `  ${storefrontText(move)}`),
    groups.length > 0 &&
      renderTable(
        io,
        ['product', 'what', 'where', 'largest: before', 'after', '%'],
        groups.map((group) => rowOf(group)),
      ),
    ...kinds.map((kind) => `  ${MOVE_WORDS[kind].title}: ${MOVE_WORDS[kind].meaning}`),
    day.omitted !== undefined &&
      `  ${day.omitted} further prices moved; ${plain(day.tableKey)} has all prices of the day.`,
    day.unread !== undefined &&
      `  ${day.unread} ${day.unread === 1 ? 'product' : 'products'} could not be read on this day and will be compared on the next.`,
  ];
  return parts.filter((part) => part !== false).join('\n');
}

function rowOf(group: MoveGroup): string[] {
  const { moves: all, kind } = group;
  const names = all.slice(0, MAXIMUM_TERRITORIES).map(({ territory }) => territory);
  const more = all.length - names.length;
  const [largest] = all;
  const { before, after } = largest === undefined ? { before: '', after: '' } : movedAmounts(largest);
  return [
    plain(movedProduct(group)),
    MOVE_WORDS[kind].title,
    `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
    plain(before),
    plain(after),
    largest?.changePercent ?? '',
  ];
}

function storefrontText({
  kind,
  territory,
  currency,
  previousCurrency,
}: DayMoves['storefronts'][number]): string {
  switch (kind) {
    case 'territoryOpened':
      return `The App Store has opened in ${territory}${currency === null ? '' : `, with prices in ${currency}`}.`;
    case 'territoryClosed':
      return `The App Store has closed in ${territory}.`;
    case 'currency':
      return `${territory} changed its currency from ${previousCurrency ?? '?'} to ${currency ?? '?'}.`;
  }
}
