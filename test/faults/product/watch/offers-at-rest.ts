import assert from 'node:assert/strict';
import type { ChangeRecord } from '../../../../functions/prices/store/change-record.ts';
import { askedOffers, offersOn, type ShownOffer, type ShownOffers } from '../../prices/life/life-offers.ts';

/**
 * Each territory has the introductory offers that the last applied change asked for, and none that nobody asked for.
 *
 * @param isUnsure whether nobody can say what a change that was not applied has left, or what somebody else has made
 */
export function assertOffersAtRest(
  product: string,
  changes: readonly ChangeRecord[],
  shown: ShownOffers,
  { today, isUnsure }: { today: string; isUnsure: (territory: string, change?: ChangeRecord) => boolean },
): void {
  const expected = new Map<string, readonly ShownOffer[] | undefined>();
  for (const change of changes.toSorted((a, b) => a.seq - b.seq))
    for (const [territory, offers] of askedOffers(change.request) ?? [])
      if (change.state === 'applied') expected.set(territory, offers);
      else if (change.everSent || isUnsure(territory, change)) expected.set(territory, undefined);
  for (const territory of new Set([...expected.keys(), ...shown.keys()])) {
    const wanted = expected.has(territory) ? expected.get(territory) : [];
    if (wanted === undefined || isUnsure(territory)) continue;
    assert.deepEqual(
      offersOn(shown, territory, today),
      offersOn(new Map([[territory, wanted]]), territory, today),
      `${product} ${territory}: not the offers that were asked for`,
    );
  }
}
