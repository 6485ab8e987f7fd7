import type { Outcome } from '../../../platform/validation/outcome.ts';
import { currenciesOf, currencyProblems } from '../../plan/currencies.ts';
import { offerEntries, offerProblems } from '../../plan/entries/offer-entries.ts';
import { type Plan, sealPlan, startOf, stateSha256 } from '../../plan/plan.ts';
import type { PriceList } from '../../plan/price-list.ts';
import { numbered } from '../../plan/steps.ts';
import { resolveTargets } from '../../plan/targets/targets.ts';
import type { IntroductoryOffer } from '../../request/introductory-offer.ts';
import type { ChangeRecord } from '../../store/change-record.ts';

type Planned = Pick<ChangeRecord, 'team' | 'changeId' | 'request'> & { postponedTo?: string | undefined };

/**
 * Plans introductory offers as prices are planned. The limits of prices do not apply to them; an offer must be below the
 * price, and first offers and removals wait for an approval where the team asks for any.
 *
 * @returns the plan, or every reason why it must not be sent
 * @throws AppStoreConnectError, JobError of the key's secret
 */
export async function makeOfferPlan(
  list: PriceList,
  offer: IntroductoryOffer,
  { team, changeId, request, postponedTo }: Planned,
): Promise<Exclude<Outcome<Plan>, { kind: 'retry' }>> {
  const state = await list.read();
  const regular = state.regular ?? state;
  const label = await list.label();
  const targets = await resolveTargets(list, regular, request);
  const start = startOf(request, state, postponedTo);
  const startDate = start.kind === 'ok' ? start.value : undefined;
  const entries = offerEntries(offer, state, targets.points, startDate);
  const problems = [
    ...targets.problems,
    ...(start.kind === 'rejected' ? start.problems : []),
    ...('mode' in offer && offer.endDate !== undefined && offer.endDate < (startDate ?? state.today)
      ? [{ path: 'introductoryOffer.endDate', message: `${offer.endDate} is before the offer begins` }]
      : []),
    ...currencyProblems(request, currenciesOf(regular)),
    ...offerProblems(offer, state, entries),
  ];
  if (problems.length > 0) return { kind: 'rejected', problems };
  return {
    kind: 'ok',
    value: sealPlan({
      team,
      changeId,
      product: request.product,
      ...(label !== undefined && { label }),
      startDate: startDate ?? null,
      entries,
      steps: numbered(list.steps(state, entries, undefined)),
      introductoryOffer: offer,
      stateSha256: stateSha256(state),
    }),
  };
}
