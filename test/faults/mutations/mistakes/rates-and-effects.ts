import {
  always,
  argumentIs,
  bodyIs,
  never,
  numberIs,
  propertyIs,
  valueIs,
  withoutCall,
} from '../form/changes.ts';
import type { TestedMistake } from '../form/mistake.ts';

const RATES = 'test/rates/rates.test.ts';
const ESTIMATE = 'test/price-effect/estimator/estimate.test.ts';
const MARKETS = 'test/price-effect/estimator/markets.test.ts';
const VERDICT = 'test/price-effect/estimator/verdict.test.ts';
const BESIDE = 'test/price-effect/estimator/measure-beside.test.ts';
const OTHER_PRODUCT = 'test/price-effect/other-product.test.ts';
const MEASURE = 'test/price-effect/measure-effects.test.ts';

/** Mistakes with exchange rates and with the effect of a price change. */
export const RATE_AND_EFFECT_MISTAKES: readonly TestedMistake[] = [
  {
    mistake: 'a gap of years is filled from the file of 90 days',
    mark: 'rates-short-file',
    change: numberIs('8_500'),
    test: RATES,
  },
  {
    mistake: 'days that are stored are written again',
    mark: 'rates-new-days',
    change: withoutCall('filter'),
    test: RATES,
  },
  {
    mistake: 'a day that stands twice in a file of rates is taken',
    mark: 'rates-day-twice',
    change: never,
    test: RATES,
  },
  {
    mistake: 'a day without the US dollar is taken',
    mark: 'rates-without-usd',
    change: valueIs('[...days].find(() => false)'),
    test: RATES,
  },
  {
    mistake: 'a rate of a month stands for its first day alone',
    mark: 'rates-month',
    change: argumentIs(0, () => '{ length: 1 }'),
    test: RATES,
  },
  {
    mistake: 'the second of two rates for a day counts in silence',
    mark: 'rates-company-twice',
    change: never,
    test: RATES,
  },
  {
    mistake: 'an introductory offer is measured as a change of price',
    mark: 'offer-moves-no-price',
    change: never,
    test: MEASURE,
  },
  {
    mistake: 'the effect is told without the territories that stayed',
    mark: 'effect-comparison',
    change: propertyIs('log', 'log'),
    test: ESTIMATE,
  },
  {
    mistake: 'earlier price changes count as days without one',
    mark: 'effect-earlier-changes',
    change: always,
    test: ESTIMATE,
  },
  {
    mistake: 'an interval knows the error of counting alone',
    mark: 'effect-error',
    change: propertyIs('standardError', 'Math.sqrt(error)'),
    test: MARKETS,
  },
  {
    mistake: 'the days around a change are compared',
    mark: 'effect-gap',
    change: numberIs('0'),
    test: MEASURE,
  },
  {
    mistake: 'a week stands for the time before a change',
    mark: 'effect-before',
    change: numberIs('7'),
    test: MEASURE,
  },
  {
    mistake: 'the first look says as much as the later ones',
    mark: 'effect-word-level',
    change: bodyIs('(after === 7 ? 0.95 : 0.95)'),
    test: VERDICT,
  },
  {
    mistake: 'a word about one of many territories needs no more than one about all',
    mark: 'effect-territory-level',
    change: bodyIs('wordLevel(after)'),
    test: VERDICT,
  },
  {
    mistake: 'a cause is named where every territory changed',
    mark: 'effect-no-comparison',
    change: never,
    test: VERDICT,
  },
  {
    mistake: 'a word is said of a handful of sales',
    mark: 'effect-too-little',
    change: never,
    test: VERDICT,
  },
  {
    mistake: 'proceeds of different currencies are added as they are',
    mark: 'effect-old-prices',
    change: valueIs('1'),
    test: MEASURE,
  },
  {
    mistake: 'another product is a comparison, however little it moves with the changed one',
    mark: 'effect-other-error',
    change: numberIs('10'),
    test: BESIDE,
  },
  {
    mistake: 'a word beside another product needs no more than one beside territories',
    mark: 'effect-other-level',
    change: numberIs('0.95'),
    test: BESIDE,
  },
  {
    mistake: 'a plan is told of another product that will not be used',
    mark: 'effect-preview-beside',
    change: never,
    test: OTHER_PRODUCT,
  },
  {
    mistake: 'a subscription that buyers may choose instead is a comparison',
    mark: 'effect-other-group',
    change: never,
    test: OTHER_PRODUCT,
  },
  {
    mistake: 'one large country is the whole comparison',
    mark: 'effect-damping',
    change: valueIs('1'),
    test: ESTIMATE,
  },
];
