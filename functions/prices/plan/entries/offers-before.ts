import { accepted, type Checked, rejected } from '../../../platform/validation/checked.ts';
import { readOfferTerms } from '../../request/introductory-offer.ts';
import { daysAfter } from '../../request/pacific-day.ts';
import type { Plan } from '../plan.ts';
import { isWritten, type PlanEntry } from '../plan-entry.ts';

/** The part of a request that brings back offers. */
export type OffersBefore = Record<string, unknown>;

const refused = (message: string) => rejected('rollback.changeId', message);

/**
 * The part of a request that brings back the introductory offers that a change replaced: territories that had none lose
 * theirs, others get the one that they had.
 *
 * @returns the reason where one request cannot say it
 */
export function offersBefore(
  plans: readonly Plan[],
  except: readonly string[],
  today: string,
): Checked<OffersBefore> {
  const entries = new Map<string, PlanEntry>();
  for (const entry of plans.flatMap((plan) => plan.entries))
    if (isWritten(entry) && !except.includes(entry.territory) && !entries.has(entry.territory))
      entries.set(entry.territory, entry);
  const all = [...entries.values()];
  const groups = Map.groupBy(all, ({ before }) =>
    JSON.stringify(before.map(({ price, ...offer }) => ({ ...offer, free: Number(price) === 0 }))),
  );
  const [group] = groups.values();
  const [first] = group ?? [];
  if (group === undefined || first === undefined)
    return refused('it changed no introductory offer; there is nothing to take back');
  const territories = group.map(({ territory }) => territory);
  if (groups.size > 1)
    return refused(
      `the territories had different offers before; take them back one after the other, with the others in "except": ${[...groups.values()].map((alike) => `${alike.map(({ territory }) => territory).join(', ')} had ${describe(alike[0])}`).join('; ')}`,
    );
  const [offer] = first.before;
  if (offer === undefined) return accepted({ introductoryOffer: { remove: true, territories } });
  if (first.before.length > 1)
    return refused(
      `${territories.join(', ')} had several offers one after the other (${describe(first)}); request them one by one`,
    );
  const endDate = offer.until === undefined ? undefined : daysAfter(offer.until, -1);
  if (endDate !== undefined && endDate < today) return refused(`what was before is over since ${endDate}`);
  const terms = readOfferTerms(offer.terms ?? '');
  const isFree = terms.mode === 'FREE_TRIAL';
  return accepted({
    introductoryOffer: {
      ...terms,
      ...(endDate !== undefined && { endDate }),
      ...(isFree && { territories }),
    },
    ...(!isFree && {
      prices: Object.fromEntries(group.map(({ territory, before }) => [territory, before[0]?.price ?? ''])),
    }),
    ...(offer.from !== null && offer.from > today && { startDate: offer.from }),
  });
}

const describe = (entry: PlanEntry | undefined): string =>
  entry === undefined || entry.before.length === 0
    ? 'none'
    : entry.before.map(({ terms = 'an offer', price }) => `${terms} at ${price}`).join(', then ');
