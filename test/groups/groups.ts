import { globSync } from 'node:fs';
import { join, relative } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

/**
 * Which test files share a process in `npm test`, by group: folders and files under `test/`. Most of what a small file
 * takes alone is the start of a process and the loading of the same modules. A file that no group names runs in a
 * process of its own. Groups are about equally long, the longest first: they run side by side.
 */
export const GROUPS = {
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
  prices: ['end-to-end/prices'],
  reports: ['end-to-end/reports', 'end-to-end/reviews'],
  alarms: ['faults/alarms', 'end-to-end/keys'],
  faults: [
    'faults/analytics-request.test.ts',
    'faults/analytics-segments.test.ts',
    'faults/crash',
    'faults/prices/worker',
  ],
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
  command: ['cli', 'mcp', 'rates', 'try'],
  fuzz: ['fuzz'],
  infra: ['bench', 'docs', 'infra', 'package', 'tools', 'warehouse'],
} as const satisfies Record<string, readonly string[]>;

export type GroupName = keyof typeof GROUPS;

/** The test files of a group, as paths from the root of the project, in order. */
export const filesOf = (group: GroupName): string[] =>
  GROUPS[group].flatMap((place) =>
    globSync(place.endsWith('.ts') ? place : `${place}/**/*.test.ts`, { cwd: join(ROOT, 'test') })
      .map((file) => join('test', file))
      .sort(),
  );

/** Every test file, as paths from the root of the project. */
export const everyFile = (): string[] => globSync('test/**/*.test.ts', { cwd: ROOT }).sort();

/** The file that runs a group, as a path from the root of the project. */
export const entryOf = (group: GroupName): string =>
  relative(ROOT, join(import.meta.dirname, 'entries', `${group}.ts`));

export const GROUP_NAMES = Object.keys(GROUPS).filter((name): name is GroupName => name in GROUPS);
