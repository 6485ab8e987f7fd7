import type { Settings } from '../../../../functions/platform/config/settings.ts';
import { acceptChange } from '../../../../functions/prices/accept/accept-change.ts';
import type { AcceptDependencies } from '../../../../functions/prices/accept/accept-dependencies.ts';
import { sweepChanges } from '../../../../functions/prices/accept/sweep-changes.ts';
import { createPriceLists, priceRules } from '../../../../functions/prices/apple/price-lists.ts';
import { applyBatch } from '../../../../functions/prices/apply/apply-batch.ts';
import { productKey } from '../../../../functions/prices/request/product.ts';
import { fetchBatch } from '../../../../functions/reports/fetch-batch.ts';
import type { ReportLedger } from '../../../../functions/reports/partition/ledger.ts';
import type { createMemoryLake } from '../../../histories/memory-lake.ts';
import { createMemoryMarks } from '../../../histories/memory-marks.ts';
import { configuredVersions, createMemoryRefusals, noNewColumns } from '../../../histories/memory-vendor.ts';
import { noAnalytics, pretendTable, runPlanner, silent } from '../../../histories/surroundings.ts';
import type { Actor } from '../../../histories/turns.ts';
import { type LedgerData, memoryAudit, memoryLedger } from '../../../prices/memory.ts';
import type { ProductWatch } from '../watch/product-watch.ts';
import type { ProductCalls } from './product-calls.ts';
import { INVOCATION_MILLIS, type SimulatedNow } from './product-clock.ts';
import type { Message, ProductQueue } from './product-queue.ts';

type Around = {
  clock: SimulatedNow;
  settings: Settings;
  calls: ProductCalls;
  watch: ProductWatch;
  queue: ProductQueue;
  reports: ReportLedger;
  lake: ReturnType<typeof createMemoryLake>;
  prices: LedgerData;
};

/** The deployed functions of reports and prices: the real cores, around them stores in memory. */
export class ProductFunctions {
  readonly #at: Around;
  readonly #vendors = createMemoryRefusals();
  readonly #marks = createMemoryMarks();
  readonly #audits = new Map<string, string>();

  constructor(around: Around) {
    this.#at = around;
  }

  plan(actor: Actor): Promise<void> {
    const { settings, reports, queue, watch, clock } = this.#at;
    return runPlanner(actor, {
      settings,
      ledger: reports,
      vendors: this.#vendors,
      marks: this.#marks,
      queueReports: async (messages) => {
        for (const { message, group } of messages)
          queue.send({ queue: 'reports', body: JSON.stringify(message), group });
      },
      events: watch.events,
      clock,
      expected: watch.expected,
    });
  }

  async accept(actor: Actor, request: unknown): Promise<void> {
    await acceptChange(this.#accepting(actor), request, true);
  }

  async sweep(actor: Actor): Promise<void> {
    const audit = actor.guard('audit', memoryAudit(this.#audits));
    await sweepChanges({ ...this.#accepting(actor), audit });
  }

  /** Works on a message of a queue, as the function behind it does. */
  async receive(actor: Actor, message: Message): Promise<void> {
    const { clock, queue } = this.#at;
    const deadline = clock.now() + INVOCATION_MILLIS;
    const work =
      message.queue === 'reports'
        ? this.#fetch(actor, message, deadline)
        : this.#apply(actor, message, deadline);
    queue.settle(message, { again: (await work).length > 0 });
  }

  #fetch(actor: Actor, { body }: Message, deadline: number): Promise<string[]> {
    const { settings, calls, clock, reports, lake } = this.#at;
    const deps = {
      ...calls.access(actor),
      settings,
      ledger: actor.guard('ledger', reports),
      lake: actor.guard('lake', lake),
      analytics: noAnalytics,
      columns: noNewColumns,
      versions: configuredVersions,
      vendors: actor.guard('vendors', this.#vendors),
      convert: pretendTable,
      sendEvents: this.#sendEvents(actor),
    };
    return fetchBatch(deps, [{ id: '1', body }], () => deadline - clock.now());
  }

  #apply(actor: Actor, message: Message, deadline: number): Promise<string[]> {
    const { settings, calls, clock, queue } = this.#at;
    const access = calls.access(actor);
    const remainingMillis = () => deadline - clock.now();
    const deps = {
      ...this.#accepting(actor),
      audit: actor.guard('audit', memoryAudit(this.#audits)),
      priceList: createPriceLists({ ...access, settings }, remainingMillis),
      rules: (team: string) => priceRules(settings, team),
      sleep: access.sleep,
      remainingMillis,
    };
    const postpone = async (_: string, millis: number): Promise<void> => queue.postpone(message, millis);
    return applyBatch(deps, postpone, [{ id: '1', receiptHandle: '1', body: message.body }]);
  }

  #accepting(actor: Actor): AcceptDependencies {
    const { settings, clock, prices, queue, watch } = this.#at;
    const ledger = memoryLedger(prices, clock, watch);
    return {
      settings,
      ledger: { ...actor.guard('priceLedger', ledger), ...guarded(actor, ledger) },
      queueChange: actor.call('queue.change', async ({ team, changeId, request }) =>
        queue.send({
          queue: 'prices',
          body: JSON.stringify({ team, changeId }),
          group: productKey(team, request.product),
        }),
      ),
      findProduct: async () => ({ kind: 'rejected', problems: [] }),
      planOnly: async () => ({ kind: 'rejected', problems: [] }),
      sendEvents: this.#sendEvents(actor),
      clock,
      log: silent,
      metric: () => undefined,
    };
  }

  #sendEvents(actor: Actor): AcceptDependencies['sendEvents'] {
    return actor.call('events.send', async (events) => void this.#at.watch.events.push(...events));
  }
}

/** The one member that yields instead of answering: its first page is a call like any other. */
function guarded(
  actor: Actor,
  ledger: ReturnType<typeof memoryLedger>,
): Pick<typeof ledger, 'open' | 'changesSince'> {
  const open = actor.call('priceLedger.open', async () => {
    const records = [];
    for await (const record of ledger.open()) records.push(record);
    return records;
  });
  const changesSince = actor.call('priceLedger.changesSince', async (team: string, since: number) => {
    const records = [];
    for await (const record of ledger.changesSince(team, since)) records.push(record);
    return records;
  });
  return {
    open: async function* () {
      yield* await open();
    },
    changesSince: async function* (team, since) {
      yield* await changesSince(team, since);
    },
  };
}
