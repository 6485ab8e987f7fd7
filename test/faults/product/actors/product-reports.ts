import type { Settings } from '../../../../functions/platform/config/settings.ts';
import { createAnalyticsLedger } from '../../../../functions/reports/analytics/store/analytics-ledger.ts';
import { createAddedColumns } from '../../../../functions/reports/columns/added-columns.ts';
import { fetchBatch } from '../../../../functions/reports/fetch-batch.ts';
import { createReportLedger } from '../../../../functions/reports/partition/ledger.ts';
import { createPlannerRuns } from '../../../../functions/reports/plan/planner-runs.ts';
import { createSeriesMarks } from '../../../../functions/reports/plan/series-marks.ts';
import { type PlanAllDependencies, planAll } from '../../../../functions/reports/plan-all.ts';
import { createVendorRefusals } from '../../../../functions/reports/vendor/vendor-refusals.ts';
import type { createMemoryLake } from '../../../histories/memory-lake.ts';
import { noteExpected, pretendTable, silent } from '../../../histories/surroundings.ts';
import type { Actor } from '../../../histories/turns.ts';
import type { MemoryTables } from '../../../memory-tables/memory-documents.ts';
import type { ProductWatch } from '../watch/product-watch.ts';
import type { ProductCalls } from './product-calls.ts';
import { INVOCATION_MILLIS, type SimulatedNow } from './product-clock.ts';
import type { ProductQueue } from './product-queue.ts';

export type ReportsAround = {
  clock: SimulatedNow;
  settings: Settings;
  calls: ProductCalls;
  watch: ProductWatch;
  queue: ProductQueue;
  tables: MemoryTables;
  lake: ReturnType<typeof createMemoryLake>;
};

/** Of a look at reviews, which goes on with the next one. */
const REVIEW_PAGES = 2;

/** The planner and the function behind the queue of reports: the real cores on the real ledgers, whose tables are memory. */
export class ProductReports {
  readonly #at: ReportsAround;
  readonly #stores;

  constructor(around: ReportsAround) {
    this.#at = around;
    const table = { documents: around.tables.documents, table: 'Reports', clock: around.clock };
    const ledger = createReportLedger(table);
    this.#stores = {
      ledger,
      analytics: createAnalyticsLedger({ ...table, ledger }),
      vendors: createVendorRefusals(table),
      marks: createSeriesMarks(table),
      runs: createPlannerRuns(table),
      columns: createAddedColumns(table),
    };
  }

  /** One run of the planner. What should have existed from its begin to its end is expected once it has ended. */
  async plan(actor: Actor): Promise<void> {
    const { settings, watch, clock } = this.#at;
    const startedAt = clock.now();
    await planAll({
      settings,
      ...this.#ledgers(actor),
      marks: actor.guard('marks', this.#stores.marks),
      runs: actor.guard('runs', this.#stores.runs),
      versions: this.#at.calls.environmentOf(actor).versions,
      queueReports: this.#queueReports(actor),
      sendEvents: this.#sendEvents(actor),
      clock,
      log: silent,
      metric: () => undefined,
    });
    noteExpected(watch.reports.expected, settings, { from: startedAt, to: clock.now() });
  }

  /** Works on a message. @returns the ids of the messages to be received again */
  fetch(actor: Actor, body: string): Promise<string[]> {
    const { settings, calls, clock, lake } = this.#at;
    const deadline = clock.now() + INVOCATION_MILLIS;
    const deps = {
      ...calls.access(actor),
      settings,
      ...this.#ledgers(actor),
      lake: actor.guard('lake', lake),
      columns: actor.guard('columns', this.#stores.columns),
      versions: calls.environmentOf(actor).versions,
      convert: pretendTable,
      reviewPages: REVIEW_PAGES,
      sendEvents: this.#sendEvents(actor),
    };
    return fetchBatch(deps, [{ id: '1', body }], () => deadline - clock.now());
  }

  #ledgers(actor: Actor) {
    const { ledger, analytics, vendors } = this.#stores;
    return {
      ledger: actor.guard('ledger', ledger),
      analytics: actor.guard('ledger', analytics),
      vendors: actor.guard('vendors', vendors),
    };
  }

  #queueReports(actor: Actor): PlanAllDependencies['queueReports'] {
    return actor.call('queue.send', async (messages: readonly { message: object; group: string }[]) => {
      for (const { message, group } of messages)
        this.#at.queue.send({ queue: 'reports', body: JSON.stringify(message), group });
    });
  }

  #sendEvents(actor: Actor): PlanAllDependencies['sendEvents'] {
    return actor.call('events.send', async (events) => void this.#at.watch.events.push(...events));
  }
}
