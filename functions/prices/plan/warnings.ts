import { compareDecimals, risesByMoreThan } from '../request/decimal.ts';
import type { PriceRequest } from '../request/price-request.ts';
import type { PlanEntry } from './plan-entry.ts';
import type { PriceState } from './price-state.ts';

/** Above this, and above an amount, Apple asks each subscriber to agree, and ends the subscription of who does not. */
const CONSENT_ABOVE_PERCENT = 50;
/** In USD: a period, and a year for annual subscriptions. Source: "Manage pricing for auto-renewable subscriptions". */
const CONSENT_ABOVE_USD = { other: '5', annual: '50' };

/** What a person should know of a territory before it is sent. */
export function warningsOf(entry: PlanEntry, request: PriceRequest, state: PriceState): string[] {
  if (entry.kind === 'none') return [nothingToDo(entry), ...laterPrices(entry)];
  return [
    ...consent(entry, request, state),
    ...displaced(entry),
    ...whoDecides(entry, state),
    ...laterPrices(entry),
  ];
}

/** Where Apple sets a price by itself, and where that begins or ends. */
function whoDecides({ kind, automatic }: PlanEntry, { baseTerritory }: PriceState): string[] {
  if (kind === 'follows') return [`moves by itself with the base territory ${baseTerritory ?? ''}`.trimEnd()];
  if (kind === 'automatic') return ['has no price of its own any more; follows the base territory'];
  if (automatic?.before === true && !automatic.after)
    return ['gets a price of its own; no longer follows the base territory'];
  return [];
}

function nothingToDo({ present, target, scheduled }: PlanEntry): string {
  const has = present !== null && compareDecimals(present.price, target.price) === 0;
  const later = scheduled.find(({ price }) => compareDecimals(price, target.price) === 0);
  return has || later === undefined
    ? 'has this price already; nothing is sent'
    : `is scheduled for ${later.from} already; nothing is sent`;
}

function consent(entry: PlanEntry, request: PriceRequest, state: PriceState): string[] {
  const { present, target } = entry;
  if (request.product.kind !== 'subscription' || present === null || request.preserveCurrentPrice !== false)
    return [];
  if (compareDecimals(target.price, present.price) <= 0) return [];
  if (!risesByMoreThan(present.price, target.price, CONSENT_ABOVE_PERCENT)) {
    return [
      'Apple informs subscribers of the increase; where local law or an earlier increase this year says so, they must agree',
    ];
  }
  const annual = state.period === 'ONE_YEAR';
  const amount = annual ? CONSENT_ABOVE_USD.annual : CONSENT_ABOVE_USD.other;
  return [
    `an increase above ${CONSENT_ABOVE_PERCENT} %: if it also exceeds about ${amount} USD ${annual ? 'a year' : 'a period'}, subscribers must agree, and those who do not lose the subscription`,
  ];
}

const displaced = ({ overwrites, kind }: PlanEntry): string[] =>
  overwrites.map(({ from, price }) =>
    kind === 'unschedule'
      ? `takes away the price ${price} scheduled for ${from}`
      : `displaces the price ${price} scheduled for ${from}`,
  );

/** What follows on the target: another price, or nothing. */
function laterPrices({ after, startDate, target }: PlanEntry): string[] {
  const from = startDate ?? '';
  const later = after.filter((timed) => timed.from !== null && timed.from > from);
  const last = after.findLast((timed) => timed.from === null || timed.from <= from);
  return [
    ...later
      .filter(({ price, source }) => source !== 'automatic' || compareDecimals(price, target.price) !== 0)
      .map(({ from: day, price, source }) =>
        source === 'automatic'
          ? `holds until ${day} only, when it follows the base territory again (${price})`
          : `holds until ${day} only, when the scheduled ${price} starts`,
      ),
    ...(last?.until === undefined ? [] : [`holds until ${last.until} only; Apple lists no price after it`]),
  ];
}
