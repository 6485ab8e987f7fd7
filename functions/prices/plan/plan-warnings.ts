import { someOf } from '../../platform/util/shorten.ts';
import type { PriceRequest } from '../request/price-request.ts';
import type { PlanEntry } from './plan-entry.ts';
import type { PriceState } from './price-state.ts';

/** What a person should know of a change as a whole. `territories`: all that Apple has. */
export function planWarnings(
  request: PriceRequest,
  state: PriceState,
  entries: readonly PlanEntry[],
  territories: ReadonlySet<string>,
): string[] {
  return [
    ...incomplete(request, state, entries, territories),
    ...fixedFromNowOn(entries),
    ...baseChange(request, state),
    ...undone(request),
  ];
}

/** Apple's own state of a subscription without a price in some territory is "Missing Metadata". */
function incomplete(
  request: PriceRequest,
  state: PriceState,
  entries: readonly PlanEntry[],
  territories: ReadonlySet<string>,
): string[] {
  if (request.product.kind !== 'subscription' || !entries.some(({ kind }) => kind === 'first')) return [];
  const priced = new Set([...state.territories.keys(), ...entries.map(({ territory }) => territory)]);
  const missing = [...territories].filter((name) => !priced.has(name));
  if (missing.length === 0) return [];
  return [
    `${missing.length} of ${territories.size} territories stay without a price (${someOf(missing)}): Apple keeps the subscription incomplete ("Missing Metadata") until every territory where it is sold has one; equalizeFrom prices all of them at once`,
  ];
}

function fixedFromNowOn(entries: readonly PlanEntry[]): string[] {
  const fixed = entries.filter(({ automatic }) => automatic?.before === true && automatic.after === false);
  if (fixed.length === 0) return [];
  const names = someOf(fixed.map(({ territory }) => territory));
  return [
    `${names} get a price of their own and no longer follow the base territory: Apple stops adjusting ${fixed.length === 1 ? 'it' : 'them'} to taxes and exchange rates; "follow" gives that back`,
  ];
}

const baseChange = ({ baseTerritory }: PriceRequest, state: PriceState): string[] =>
  baseTerritory === undefined || baseTerritory === state.baseTerritory || state.baseTerritory === undefined
    ? []
    : [
        `the base territory becomes ${baseTerritory} instead of ${state.baseTerritory}: every territory without a price of its own follows ${baseTerritory} at once`,
      ];

const undone = ({ undoes = [] }: PriceRequest): string[] =>
  undoes.map((changeId) => `this also undoes ${changeId}, which changed the same prices later`);
