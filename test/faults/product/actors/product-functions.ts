import { createPriceLists, priceRules } from '../../../../functions/prices/apple/price-lists.ts';
import { applyBatch } from '../../../../functions/prices/apply/apply-batch.ts';
import {
  type AcceptanceDependencies,
  routeAcceptance,
  routeApprovals,
} from '../../../../functions/prices/campaign/accept/route-campaign.ts';
import { goOnWithCampaign } from '../../../../functions/prices/campaign/progress/go-on-with-campaign.ts';
import type { PriceList } from '../../../../functions/prices/plan/price-list.ts';
import { type Product, productKey } from '../../../../functions/prices/request/product.ts';
import { increasesSince } from '../../../../functions/prices/store/price-history.ts';
import { silent } from '../../../histories/surroundings.ts';
import type { Actor } from '../../../histories/turns.ts';
import { type CampaignData, memoryCampaigns } from '../../../prices/campaign/memory-campaigns.ts';
import { type LedgerData, memoryAudit, memoryLedger, memoryRefusals } from '../../../prices/memory.ts';
import { INVOCATION_MILLIS } from './product-clock.ts';
import type { Message } from './product-queue.ts';
import { ProductReports, type ReportsAround } from './product-reports.ts';

const MONTH_MILLIS = 31 * 24 * 3_600_000;

type Around = ReportsAround & { prices: LedgerData };

/** The deployed functions of reports and prices: the real cores, around them stores in memory. */
export class ProductFunctions {
  readonly #at: Around;
  readonly #reports: ProductReports;
  readonly #audits = new Map<string, string>();
  readonly #campaigns: CampaignData = {};
  readonly #refusals = memoryRefusals();

  constructor(around: Around) {
    this.#at = around;
    this.#reports = new ProductReports(around);
  }

  plan(actor: Actor): Promise<void> {
    return this.#reports.plan(actor);
  }

  /** What a function works with that registers changes. */
  registering(actor: Actor): AcceptanceDependencies {
    return this.#accepting(actor);
  }

  /** Plans and steps by their key, as JSON. */
  get audits(): ReadonlyMap<string, string> {
    return this.#audits;
  }

  /** By `<team>#<campaign>`. */
  get campaigns(): Readonly<CampaignData> {
    return this.#campaigns;
  }

  /** Takes a request for one product or for a campaign, as an event of the bus. */
  async accept(actor: Actor, request: unknown): Promise<void> {
    await routeAcceptance(this.#accepting(actor), {
      'detail-type': 'Price Change Requested',
      detail: request,
    });
  }

  /** Takes an approval, or `{ decline }`, of a change or a campaign. */
  async approve(actor: Actor, answer: unknown): Promise<void> {
    await routeApprovals(this.#accepting(actor), answer);
  }

  async sweep(actor: Actor): Promise<void> {
    await routeAcceptance(this.#accepting(actor), { sweep: true });
  }

  /** Works on a message of a queue, as the function behind it does. */
  async receive(actor: Actor, message: Message): Promise<void> {
    const { clock, queue } = this.#at;
    const deadline = clock.now() + INVOCATION_MILLIS;
    const work =
      message.queue === 'reports'
        ? this.#reports.fetch(actor, message.body)
        : this.#apply(actor, message, deadline);
    queue.settle(message, { again: (await work).length > 0 });
  }

  #apply(actor: Actor, message: Message, deadline: number): Promise<string[]> {
    const { settings, calls, clock, queue } = this.#at;
    const access = calls.access(actor);
    const remainingMillis = () => deadline - clock.now();
    const accepting = { ...this.#accepting(actor), rules: (team: string) => priceRules(settings, team) };
    const lists = createPriceLists({ ...access, settings }, remainingMillis);
    const deps = {
      ...accepting,
      priceList: (team: string, product: Product): PriceList => ({
        ...lists(team, product),
        increases: (months) => increasesSince(accepting, team, product, clock.now() - months * MONTH_MILLIS),
      }),
      sleep: access.sleep,
      remainingMillis,
      atRest: goOnWithCampaign(accepting),
    };
    const postpone = async (_: string, millis: number): Promise<void> => queue.postpone(message, millis);
    return applyBatch(deps, postpone, [{ id: '1', receiptHandle: '1', body: message.body }]);
  }

  #accepting(actor: Actor): AcceptanceDependencies {
    const { settings, clock, prices, queue, watch } = this.#at;
    const ledger = memoryLedger(prices, clock, watch.prices);
    const campaigns = memoryCampaigns(this.#campaigns, clock);
    return {
      settings,
      audit: actor.guard('audit', memoryAudit(this.#audits)),
      campaigns: {
        ...actor.guard('campaignLedger', campaigns),
        open: paged(actor, 'campaignLedger.open', campaigns.open),
      },
      files: noFiles,
      findProducts: async () => ({ kind: 'rejected', problems: [] }),
      ledger: {
        ...actor.guard('priceLedger', ledger),
        open: paged(actor, 'priceLedger.open', ledger.open),
        changesSince: paged(actor, 'priceLedger.changesSince', ledger.changesSince),
      },
      queueChange: actor.call('queue.change', async ({ team, changeId, request }) =>
        queue.send({
          queue: 'prices',
          body: JSON.stringify({ team, changeId }),
          group: productKey(team, request.product),
        }),
      ),
      refusals: actor.guard('priceLedger', this.#refusals),
      findProduct: async () => ({ kind: 'rejected', problems: [] }),
      planOnly: async () => ({ kind: 'rejected', problems: [] }),
      sendEvents: this.#sendEvents(actor),
      clock,
      log: silent,
      metric: () => undefined,
    };
  }

  #sendEvents(actor: Actor): AcceptanceDependencies['sendEvents'] {
    return actor.call('events.send', async (events) => void this.#at.watch.events.push(...events));
  }
}

/** A member that yields instead of answering: its first page is a call like any other. */
function paged<Args extends unknown[], Item>(
  actor: Actor,
  name: string,
  list: (...args: Args) => AsyncIterable<Item>,
): (...args: Args) => AsyncIterable<Item> {
  const read = actor.call(name, async (...args: Args) => {
    const items: Item[] = [];
    for await (const item of list(...args)) items.push(item);
    return items;
  });
  return async function* (...args) {
    yield* await read(...args);
  };
}

/** Nobody puts a file into the bucket. */
const noFiles: AcceptanceDependencies['files'] = {
  read: async () => ({ kind: 'rejected', problems: [] }),
  write: async () => undefined,
  list: async function* () {},
};
