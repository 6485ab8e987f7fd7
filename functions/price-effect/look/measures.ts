import { type Measure, measureChange, measureEach } from '../estimator/measure-change.ts';
import { GAP_DAYS, LOOKS } from '../estimator/windows.ts';
import { type CountryHistory, type SeriesName, usualTrialDays } from '../history/product-history.ts';
import { cancellations } from './cancellations.ts';
import {
  finding,
  LABELS,
  type LookInput,
  type MeasureFinding,
  rate,
  shared,
  sumOf,
  tooEarly,
} from './finding.ts';
import { besideOther } from './other-product.ts';
import { singleTerritories } from './single-territories.ts';

/** Counts, and where there are amounts also proceeds in old prices. */
function counted(input: LookInput, name: SeriesName, measure: Measure, amounts?: SeriesName): MeasureFinding {
  const territory = ([, { series }]: readonly [string, CountryHistory]) => ({
    units: series[name].slice(input.first),
    ...(amounts !== undefined && { proceeds: series[amounts].slice(input.first) }),
  });
  const data = {
    changed: input.sides.changed.map(territory),
    stayed: input.sides.stayed.map(territory),
    ...shared(input),
  };
  const label = measure === 'units' ? name : (amounts ?? name);
  const whole = besideOther(finding(label, measureChange(data, measure, input.after), input), input, {
    subject: LABELS[label] ?? label,
    measure,
    series: { units: name, amounts },
  });
  if (data.changed.length < 2) return whole;
  const territories = singleTerritories(
    measureEach(data, measure, input.after),
    input.sides.changed.map(([territory]) => territory),
    input.after,
  );
  return territories.length === 0 ? whole : { ...whole, territories };
}

/** Trials that began at the old price end for some time: their days are left out, and the rest may be too short. */
function conversions(input: LookInput): MeasureFinding[] {
  const { at, after, sides, history } = input;
  if (sumOf([...sides.changed, ...sides.stayed], 'trialsEnded', 0, history.days) === 0) return [];
  const trialDays = usualTrialDays(history);
  if (trialDays === undefined)
    return [
      tooEarly(
        'conversions',
        'Not measured: the reports do not say how long the free trials of this product are.',
      ),
    ];
  const end = at + GAP_DAYS + after;
  const fitting = LOOKS.filter((days) => days <= end - (at + GAP_DAYS + trialDays)).at(-1);
  return fitting === undefined
    ? [
        tooEarly(
          'conversions',
          `Too early: trials last ${trialDays} days, so those of the new price have hardly ended.`,
        ),
      ]
    : [rate(input, ['conversions', 'trialsEnded'], fitting, trialDays)];
}

/** Every measure of one look, the main one first. */
export function measureLook(input: LookInput): MeasureFinding[] {
  if (input.sides.disturbed !== undefined)
    return [{ measure: 'units', outcome: 'disturbed', words: input.sides.disturbed }];
  if (input.kind !== 'subscription')
    return [counted(input, 'units', 'units'), counted(input, 'units', 'proceeds', 'proceeds')];
  // Proceeds as a whole mostly show earlier subscribers: 28 days overstate a rise for all threefold, so no verdict.
  const first = [counted(input, 'newUnits', 'units'), counted(input, 'newUnits', 'proceeds', 'newProceeds')];
  if (!input.hasEvents) return first;
  const started = (['starts', 'trials', 'offerStarts'] as const)
    .filter((name) => sumOf([...input.sides.changed, ...input.sides.stayed], name, 0, input.history.days) > 0)
    .map((name) => counted(input, name, 'units'));
  return [...started, ...first, ...conversions(input), ...cancellations(input)];
}
