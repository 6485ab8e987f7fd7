import type { Settings } from '../../../../functions/platform/config/settings.ts';
import type { Clock } from '../../../../functions/platform/util/clock.ts';
import type { ChangeRecord } from '../../../../functions/prices/store/change-record.ts';
import type { LedgerItem } from '../../../../functions/reports/partition/ledger-item.ts';
import type { createMemoryLake } from '../../../histories/memory-lake.ts';
import type { createProductApple, ProductTeam } from '../apple/product-apple.ts';

/** What is watched: the stores as they are at any moment. */
export type Watched = {
  clock: Clock;
  settings: Settings;
  teams: readonly ProductTeam[];
  apple: ReturnType<typeof createProductApple>;
  items: ReadonlyMap<string, LedgerItem>;
  objects: ReturnType<typeof createMemoryLake>['objects'];
  changes: Readonly<Record<string, ChangeRecord>>;
};

/** Runs a check and remembers what it throws: whoever meets it may be killed before it could tell. */
export type Must = (check: () => void) => void;
