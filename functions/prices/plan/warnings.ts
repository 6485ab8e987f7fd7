import { compareDecimals } from '../request/decimal.ts';
import type { PlanEntry } from './plan-entry.ts';
import type { PriceState } from './price-state.ts';

/** What a person should know of a territory before it is sent. */
export function warningsOf(entry: PlanEntry, state: PriceState): string[] {
  if (entry.kind === 'none') return [nothingToDo(entry), ...laterPrices(entry)];
  return [...displaced(entry), ...whoDecides(entry, state), ...laterPrices(entry)];
}

/** Where Apple sets a price by itself, and where that begins or ends. */
function whoDecides(entry: PlanEntry, { baseTerritory }: PriceState): string[] {
  const { kind, automatic, before, target } = entry;
  if (kind === 'follows') return [`moves by itself with the base territory ${baseTerritory ?? ''}`.trimEnd()];
  if (kind === 'automatic') return ['has no price of its own any more; follows the base territory'];
  if (automatic?.before !== true || automatic.after) return [];
  const own = 'gets a price of its own; no longer follows the base territory';
  const move = before.find(
    ({ from, source, price }) =>
      from !== null && source === 'automatic' && compareDecimals(price, target.price) !== 0,
  );
  return [
    hasAlready(entry) && move !== undefined ? `${own}, which moves it to ${move.price} on ${move.from}` : own,
  ];
}

const hasAlready = ({ present, target }: PlanEntry): boolean =>
  present !== null && compareDecimals(present.price, target.price) === 0;

function nothingToDo(entry: PlanEntry): string {
  const { target, scheduled } = entry;
  const has = hasAlready(entry);
  const later = scheduled.find(({ price }) => compareDecimals(price, target.price) === 0);
  return has || later === undefined
    ? 'has this price already; nothing is sent'
    : `is scheduled for ${later.from} already; nothing is sent`;
}

const displaced = ({ overwrites, kind }: PlanEntry): string[] =>
  overwrites.map(({ from, price }) =>
    kind === 'unschedule'
      ? `takes away the price ${price} scheduled for ${from}`
      : `displaces the price ${price} scheduled for ${from}`,
  );

/** What follows on the target: another price, or nothing. */
function laterPrices({ after, startDate, target, automatic }: PlanEntry): string[] {
  const from = startDate ?? '';
  const later = after.filter((timed) => timed.from !== null && timed.from > from);
  const last = after.findLast((timed) => timed.from === null || timed.from <= from);
  return [
    ...later
      .filter(({ price, source }) => source !== 'automatic' || compareDecimals(price, target.price) !== 0)
      .map(({ from: day, price, source }) =>
        source === 'automatic'
          ? `holds until ${day} only, when it ${automatic?.after === true ? 'moves with the base territory' : 'follows the base territory again'} (${price})`
          : `holds until ${day} only, when the scheduled ${price} starts`,
      ),
    ...(last?.until === undefined ? [] : [`holds until ${last.until} only; Apple lists no price after it`]),
  ];
}
