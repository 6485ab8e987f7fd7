import { measureGroupRate } from '../estimator/measure-group-rate.ts';
import { GAP_DAYS, type LookDays } from '../estimator/windows.ts';
import type { CountryHistory } from '../history/product-history.ts';
import { finding, type LookInput, type MeasureFinding, rate, shared, sumOf, tooEarly } from './finding.ts';

/** Apple dates a cancellation on the day on which the paid period ends: before, nothing can be told. */
const CANCELLATIONS_FROM: Readonly<Record<string, LookDays>> = { '7 Days': 28, '1 Month': 56 };

/** Cancellations of those who had paid, of the renewals due: all of them, and where prices are kept both groups apart. */
export function cancellations(input: LookInput): MeasureFinding[] {
  const { history, after, sides, at } = input;
  if (sumOf([...sides.changed, ...sides.stayed], 'renewalsDue', 0, history.days) === 0) return [];
  const from = CANCELLATIONS_FROM[history.duration ?? ''];
  const words = `Too early: Apple dates a cancellation on the day on which the paid period ends. Of subscriptions of ${history.duration ?? 'this length'}, ${from === undefined ? 'most have not met the new price within 56 days' : `enough have met the new price after ${from} days`}.`;
  const main =
    from !== undefined && after >= from
      ? rate(input, ['cancellations', 'renewalsDue'], after, 0)
      : tooEarly('cancellations', words);
  const named = sumOf(sides.changed, 'priceCancellations', at, at + GAP_DAYS + after);
  const all = sumOf(sides.changed, 'cancellations', at, at + GAP_DAYS + after);
  const reasons: MeasureFinding[] =
    named === 0
      ? []
      : [
          {
            measure: 'price_cancellations',
            outcome: 'counted',
            words: `${named} of ${all} cancellations in the changed territories since then name a price increase as the reason: a lower bound, as most people give none.`,
          },
        ];
  const groups = main.outcome === 'too-early' || !input.keepsPrice ? [] : bothGroups(input);
  return [main, ...groups, ...reasons];
}

/**
 * Those who keep the price before and those who subscribed at the new one, apart. The report has no price on its rows, and
 * Apple sets its flag Preserved Pricing on renewals only, so a row's own paid periods say when its subscriber began.
 */
function bothGroups(input: LookInput): MeasureFinding[] {
  const periodDays = daysOfPeriod(input.history.duration ?? '');
  if (periodDays === undefined) return [];
  const territory = ([, { series, byPeriods }]: readonly [string, CountryHistory]) => {
    const from = (values: readonly number[]) => values.slice(input.first);
    return {
      counted: from(series.cancellations),
      cases: from(series.renewalsDue),
      byPeriods: new Map(
        [...byPeriods].map(([periods, { counted, cases }]) => [
          periods,
          { counted: from(counted), cases: from(cases) },
        ]),
      ),
    };
  };
  const data = {
    changed: input.sides.changed.map(territory),
    stayed: input.sides.stayed.map(territory),
    ...shared(input),
    periodDays,
  };
  return [
    finding('cancellationsKept', measureGroupRate(data, 'earlier', input.after), input),
    finding('cancellationsNew', measureGroupRate(data, 'later', input.after), input),
  ];
}

/** A paid period of the lengths whose cancellations are told within the looks; a month as its mean. */
const PERIOD_DAYS: Readonly<Record<string, number>> = { '7 Days': 7, '1 Month': 30.4 };
const daysOfPeriod = (duration: string): number | undefined => PERIOD_DAYS[duration];
