import { createRandom, type Random } from './random.ts';

/** What is special about a market; `base` is an ordinary one. */
export type Scenario = 'calm' | 'base' | 'rough' | 'launch' | 'rush' | 'season';

export const MIXED: readonly [Scenario, ...Scenario[]] = [
  'calm',
  'base',
  'rough',
  'launch',
  'rush',
  'season',
];

/** With an effect, without one on units, or without one on proceeds (units fall as the price rises). */
export type Truth = 'effect' | 'no-effect' | 'pays-for-itself';

export type Market = {
  scenario: Scenario;
  salesPerDay: number;
  /** Index of the day of the change; 365 days of history lie before it and 59 follow. */
  at: number;
  changed: readonly boolean[];
  /** New price divided by the old one. */
  priceRatio: number;
  units: readonly (readonly number[])[];
  proceeds: readonly (readonly number[])[];
  /** Expected units per territory and day with and without the change: the truth that an interval should hold. */
  expected: readonly (readonly number[])[];
  expectedWithout: readonly (readonly number[])[];
};

const HISTORY = 365;
const DAYS = HISTORY + 59;
/** A day's own count varies beyond Poisson's by this parameter of the negative binomial distribution. */
const K = 15;

type Noise = { shared: number; own: number; day: number; spike: readonly [number, number]; zeros: number };
const noiseOf = (scenario: Scenario): Noise =>
  scenario === 'calm'
    ? { shared: 0.1, own: 0.03, day: 0.04, spike: [1.1, 1.5], zeros: 0.15 }
    : scenario === 'rough'
      ? { shared: 0.1, own: 0.3, day: 0.12, spike: [1.5, 6], zeros: 0.25 }
      : { shared: 0.1, own: 0.12, day: 0.06, spike: [1.3, 4], zeros: 0.15 };

/** A first-order autoregressive series whose standard deviation is `sigma`. */
function wander(random: Random, length: number, persistence: number, sigma: number): number[] {
  const step = sigma * Math.sqrt(1 - persistence ** 2);
  let value = sigma * random.normal();
  return Array.from({ length }, () => {
    value = persistence * value + step * random.normal();
    return value;
  });
}

/** What all territories share, in logarithms: season, weekday, trend, ups and downs, launches. */
function sharedDays(random: Random, scenario: Scenario, sigma: number) {
  const amplitude = scenario === 'season' ? 0.25 : random.between(0, 0.25);
  const top = scenario === 'season' ? HISTORY + random.integer(-15, 30) : random.integer(0, 364);
  const trend = random.between(-0.4, 0.4) / 365;
  const weekday = Array.from({ length: 7 }, () => 0.12 * random.normal());
  const ups = wander(random, DAYS, 0.7, sigma);
  const launches = new Array<number>(DAYS).fill(0);
  const starts = Array.from({ length: 4 }, () => random.integer(0, DAYS - 1));
  if (scenario === 'launch') starts.push(HISTORY + random.integer(-6, 12));
  for (const start of starts) {
    const height = Math.log(random.between(1.4, 5));
    const fading = random.between(2, 8);
    for (let day = start; day < DAYS; day += 1)
      launches[day] = (launches[day] ?? 0) + height * Math.exp(-(day - start) / fading);
  }
  const common = Array.from(
    { length: DAYS },
    (_, day) =>
      amplitude * Math.cos((2 * Math.PI * (day - top)) / 365) +
      (weekday[day % 7] ?? 0) +
      trend * day +
      (ups[day] ?? 0),
  );
  return { common, launches };
}

/** Buyers rush in before a rise and stay away before a cut; the two days after show the opposite. */
function rushOn(day: number, priceRatio: number): number {
  const before = HISTORY - day;
  const after = day - HISTORY;
  const strength = Math.log(priceRatio) > 0 ? 1 : -0.6;
  if (before >= 1 && before <= 2) return strength * (before === 1 ? 0.6 : 0.4);
  if (after >= 0 && after <= 1) return -strength * (after === 0 ? 0.5 : 0.3);
  return 0;
}

/** What the territories of one of five regions share. */
type Region = { ups: readonly number[]; season: number; top: number };

const drawRegion = (random: Random): Region => ({
  ups: wander(random, DAYS, 0.97, 0.08),
  season: random.between(0, 0.12),
  top: random.integer(0, 364),
});

/** Which territories change: at least one does and at least one does not. */
function drawChanged(random: Random, count: number): boolean[] {
  const share = random.between(0.1, 0.9);
  const changed = Array.from({ length: count }, () => random.uniform() < share);
  const kept = random.integer(0, count - 1);
  changed[kept] = false;
  if (!changed.includes(true)) changed[(kept + 1) % count] = true;
  return changed;
}

/** Expected units of one territory by day, without the change. */
function drawLevels(
  random: Random,
  mean: number,
  noise: Noise,
  region: Region,
  { common, launches }: ReturnType<typeof sharedDays>,
): number[] {
  const felt = 1 + 0.15 * random.normal();
  const own = wander(random, DAYS, 0.97, noise.own);
  const spike = { day: random.integer(0, 364), height: Math.log(random.between(...noise.spike)) };
  return Array.from({ length: DAYS }, (_, day) => {
    const level =
      (common[day] ?? 0) +
      felt * (launches[day] ?? 0) +
      (region.ups[day] ?? 0) +
      region.season * Math.cos((2 * Math.PI * (day - region.top)) / 365) +
      (own[day] ?? 0) +
      noise.day * random.normal() +
      (day % 365 === spike.day ? spike.height : 0);
    return mean * Math.exp(level);
  });
}

/** One app's sales by territory and day, drawn from a seed. */
export function drawMarket(seed: number, truth: Truth, only?: Scenario): Market {
  const random = createRandom(seed);
  const scenario = only ?? random.pick(MIXED);
  const noise = noiseOf(scenario);
  const count = random.pick([5, 12, 40, 100, 175]);
  const salesPerDay = Math.exp(random.between(Math.log(10), Math.log(3000)));
  const sizes = Array.from({ length: count }, () => Math.exp(1.8 * random.normal()));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const shared = sharedDays(random, scenario, noise.shared);
  const regions = Array.from({ length: 5 }, () => drawRegion(random));
  const changed = drawChanged(random, count);
  const priceRatio = random.uniform() < 0.5 ? random.between(0.5, 0.9) : random.between(1.1, 1.5);
  const elasticity = random.between(-2, -0.3);
  const drawEffect = (): number => {
    const own = priceRatio ** (elasticity + 0.2 * random.normal());
    return truth === 'no-effect' ? 1 : truth === 'pays-for-itself' ? 1 / priceRatio : own;
  };
  const territories = sizes.map((size, index) => {
    const region = regions[random.integer(0, regions.length - 1)] ?? drawRegion(random);
    const moves = changed[index] === true;
    const effect = drawEffect();
    const rush = (day: number) => (scenario === 'rush' && moves ? Math.exp(rushOn(day, priceRatio)) : 1);
    const isAfter = (day: number) => moves && day >= HISTORY;
    const without = drawLevels(random, (salesPerDay * size) / total, noise, region, shared);
    const expected = without.map((rate, day) => rate * rush(day) * (isAfter(day) ? effect : 1));
    const units = expected.map((rate) =>
      rate < 1 && random.uniform() < noise.zeros ? 0 : random.count(rate, K),
    );
    const proceeds = units.map((sold, day) => sold * (isAfter(day) ? priceRatio : 1));
    return { without, expected, units, proceeds };
  });
  return {
    scenario,
    salesPerDay,
    at: HISTORY,
    changed,
    priceRatio,
    units: territories.map(({ units }) => units),
    proceeds: territories.map(({ proceeds }) => proceeds),
    expected: territories.map(({ expected }) => expected),
    expectedWithout: territories.map(({ without }) => without),
  };
}
