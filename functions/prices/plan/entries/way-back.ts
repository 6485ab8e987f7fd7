import type { Problem } from '../../../platform/errors.ts';
import { someOf } from '../../../platform/util/shorten.ts';
import { accepted, type Checked, rejectedWith } from '../../../platform/validation/checked.ts';
import { compareDecimals } from '../../request/decimal.ts';
import { daysAfter } from '../../request/pacific-day.ts';
import type { PriceRequest } from '../../request/price-request.ts';
import { isWritten, type PlanEntry, type WayBack } from '../plan-entry.ts';
import { type PriceState, timelineOn } from '../price-state.ts';

/**
 * A live subscription keeps one scheduled price at Apple, so its way back is scheduled once the temporary price has
 * started, for a day that Apple then still takes: up to two days ahead.
 */
const SUBSCRIPTION_DAYS = 2;

/**
 * What holds again after a temporary price: what would hold on that day without the change. `undefined`: the price is
 * not temporary, or nothing changes.
 */
export function wayBackOf(
  request: PriceRequest,
  state: PriceState,
  entries: readonly PlanEntry[],
  startDate: string | undefined,
): Checked<WayBack | undefined> {
  const { until } = request;
  const written = entries.filter(isWritten);
  if (until === undefined || written.length === 0) return accepted(undefined);
  const isSubscription = request.product.kind === 'subscription';
  const problems = problemsOf(request, state, written, { until, start: startDate ?? state.today });
  const prices = written.flatMap(({ territory, currency, before }) => {
    const [held] = timelineOn(before, until);
    return held === undefined || held.from !== null ? [] : [{ territory, price: held.price, currency }];
  });
  const rising = prices.filter(({ territory, price }) => {
    const target = written.find((entry) => entry.territory === territory)?.target.price;
    return target !== undefined && compareDecimals(price, target) > 0;
  });
  if (isSubscription && rising.length > 0 && request.preserveCurrentPrice === undefined)
    problems.push({
      path: 'preserveCurrentPrice',
      message: `on ${until} the price goes up again: say true (who subscribed in the meantime keeps the temporary price) or false (they pay the price of before)`,
    });
  return problems.length > 0 ? rejectedWith(problems) : accepted({ on: until, prices });
}

function problemsOf(
  { product }: PriceRequest,
  { hasSubscribers }: PriceState,
  written: readonly PlanEntry[],
  { until, start }: { until: string; start: string },
): Problem[] {
  const problems: Problem[] = [];
  const isLive = product.kind === 'subscription' && hasSubscribers;
  const earliest = daysAfter(start, isLive ? SUBSCRIPTION_DAYS : 1);
  if (until < earliest)
    problems.push({
      path: 'until',
      message: `${until} is too early: the price starts on ${start}${isLive ? ', and Apple takes the way back of a live subscription only after that,' : ''} so ${earliest} is the first day possible`,
    });
  const first = written.filter(({ kind }) => kind === 'first').map(({ territory }) => territory);
  if (first.length > 0)
    problems.push({
      path: 'until',
      message: `${someOf(first)} ${first.length === 1 ? 'has' : 'have'} no price to go back to; leave until out, or name other territories`,
    });
  return problems;
}
