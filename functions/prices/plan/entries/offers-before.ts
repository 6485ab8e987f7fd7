import { readOfferTerms } from '../../request/introductory-offer.ts';
import { daysAfter } from '../../request/pacific-day.ts';
import type { Plan } from '../plan.ts';
import { isWritten, type PlanEntry } from '../plan-entry.ts';

/**
 * The part of a request that brings back the introductory offers that a change replaced: territories that had none lose
 * theirs, others get the one that they had.
 *
 * @returns a sentence where one request cannot say it
 */
export function offersBefore(
  plans: readonly Plan[],
  except: readonly string[],
  today: string,
): Record<string, unknown> | string {
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
    return 'it changed no introductory offer; there is nothing to take back';
  const territories = group.map(({ territory }) => territory);
  if (groups.size > 1)
    return `the territories had different offers before; take them back one after the other, with the others in "except": ${[...groups.values()].map((one) => `${one.map(({ territory }) => territory).join(', ')} had ${describe(one[0])}`).join('; ')}`;
  const [offer] = first.before;
  if (offer === undefined) return { introductoryOffer: { remove: true, territories } };
  if (first.before.length > 1)
    return `${territories.join(', ')} had several offers one after the other (${describe(first)}); request them one by one`;
  const endDate = offer.until === undefined ? undefined : daysAfter(offer.until, -1);
  if (endDate !== undefined && endDate < today) return `what was before is over since ${endDate}`;
  const terms = readOfferTerms(offer.terms ?? '');
  const isFree = terms.mode === 'FREE_TRIAL';
  return {
    introductoryOffer: {
      ...terms,
      ...(endDate !== undefined && { endDate }),
      ...(isFree && { territories }),
    },
    ...(!isFree && {
      prices: Object.fromEntries(group.map(({ territory, before }) => [territory, before[0]?.price ?? ''])),
    }),
    ...(offer.from !== null && offer.from > today && { startDate: offer.from }),
  };
}

const describe = (entry: PlanEntry | undefined): string =>
  entry === undefined || entry.before.length === 0
    ? 'none'
    : entry.before.map(({ terms = 'an offer', price }) => `${terms} at ${price}`).join(', then ');
