import {
  type AppItem,
  appItemSchema,
} from '../../../../functions/reports/analytics/store/app-ledger-item.ts';
import { type LedgerItem, ledgerItemSchema } from '../../../../functions/reports/partition/ledger-item.ts';
import type { Item } from '../../../memory-tables/expressions.ts';
import type { ProductTeam } from '../apple/product-apple.ts';

/** Days, months and years; the other sort keys are those of items that are no partitions. */
const REPORT_DATE = /^\d{4}(-\d{2}){0,2}$/;

/** What lies in the table `Reports`, sorted by what it is. By `<pk> <sk>`. */
export class WatchedItems {
  /** Dates of the vendors' reports. */
  readonly partitions = new Map<string, LedgerItem>();
  /** Dates of the apps' analytics and reviews. */
  readonly ofApps = new Map<string, LedgerItem>();
  /** What stands of an app's requests, and of versions of reports. */
  readonly apps = new Map<string, AppItem>();
  /** Changes of versions that were noted: the ids of their events, and the keys of their items. */
  readonly versionChanges = new Map<string, string>();
  readonly #vendors: ReadonlySet<string>;
  readonly #apps: ReadonlySet<string>;
  readonly #onPartition: (before: LedgerItem | undefined, after: LedgerItem) => void;

  constructor(
    teams: readonly ProductTeam[],
    onPartition: (before: LedgerItem | undefined, after: LedgerItem) => void,
  ) {
    this.#vendors = new Set(teams.map(({ vendor }) => vendor));
    this.#apps = new Set(teams.map(({ app }) => app));
    this.#onPartition = onPartition;
  }

  /** An item was written. */
  saw(item: Item): void {
    const [pk, sk] = [String(item['pk']), String(item['sk'])];
    const [, owner = ''] = pk.split('/');
    const key = `${pk} ${sk}`;
    if (sk === 'version' && item['owedMark'] !== undefined)
      this.versionChanges.set(String(item['owedMark']), key);
    else if (sk === 'requests') this.apps.set(key, appItemSchema.parse(item));
    else if (REPORT_DATE.test(sk) && this.#vendors.has(owner)) {
      const after = ledgerItemSchema.parse(item);
      this.#onPartition(this.partitions.get(key), after);
      this.partitions.set(key, after);
    } else if (REPORT_DATE.test(sk) && this.#apps.has(owner))
      this.ofApps.set(key, ledgerItemSchema.parse(item));
  }
}
