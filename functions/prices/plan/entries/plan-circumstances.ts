import type { Problem } from '../../../platform/errors.ts';
import { someOf } from '../../../platform/util/shorten.ts';
import type {
  Circumstances,
  PlannedConsent,
  PlannedOffer,
  ProductSurroundings,
  Stakes,
} from '../../consent/circumstances.ts';
import { consentOf } from '../../consent/consent.ts';
import { offerNotes, plannedOffers } from '../../consent/offers.ts';
import { compareDecimals } from '../../request/decimal.ts';
import type { PriceRequest } from '../../request/price-request.ts';
import { isWritten, type PlanEntry } from '../plan-entry.ts';
import type { PriceState } from '../price-state.ts';

export type CircumstancesInput = {
  request: PriceRequest;
  state: PriceState;
  entries: readonly PlanEntry[];
  /** Territory → the day on which our last increase began. */
  increases: ReadonlyMap<string, string>;
  stakes: Stakes | undefined;
  /** Read where something moves. */
  surroundings: ProductSurroundings | undefined;
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
  const { state, surroundings } = input;
  const moving = input.entries.filter(isWritten);
  const offers = offersOf(input, moving);
  const notOnSale = notOnSaleOf(moving, surroundings);
  const notes = [
    ...seatNotes(consent, state),
    ...tierNotes(input),
    ...(offers === undefined ? [] : offerNotes(offers)),
    ...(notOnSale === undefined ? [] : [notOnSaleNote(notOnSale)]),
    ...unreadNotes(surroundings),
  ];
  const stakesOn = Object.values(consent ?? {}).some(({ stake }) => stake !== undefined)
    ? input.stakes?.reportDate
    : undefined;
  const found = {
    ...(consent !== undefined && { consent }),
    ...(stakesOn !== undefined && { stakesOn }),
    ...(state.multiSeat !== undefined && { multiSeat: state.multiSeat }),
    ...(offers !== undefined && offers.length > 0 && { offers }),
    ...(notOnSale !== undefined && { notOnSale }),
  };
  return Object.keys(found).length === 0 && notes.length === 0 ? undefined : { ...found, notes };
}

function offersOf(
  { request, state, surroundings }: CircumstancesInput,
  moving: readonly PlanEntry[],
): PlannedOffer[] | undefined {
  if (request.product.kind !== 'subscription' || surroundings === undefined || moving.length === 0)
    return undefined;
  const prices = moving.map(({ territory, present, target }) => ({
    territory,
    from: present?.price ?? null,
    to: target.price,
  }));
  const from = moving[0]?.startDate ?? state.today;
  return plannedOffers(surroundings.offers, prices, state.period, from);
}

function notOnSaleOf(
  moving: readonly PlanEntry[],
  surroundings: ProductSurroundings | undefined,
): string[] | undefined {
  const onSale = surroundings?.onSale;
  if (onSale === undefined) return undefined;
  const found = moving.map(({ territory }) => territory).filter((territory) => !onSale.has(territory));
  return found.length === 0 ? undefined : found;
}

const notOnSaleNote = (territories: readonly string[]): string =>
  `Not on sale in ${someOf(territories, 10)}: prices there are set, and nobody can buy at them.`;

const unreadNotes = (surroundings: ProductSurroundings | undefined): string[] =>
  surroundings === undefined || surroundings.unread.length === 0
    ? []
    : [`Could not be read now: ${surroundings.unread.join(', ')}.`];

const seatNotes = (
  consent: Record<string, PlannedConsent> | undefined,
  { multiSeat }: PriceState,
): string[] =>
  multiSeat === 'ENABLED' && consent !== undefined
    ? [
        'The subscription can hold several seats: the rules of consent above are those of one seat; those for subscribers with several seats are not known here.',
      ]
    : [];

/**
 * A new price has no volume tiers unless they are sent with it, and they can be neither read nor restored here: a
 * price of a subscription that may have some is overwritten only if the request says so.
 */
export function tierProblems(
  { dropVolumeTiers }: PriceRequest,
  { multiSeat }: PriceState,
  entries: readonly PlanEntry[],
): Problem[] {
  // mutation: volume-tiers
  if (multiSeat !== 'ENABLED' || dropVolumeTiers === true) return [];
  const where = overwrittenIn(entries);
  if (where === undefined) return [];
  return [
    {
      path: 'dropVolumeTiers',
      message: `the subscription can hold several seats, so ${where} may have volume tiers: prices per seat for larger purchases. A new price takes them away, and this product can neither read nor restore them. Look at the prices in App Store Connect; say "dropVolumeTiers": true if there are none, or if they may go`,
    },
  ];
}

/** Territories whose present price is overwritten; `undefined`: none. */
function overwrittenIn(entries: readonly PlanEntry[]): string | undefined {
  const overwritten = entries.filter((entry) => isWritten(entry) && entry.present !== null);
  if (overwritten.length === 0) return undefined;
  return someOf(overwritten.map(({ territory }) => territory));
}

/** The request takes volume tiers away: whoever approves it reads so. */
function tierNotes({
  request: { dropVolumeTiers },
  state: { multiSeat },
  entries,
}: Pick<CircumstancesInput, 'request' | 'state' | 'entries'>): string[] {
  const where = multiSeat === 'ENABLED' && dropVolumeTiers === true ? overwrittenIn(entries) : undefined;
  return where === undefined
    ? []
    : [
        `Volume tiers (lower prices per seat for larger purchases) that ${where} may have are taken away and cannot be restored: the request says so (dropVolumeTiers).`,
      ];
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
