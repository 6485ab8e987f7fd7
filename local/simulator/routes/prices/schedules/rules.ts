import { ALWAYS } from '../../../prices/pacific-day.ts';
import { findPricePoint } from '../../../prices/price-points.ts';
import type { ManualPrice, ScheduledProduct } from '../../../prices/price-schedule.ts';
import { Refusal } from '../../../rules/apple-error.ts';
import { attributeRefused, conflict, relationshipRefused } from '../bodies.ts';
import type { NamedItem } from '../included.ts';
import type { IncludedPrice } from './bodies.ts';
import type { ScheduleNames } from './types.ts';

/** A price that passed for itself, and where it stands in the request's JSON. */
type Placed = { price: ManualPrice; at: string };

/** Checks the prices of a schedule to be, each for itself and then together; tells everything that is wrong. */
export function checkSchedule(
  names: ScheduleNames,
  product: ScheduledProduct,
  baseTerritory: string,
  items: readonly NamedItem<IncludedPrice>[],
  today: string,
): { prices: ManualPrice[]; refusals: Refusal[] } {
  const checked = items.map(({ item, at }) => checkPrice(names, product, item, at, today));
  const refusals = checked.filter((one) => one instanceof Refusal);
  const placed = checked.filter((one) => 'price' in one);
  refusals.push(...overlaps(placed));
  if (refusals.length === 0) refusals.push(...baseProblems(placed, baseTerritory, today));
  return { prices: placed.map(({ price }) => price), refusals };
}

function checkPrice(
  names: ScheduleNames,
  product: ScheduledProduct,
  { attributes = {}, relationships }: IncludedPrice,
  at: string,
  today: string,
): Placed | Refusal {
  const pointer = `${at}/relationships/${names.pointOfPrice}`;
  const pointId = relationships[names.pointOfPrice]?.data.id;
  if (pointId === undefined) {
    const title = 'The provided entity is missing a required relationship';
    const detail = `You must provide a value for the relationship '${names.pointOfPrice}' with this request`;
    return conflict('ENTITY_ERROR.RELATIONSHIP.REQUIRED', title, detail, pointer);
  }
  const point = findPricePoint(product, pointId);
  if (point === undefined)
    return relationshipRefused(pointer, `There is no price point '${pointId}' of '${product.id}'.`);
  const owner = relationships[names.productOfPrice]?.data.id ?? product.id;
  if (owner !== product.id)
    return relationshipRefused(`${at}/relationships/${names.productOfPrice}`, 'This is another product.');
  const territory = relationships['territory']?.data.id ?? point.territory;
  if (territory !== point.territory)
    return relationshipRefused(
      `${at}/relationships/territory`,
      `The price point is not one of '${territory}'.`,
    );
  const price = { point, startDate: attributes.startDate ?? null, endDate: attributes.endDate ?? null };
  return datesProblem(product, price, at, today) ?? { price, at };
}

/** The past can't be written, but what began in it may be sent again. */
function datesProblem(
  product: ScheduledProduct,
  price: ManualPrice,
  at: string,
  today: string,
): Refusal | undefined {
  const { startDate, endDate } = price;
  if (startDate !== null && startDate < today && !product.has(price))
    return attributeRefused(`${at}/attributes/startDate`, `The start date '${startDate}' is in the past.`);
  if (endDate !== null && endDate <= (startDate ?? today))
    return attributeRefused(`${at}/attributes/endDate`, `The end date '${endDate}' is not after the start.`);
  return undefined;
}

/** Two prices of one territory never apply on the same day. */
function overlaps(placed: readonly Placed[]): Refusal[] {
  return placed.flatMap(({ price, at }, index) => {
    const other = placed.slice(0, index).find((earlier) => overlap(earlier.price, price));
    if (other === undefined) return [];
    const detail = `The price overlaps in ${price.point.territory} with that of ${other.at}.`;
    return [attributeRefused(`${at}/attributes/startDate`, detail)];
  });
}

const overlap = (one: ManualPrice, other: ManualPrice): boolean =>
  one.point.territory === other.point.territory && startsBeforeEnd(one, other) && startsBeforeEnd(other, one);

const startsBeforeEnd = (one: ManualPrice, other: ManualPrice): boolean =>
  other.endDate === null || (one.startDate ?? ALWAYS) < other.endDate;

/** Every other territory follows the base, so it needs a price on each day from today on. */
function baseProblems(placed: readonly Placed[], baseTerritory: string, today: string): Refusal[] {
  const spans = placed
    .map(({ price }) => price)
    .filter(({ point }) => point.territory === baseTerritory)
    .sort((one, other) => ((one.startDate ?? ALWAYS) < (other.startDate ?? ALWAYS) ? -1 : 1));
  let covered: string | null = today;
  for (const { startDate, endDate } of spans) {
    if (covered !== null && (startDate ?? ALWAYS) <= covered) covered = endDate;
  }
  if (covered === null) return [];
  const detail = `The base territory '${baseTerritory}' has no manual price on ${covered}.`;
  return [relationshipRefused('/data/relationships/manualPrices', detail)];
}
