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

/**
 * Which territories changed, and which may stand as the comparison.
 *
 * @param others other changes of the same product, whenever they were
 * @param end index of the first day after the compared ones
 */
export function chooseTerritories(
  history: ProductHistory,
  change: ChangeMoves & { day: string },
  others: readonly ChangeMoves[],
  end: number,
): Sides {
  const index = (day: string) => dayNumber(day) - history.firstDay;
  const at = index(change.day);
  const from = at - GAP_DAYS - BEFORE_DAYS;
  const within = (day: string) => index(day) >= from && index(day) < end + GAP_DAYS;
  const otherMoves = others.flatMap(({ changeId, moves }) => moves.map((move) => ({ changeId, ...move })));
  const own = new Map(change.moves.map((move) => [move.territory, move]));
  const leftOut: string[] = [];

  const changed = change.moves
    .filter(({ day, before }) => day === change.day && before !== null)
    .flatMap(({ territory }) => {
      const found = history.countries.get(COUNTRY_OF.get(territory) ?? '');
      return found === undefined || sold(found, 0, at) === 0 ? [] : [[territory, found] as const];
    });
  const changedNames = new Set(changed.map(([territory]) => territory));
  const later = change.moves.filter(({ day, before }) => day !== change.day && before !== null);
  if (later.length > 0)
    leftOut.push(`${names(later.map(({ territory }) => territory))}: the price changed on another day.`);

  const again = [
    ...otherMoves.filter(({ territory, day }) => changedNames.has(territory) && within(day)),
    ...change.moves.flatMap(({ until, ...move }) =>
      changedNames.has(move.territory) && until !== undefined && within(until)
        ? [{ ...move, changeId: change.changeId, day: until }]
        : [],
    ),
  ].toSorted((a, b) => (a.day < b.day ? -1 : 1));
  const [first] = again;

  const moved = new Set([
    ...own.keys(),
    ...otherMoves
      .filter(({ day, until }) => within(day) || (until !== undefined && within(until)))
      .map(({ territory }) => territory),
  ]);
  const candidates = [...history.countries].flatMap(([country, found]) => {
    const territory = TERRITORY_OF.get(country);
    const known = territory !== undefined && !own.has(territory) && sold(found, from, at) > 0;
    return known ? [[territory, found] as const] : [];
  });
  const byOthers = candidates.filter(
    ([territory, found]) => !moved.has(territory) && movedByOthers(found, at, end),
  );
  const ofOurs = candidates.filter(([territory]) => moved.has(territory));
  if (byOthers.length > 0)
    leftOut.push(
      `${names(byOthers.map(([territory]) => territory))}: the price moved without a change of this product; Apple or a person may have done it.`,
    );
  if (ofOurs.length > 0)
    leftOut.push(
      `${names(ofOurs.map(([territory]) => territory))}: another change moved the price in the compared days.`,
    );
  const out = new Set([...byOthers, ...ofOurs].map(([territory]) => territory));
  const stayed = candidates.filter(([territory]) => !out.has(territory));

  const all = stayed.reduce((sum, [, found]) => sum + sold(found, from, at), 0);
  const large = new Set(
    stayed.filter(([, found]) => sold(found, from, at) > LARGE_SHARE * all).map(([territory]) => territory),
  );
  const earlierChanges = otherMoves
    .filter(({ territory }) => changedNames.has(territory) || large.has(territory))
    .map(({ day }) => index(day))
    .filter((day) => day < at);
  return {
    changed,
    stayed,
    earlierChanges: [...new Set(earlierChanges)],
    disturbed:
      first === undefined
        ? undefined
        : `Not measured: the price of ${first.territory} changed again on ${first.day}${first.changeId === change.changeId ? ', as this change planned' : ` (${first.changeId})`}, within the compared days ${dayOf(history.firstDay + Math.max(0, from))} to ${dayOf(history.firstDay + end - 1)}.`,
    leftOut,
  };
}

const MAXIMUM_NAMED = 8;
function names(territories: readonly string[]): string {
  const shown = territories.toSorted().slice(0, MAXIMUM_NAMED).join(', ');
  const more = territories.length - MAXIMUM_NAMED;
  return more > 0 ? `${shown} and ${more} more` : shown;
}
