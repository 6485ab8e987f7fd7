import { COUNTRY_OF, TERRITORY_OF } from '../../app-store-connect/resources/storefronts.ts';
import { BEFORE_DAYS, GAP_DAYS } from '../estimator/windows.ts';
import { dayNumber, dayOf } from '../history/day-number.ts';
import { type CountryHistory, type ProductHistory, usualPrice } from '../history/product-history.ts';
import type { PriceMove } from './price-moves.ts';

/** A change of the same product, with what it moved. */
export type ChangeMoves = { changeId: string; moves: readonly PriceMove[] };

export type Sides = {
  /** Territories by three letters. */
  changed: readonly (readonly [territory: string, history: CountryHistory])[];
  stayed: readonly (readonly [territory: string, history: CountryHistory])[];
  /** Indices of days on which another change moved a price, for the fake dates. */
  earlierChanges: readonly number[];
  /** Why the look cannot be made: another price in the changed territories within the compared days. */
  disturbed: string | undefined;
  /** Territories that are on neither side, with the reason, for people. */
  leftOut: readonly string[];
};

/** A usual price that differs by more than this share, while nothing of ours moved it, was moved by somebody else. */
const SAME_PRICE = 0.005;
/** Fewer units than this show no usual price. */
const LEAST_PRICE_UNITS = 5;
/** A comparison territory of more than this share disturbs fake dates by its own earlier changes. */
const LARGE_SHARE = 0.05;

const total = (values: readonly number[], from: number, to: number): number =>
  values.slice(Math.max(0, from), Math.max(0, to)).reduce((sum, value) => sum + value, 0);

/** Sold units of any kind: a territory without any is on neither side. */
const sold = ({ series }: CountryHistory, from: number, to: number): number =>
  total(series.units, from, to) + total(series.starts, from, to) + total(series.trials, from, to);

/** Whether the usual price of a territory moved though no change of ours did it: Apple, a tax, a person at Apple's page. */
function movedByOthers(history: CountryHistory, at: number, end: number): boolean {
  const before = usualPrice(history, at - GAP_DAYS - BEFORE_DAYS, at - GAP_DAYS);
  const after = usualPrice(history, at + GAP_DAYS, end);
  if (before === undefined || after === undefined) return false;
  if (before.units < LEAST_PRICE_UNITS || after.units < LEAST_PRICE_UNITS) return false;
  return Math.abs(after.price / before.price - 1) > SAME_PRICE;
}

/** The compared days of a change, as indices of a product's history. */
type Span = { at: number; from: number; end: number; holds(day: string): boolean };

function spanOf({ firstDay }: ProductHistory, day: string, end: number): Span {
  const index = (text: string) => dayNumber(text) - firstDay;
  const at = index(day);
  const from = at - GAP_DAYS - BEFORE_DAYS;
  return { at, from, end, holds: (text) => index(text) >= from && index(text) < end + GAP_DAYS };
}

type Change = ChangeMoves & { day: string };
type OtherMove = PriceMove & { changeId: string };
/** A second move of a changed territory. */
type Again = Pick<OtherMove, 'changeId' | 'territory' | 'day'>;
type Territory = readonly [territory: string, history: CountryHistory];

/**
 * Which territories changed, and which may stand as the comparison.
 *
 * @param others other changes of the same product, whenever they were
 * @param end index of the first day after the compared ones
 */
export function chooseTerritories(
  history: ProductHistory,
  change: Change,
  others: readonly ChangeMoves[],
  end: number,
): Sides {
  const span = spanOf(history, change.day, end);
  const otherMoves = others.flatMap(({ changeId, moves }) => moves.map((move) => ({ changeId, ...move })));
  const changed = changedTerritories(history, change, span.at);
  const changedNames = new Set(changed.map(([territory]) => territory));
  const { stayed, leftOut } = comparison(history, change, otherMoves, span);
  const again = changedAgain(changedNames, change, otherMoves, span);
  const large = largeTerritories(stayed, span);
  const earlierChanges = otherMoves
    .filter(({ territory }) => changedNames.has(territory) || large.has(territory))
    .map(({ day }) => dayNumber(day) - history.firstDay)
    .filter((day) => day < span.at);
  return {
    changed,
    stayed,
    earlierChanges: [...new Set(earlierChanges)],
    disturbed: again && disturbedBy(again, change, history.firstDay, span),
    leftOut: [...changedLater(change), ...leftOut],
  };
}

/** The territories that the change moved on its day, as far as the product sold there before. */
const changedTerritories = (history: ProductHistory, change: Change, at: number): Territory[] =>
  change.moves
    .filter(({ day, before }) => day === change.day && before !== null)
    .flatMap(({ territory }) => {
      const found = history.countries.get(COUNTRY_OF.get(territory) ?? '');
      return found === undefined || sold(found, 0, at) === 0 ? [] : [[territory, found] as const];
    });

function changedLater({ moves, day: changeDay }: Change): string[] {
  const later = moves.filter(({ day, before }) => day !== changeDay && before !== null);
  return later.length === 0
    ? []
    : [`${names(later.map(({ territory }) => territory))}: the price changed on another day.`];
}

/** The first move of a changed territory within the compared days, by another change or by this one's own end. */
function changedAgain(
  changedNames: ReadonlySet<string>,
  change: Change,
  otherMoves: readonly OtherMove[],
  { holds }: Span,
): Again | undefined {
  const ends = change.moves.flatMap(({ until, ...move }) =>
    changedNames.has(move.territory) && until !== undefined && holds(until)
      ? [{ ...move, changeId: change.changeId, day: until }]
      : [],
  );
  return [
    ...otherMoves.filter(({ territory, day }) => changedNames.has(territory) && holds(day)),
    ...ends,
  ].toSorted((a, b) => (a.day < b.day ? -1 : 1))[0];
}

const disturbedBy = (again: Again, { changeId }: Change, firstDay: number, { from, end }: Span): string =>
  `Not measured: the price of ${again.territory} changed again on ${again.day}${again.changeId === changeId ? ', as this change planned' : ` (${again.changeId})`}, within the compared days ${dayOf(firstDay + Math.max(0, from))} to ${dayOf(firstDay + end - 1)}.`;

/** The territories whose price stayed, and which are left out because it did not. */
function comparison(
  history: ProductHistory,
  change: Change,
  otherMoves: readonly OtherMove[],
  { at, from, end, holds }: Span,
): { stayed: Territory[]; leftOut: string[] } {
  const own = new Set(change.moves.map(({ territory }) => territory));
  const moved = new Set(
    otherMoves
      .filter(({ day, until }) => holds(day) || (until !== undefined && holds(until)))
      .map(({ territory }) => territory),
  );
  const candidates = [...history.countries].flatMap(([country, found]) => {
    const territory = TERRITORY_OF.get(country);
    const isKnown = territory !== undefined && !own.has(territory) && sold(found, from, at) > 0;
    return isKnown ? [[territory, found] as const] : [];
  });
  const ofOurs = candidates.filter(([territory]) => moved.has(territory));
  const byOthers = candidates.filter(
    ([territory, found]) => !moved.has(territory) && movedByOthers(found, at, end),
  );
  const out = new Set([...byOthers, ...ofOurs].map(([territory]) => territory));
  const say = (territories: readonly Territory[], reason: string): string[] =>
    territories.length === 0 ? [] : [`${names(territories.map(([territory]) => territory))}: ${reason}`];
  return {
    stayed: candidates.filter(([territory]) => !out.has(territory)),
    leftOut: [
      ...say(
        byOthers,
        'the price moved without a change of this product; Apple or a person may have done it.',
      ),
      ...say(ofOurs, 'another change moved the price in the compared days.'),
    ],
  };
}

function largeTerritories(stayed: readonly Territory[], { from, at }: Span): Set<string> {
  const all = stayed.reduce((sum, [, found]) => sum + sold(found, from, at), 0);
  return new Set(
    stayed.filter(([, found]) => sold(found, from, at) > LARGE_SHARE * all).map(([territory]) => territory),
  );
}

const MAXIMUM_NAMED = 8;
function names(territories: readonly string[]): string {
  const shown = territories.toSorted().slice(0, MAXIMUM_NAMED).join(', ');
  const more = territories.length - MAXIMUM_NAMED;
  return more > 0 ? `${shown} and ${more} more` : shown;
}
