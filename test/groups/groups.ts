import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Extent } from './extent.ts';

export const ROOT = join(import.meta.dirname, '../..');

/**
 * Which test files share a process in `npm test`, by group: folders and files under `test/`. Most of what a small file
 * takes alone is the start of a process and the loading of the same modules. A file that no group names runs in a
 * process of its own. The longest first: they run side by side, and what is short fills the cores at the end.
 */
export const GROUPS = {
  reports: ['end-to-end/reports', 'end-to-end/reviews'],
  prices: ['end-to-end/prices'],
  core: [
    'app-store-connect',
    'engine',
    'models',
    'notify',
    'numbers',
    'platform',
    'price-effect',
    'prices',
    'reports',
    'security',
    'simulator',
    'status',
    'tables',
  ],
  command: ['cli', 'mcp', 'rates', 'try'],
  alarms: ['faults/alarms', 'end-to-end/keys'],
  worlds: [
    'end-to-end/exchange-rates.test.ts',
    'end-to-end/local-world.test.ts',
    'end-to-end/many-teams.test.ts',
    'end-to-end/no-leaks.test.ts',
    'end-to-end/status.test.ts',
    'from-files',
    'keys',
    'ledgers',
    'local-aws',
    'histories/memory-ledger.test.ts',
  ],
  faults: [
    'faults/analytics-request.test.ts',
    'faults/analytics-segments.test.ts',
    'faults/campaigns',
    'faults/crash',
    'faults/prices',
    'faults/throttled-services.test.ts',
  ],
  infra: [
    'apple-contract',
    'bench',
    'docs',
    'infra',
    'package',
    'permissions',
    'tools',
    'warehouse',
    'faults/mutations',
    'layout.test.ts',
    'rooms.test.ts',
  ],
  fuzz: ['fuzz'],
} as const satisfies Record<string, readonly string[]>;

export type GroupName = keyof typeof GROUPS;

/**
 * How many worker threads a group may start in `npm test`: what a run costs is seen when it is added, by a count that no
 * busy machine changes much. A group says at its end how many it started.
 */
export const MOST_WORKERS: Readonly<Record<GroupName, number>> = {
  reports: 110,
  prices: 200,
  core: 50,
  command: 150,
  alarms: 120,
  worlds: 75,
  faults: 90,
  infra: 30,
  fuzz: 25,
};

/**
 * Files that `npm test` leaves to `npm run test:more` as a whole, each for a faster test of the same kind: a request that
 * another file makes, a doubt that an alarm's test meets, a calculation that is tested in memory.
 */
const ONLY_MORE: readonly string[] = [
  'test/apple-contract/flows.test.ts',
  'test/docs/runbook/runbook-followed.test.ts',
  'test/end-to-end/many-teams.test.ts',
  'test/end-to-end/prices/campaigns/campaign-until.test.ts',
  'test/end-to-end/prices/observe/price-effect.test.ts',
  'test/end-to-end/reports/analytics-freshness.test.ts',
  'test/end-to-end/reports/contradictions.test.ts',
  'test/end-to-end/reports/versions.test.ts',
  'test/faults/crash/reviews.test.ts',
  'test/from-files/mixed-folder.test.ts',
];

/** Files with a twin that ends in `.deep.ts` and plays the same in full: `npm run test:more` plays the twin. */
const PLAYED_BY_TWIN: readonly string[] = [
  'test/end-to-end/local-world.test.ts',
  'test/faults/crash/request-crash.test.ts',
];

/** Where chance plays as often as it is told (`npm run test:more` says so in variables): folders and files. */
const PLAYED_BY_NUMBER: readonly string[] = [
  'test/faults/product/product-histories.test.ts',
  'test/fuzz/',
  'test/histories/histories.test.ts',
  'test/histories/reviews.test.ts',
];

const USES_EXTENT = /^import \{.*\} from '.*\/groups\/extent\.ts';$/m;

/** Whether a file has tests that are left to `npm run test:more`. */
const hasMore = (file: string): boolean =>
  PLAYED_BY_NUMBER.some((place) => file.startsWith(place)) ||
  USES_EXTENT.test(readFileSync(join(ROOT, file), 'utf8'));

/** Files of which `npm test` plays nothing. */
export const LEFT_OUT = [...ONLY_MORE, ...PLAYED_BY_TWIN];

/** Whether a file has something to do in a run of this extent. */
const isIn = (extent: Extent, file: string): boolean => {
  if (extent === 'all') return true;
  if (PLAYED_BY_TWIN.includes(file)) return false;
  if (ONLY_MORE.includes(file)) return extent === 'more';
  return extent === 'part' || hasMore(file);
};

/** The test files of a group, as paths from the root of the project, in order. */
export const filesOf = (group: GroupName, extent: Extent = 'all'): string[] =>
  GROUPS[group]
    .flatMap((place) =>
      globSync(place.endsWith('.ts') ? place : `${place}/**/*.test.ts`, { cwd: join(ROOT, 'test') })
        .map((file) => join('test', file))
        .sort(),
    )
    .filter((file) => isIn(extent, file));

/** Every test file, as paths from the root of the project. */
export const everyFile = (extent: Extent = 'all'): string[] =>
  globSync('test/**/*.test.ts', { cwd: ROOT })
    .sort()
    .filter((file) => isIn(extent, file));

/** The file that runs a group, as a path from the root of the project. */
export const entryOf = (group: GroupName): string =>
  relative(ROOT, join(import.meta.dirname, 'entries', `${group}.ts`));

export const GROUP_NAMES = Object.keys(GROUPS).filter((name): name is GroupName => name in GROUPS);
