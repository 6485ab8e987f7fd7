import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { FIGURES_NAMES, type FiguresName } from './figures.ts';
import { sectionOf } from './page-section.ts';

/** How a table is measured again, and the files whose change makes its figures old. */
export type Measurement = { command: string; sources: readonly string[] };

const CONVERTER = ['functions/reports/table', 'functions/reports/catalogue', 'bench/conversion'];
const PRICE_WORK = [
  'functions/prices/apply',
  'functions/prices/apple',
  'functions/prices/plan',
  'functions/app-store-connect/client',
  'functions/app-store-connect/rate-limit',
  'bench/prices',
];

const PLANNER = [
  'functions/reports/plan',
  'functions/reports/partition',
  'functions/app-store-connect/rate-limit',
  'infra/reports',
  'bench/scale',
];
const MORNING = [...PLANNER, 'functions/reports/catalogue', 'bench/cost', 'bench/morning'];
const SCALE = 'npm run bench -- --scale 1000 --write';

const EFFECT = ['functions/price-effect/estimator', 'bench/effect'];

export const MEASUREMENTS: Record<FiguresName, Measurement> = {
  conversion: { command: 'npm run bench -- --write', sources: CONVERTER },
  'wide-files': { command: 'npm run bench -- --write', sources: CONVERTER },
  'token-start': {
    command: 'npm run bench -- --minting --write',
    sources: [
      'cli/*.ts',
      'cli/commands/token.ts',
      'cli/options',
      'functions/app-store-connect/auth',
      'bench/tokens',
    ],
  },
  minting: {
    command: 'npm run bench -- --minting --write',
    sources: ['functions/app-store-connect/auth', 'bench/tokens'],
  },
  'cold-start': {
    command: 'npm run bench -- --cold-start --write',
    sources: ['functions/**/*.lambda.ts', 'functions/platform', 'package-lock.json', 'bench/cold-start.ts'],
  },
  sales: {
    command: 'npm run bench -- --sales --write',
    sources: [
      'cli/*.ts',
      'cli/commands/try/*.ts',
      'local/try',
      'functions/reports/fetch',
      'functions/reports/partition',
      'functions/reports/plan',
      'functions/app-store-connect/client',
      'functions/app-store-connect/rate-limit',
      'bench/sales',
      'bench/peers',
    ],
  },
  prices: { command: 'npm run bench -- --prices --write', sources: PRICE_WORK },
  'killed-prices': { command: 'npm run bench -- --prices --write', sources: PRICE_WORK },
  'effect-quality': { command: 'npm run bench -- --effect --write', sources: EFFECT },
  'effect-found': { command: 'npm run bench -- --effect --write', sources: EFFECT },
  'effect-territories': { command: 'npm run bench -- --effect --write', sources: EFFECT },
  'price-night': { command: 'npm run bench -- --night 1,10,100,1000 --write', sources: PRICE_WORK },
  backfill: { command: 'npm run bench -- --backfill --write', sources: PLANNER },
  planner: { command: 'npm run bench -- --planner 1,10,100,1000 --write', sources: PLANNER },
  'year-behind': { command: SCALE, sources: PLANNER },
  morning: { command: SCALE, sources: MORNING },
  'morning-queue': { command: SCALE, sources: MORNING },
  limits: { command: SCALE, sources: MORNING },
  'first-backfill': { command: SCALE, sources: MORNING },
};

/** The mark that stands in a written part beside its figures. */
export const sourcesMark = (hash: string): string => `<!-- sources: ${hash} -->`;

/** 12 hex digits over the paths and contents of what a table depends on. */
export function hashOfSources({ sources }: Measurement): string {
  const hash = createHash('sha256');
  const files = sources
    .flatMap((source) => globSync(source))
    .flatMap((path) => (statSync(path).isDirectory() ? globSync(`${path}/**/*.ts`) : [path]))
    .sort();
  if (files.length === 0) throw new Error(`No file matches ${sources.join(', ')}.`);
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}

export type FiguresAge = { name: FiguresName; command: string; measured: string; stale: boolean };

/**
 * How old each measured table of a page is.
 *
 * @param hashOf names the sources of today; tests give their own
 * @returns `stale`: a source has changed since, or nobody knows from which sources the figures came
 */
export function agesOfFigures(
  page: string,
  hashOf: (name: FiguresName) => string = (name) => hashOfSources(MEASUREMENTS[name]),
): FiguresAge[] {
  return FIGURES_NAMES.map((name) => {
    const { from, to } = sectionOf(name);
    const part = page.slice(page.indexOf(from), page.indexOf(to));
    return {
      name,
      command: MEASUREMENTS[name].command,
      measured: /Measured on (.+?) with/.exec(part)?.[1] ?? 'unknown',
      stale: !part.includes(sourcesMark(hashOf(name))),
    };
  });
}
