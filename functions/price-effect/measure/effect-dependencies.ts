import type { PublishEvents } from '../../events/event-publisher.ts';
import type { TeamSettings } from '../../platform/config/settings.ts';
import type { Log } from '../../platform/logging/log.ts';
import type { RecordMetric } from '../../platform/logging/metrics.ts';
import type { Clock } from '../../platform/util/clock.ts';
import type { Plan } from '../../prices/plan/plan.ts';
import type { ChangeRecord } from '../../prices/store/change-record.ts';
import type { PriceLedger } from '../../prices/store/price-ledger.ts';
import type { ReportLedger } from '../../reports/partition/ledger.ts';
import type { TableValues } from '../../tables/read-table.ts';
import type { EffectStore } from '../store/effect-store.ts';

/** Reads some columns of a table file of the lake. Columns that the file lacks are absent. */
export type ReadTable = (tableKey: string, columns: readonly string[]) => Promise<TableValues>;

/** What measuring works with. It reads ledgers, audit and lake; it writes looks, three tables and events, and asks Apple nothing. */
export type EffectDependencies = {
  teams: readonly TeamSettings[];
  ledger: Pick<PriceLedger, 'changesSince'>;
  /** Every plan that a change began with, the newest first. */
  plansOf(record: ChangeRecord): Promise<readonly Plan[]>;
  reports: Pick<ReportLedger, 'list'>;
  readTable: ReadTable;
  store: EffectStore;
  sendEvents: PublishEvents;
  clock: Clock;
  log: Pick<Log, 'info' | 'warn' | 'error'>;
  metric: RecordMetric;
};
