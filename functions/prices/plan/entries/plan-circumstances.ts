import type { Circumstances, PlannedConsent, Stakes } from '../../consent/circumstances.ts';
import { consentOf } from '../../consent/consent.ts';
import { compareDecimals } from '../../request/decimal.ts';
import type { PriceRequest } from '../../request/price-request.ts';
import type { PlanEntry } from '../plan-entry.ts';
import type { PriceState } from '../price-state.ts';

export type CircumstancesInput = {
  request: PriceRequest;
  state: PriceState;
  entries: readonly PlanEntry[];
  /** Territory → the day on which our last increase began. */
  increases: ReadonlyMap<string, string>;
  stakes: Stakes | undefined;
};

/** Entries of a subscription whose price goes up for who subscribes already, or would. */
export const increasesOf = (
  { product }: PriceRequest,
  state: PriceState,
  entries: readonly PlanEntry[],
): PlanEntry[] =>
  product.kind !== 'subscription' || !state.hasSubscribers
    ? []
    : entries.filter(
        ({ kind, present, target }) =>
          kind === 'change' && present !== null && compareDecimals(target.price, present.price) > 0,
      );

/** The circumstances of a plan; `undefined` where there is nothing to say. Pure. */
export function circumstancesOf(input: CircumstancesInput): Circumstances | undefined {
  const consent = consentsOf(input);
  if (consent === undefined) return undefined;
  const stakesOn = Object.values(consent).some(({ stake }) => stake !== undefined)
    ? input.stakes?.reportDate
    : undefined;
  return { consent, ...(stakesOn !== undefined && { stakesOn }), notes: [] };
}

function consentsOf(input: CircumstancesInput): Record<string, PlannedConsent> | undefined {
  const { request, state, entries, increases, stakes } = input;
  const rising = increasesOf(request, state, entries);
  if (rising.length === 0) return undefined;
  return Object.fromEntries(
    rising.map(({ territory, currency, present, target, startDate }) => {
      const stake = stakes?.territories.get(territory);
      const consent = consentOf({
        territory,
        currency,
        from: present?.price ?? target.price,
        to: target.price,
        period: state.period,
        startDate: startDate ?? state.today,
        preserve: request.preserveCurrentPrice !== false,
        lastIncrease: increases.get(territory),
      });
      return [territory, { ...consent, ...(stake !== undefined && { stake }) }];
    }),
  );
}
