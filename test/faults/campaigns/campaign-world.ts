import { z } from 'zod';
import type { OutgoingEvent } from '../../../functions/events/event-types.ts';
import { parseSettings } from '../../../functions/platform/config/settings.ts';
import { rejected } from '../../../functions/platform/validation/checked.ts';
import { priceRules } from '../../../functions/prices/apple/price-lists.ts';
import { applyChange } from '../../../functions/prices/apply/apply-change.ts';
import type { ApplyDependencies } from '../../../functions/prices/apply/context/apply-dependencies.ts';
import {
  type AcceptanceDependencies,
  routeAcceptance,
  routeApprovals,
} from '../../../functions/prices/campaign/accept/route-campaign.ts';
import { needsCare } from '../../../functions/prices/campaign/model/campaign-record.ts';
import { goOnWithCampaign } from '../../../functions/prices/campaign/progress/go-on-with-campaign.ts';
import type { PriceList } from '../../../functions/prices/plan/price-list.ts';
import type { PriceState } from '../../../functions/prices/plan/price-state.ts';
import { isOver } from '../../../functions/prices/store/change-record.ts';
import { type CampaignData, memoryCampaigns } from '../../prices/campaign/memory-campaigns.ts';
import {
  emptyLedger,
  memoryAudit,
  memoryLedger,
  memoryRefusals,
  point,
  stateShowing,
} from '../../prices/memory.ts';

const START = Date.parse('2026-11-24T18:00:00Z');
const MINUTE = 60_000;
const TEAM = 'acme';
const TERRITORIES = ['USA', 'FRA'];
export const PRODUCTS = ['1', '2', '3'];

/** The worker died. Nothing of its invocation happens any more. */
class Crash extends Error {}

export type CrashPoint = {
  /** The number of the call at which the worker dies. */
  at: number;
  /** Whether the call has had its effect. */
  afterwards: boolean;
};

const sentSchema = z.object({ product: z.string(), territory: z.string(), price: z.string() });

/**
 * Campaigns with everything real but Apple, the stores and the queue, which are in memory. Every call of a store, the
 * queue, the bus or Apple is counted, and at one of them the worker dies.
 */
export class CampaignWorld {
  now = START;
  readonly clock = { now: (): number => this.now };
  readonly changes = emptyLedger();
  readonly campaigns: CampaignData = {};
  readonly prices = new Map(
    PRODUCTS.flatMap((id) => TERRITORIES.map((name): [string, string] => [`${id} ${name}`, '9.99'])),
  );
  readonly queue: { team: string; changeId: string }[] = [];
  readonly events: OutgoingEvent[] = [];
  /** Every write at Apple, as `<product> <territory> <price>`. */
  readonly writes: string[] = [];
  calls = 0;
  violation: string | undefined;
  readonly #crash: CrashPoint | undefined;
  #dead = false;
  readonly #rules: Record<string, unknown>;

  constructor(crash?: CrashPoint, rules: Record<string, unknown> = {}) {
    this.#crash = crash;
    this.#rules = rules;
  }

  /** Counts a call, and dies at the one that is meant. */
  #counted<Args extends unknown[], T>(run: (...args: Args) => Promise<T>): (...args: Args) => Promise<T> {
    return async (...args) => {
      if (this.#dead) throw new Crash('dead');
      this.calls += 1;
      const dies = this.calls === this.#crash?.at;
      if (dies && this.#crash?.afterwards === false) return this.#die();
      const result = await run(...args);
      if (dies) return this.#die();
      return result;
    };
  }

  #die(): never {
    this.#dead = true;
    throw new Crash('the worker died');
  }

  /** Runs an invocation; what dies ends it and nothing else. */
  async invoke<T>(run: () => Promise<T>): Promise<T | undefined> {
    this.#dead = false;
    try {
      return await run();
    } catch (error) {
      if (this.#dead) return undefined;
      throw error;
    } finally {
      this.#dead = false;
    }
  }

  #settings() {
    return parseSettings({
      teams: [{ name: TEAM, keys: { reports: 'r', prices: 'p' }, prices: this.#rules }],
    });
  }

  /** What all functions work with. */
  #base() {
    const ledger = memoryLedger(this.changes, this.clock);
    const campaigns = memoryCampaigns(this.campaigns, this.clock);
    const audit = memoryAudit(this.#objects);
    return {
      settings: this.#settings(),
      ledger: {
        ...ledger,
        claim: this.#counted(ledger.claim),
        transition: this.#counted(ledger.transition),
        writeProduct: this.#counted(ledger.writeProduct),
        nextSeq: this.#counted(ledger.nextSeq),
        countAllToday: this.#counted(ledger.countAllToday),
      },
      campaigns: {
        ...campaigns,
        claim: this.#counted(campaigns.claim),
        transition: this.#counted(campaigns.transition),
      },
      audit: { ...audit, write: this.#counted(audit.write) },
      queueChange: this.#counted(
        async ({ team, changeId }: { team: string; changeId: string }) =>
          void this.queue.push({ team, changeId }),
      ),
      sendEvents: this.#counted(async (events: readonly OutgoingEvent[]) => void this.events.push(...events)),
      rules: (team: string) => priceRules(this.#settings(), team),
      clock: this.clock,
      log: { info: () => {}, warn: () => {}, error: () => {} },
      metric: () => {},
    };
  }

  readonly #objects = new Map<string, string>();
  readonly #refusals = memoryRefusals();

  #acceptance(): AcceptanceDependencies {
    return {
      ...this.#base(),
      findProduct: async (_, { name }) => rejected('product', `there is no ${name}`),
      refusals: this.#refusals,
      findProducts: async () => rejected('app', 'there is none'),
      planOnly: async () => rejected('(plan)', 'not here'),
      files: {
        read: async () => rejected('(file)', 'is missing'),
        write: async () => {},
        list: async function* () {},
      },
    };
  }

  request(json: unknown): Promise<unknown> {
    return this.invoke(() => routeAcceptance(this.#acceptance(), json));
  }

  approve(json: unknown): Promise<unknown> {
    return this.invoke(() => routeApprovals(this.#acceptance(), json));
  }

  /** Works on the first message; a worker that died leaves it. */
  async work(): Promise<void> {
    const message = this.queue.shift();
    if (message === undefined) return;
    const base = this.#base();
    const deps: ApplyDependencies = {
      ...base,
      priceList: (_, { id }) => this.#priceList(id),
      sleep: async (millis) => {
        this.now += millis;
      },
      remainingMillis: () => 300_000,
      atRest: goOnWithCampaign(base),
    };
    const result = await this.invoke(() => applyChange(deps, message.team, message.changeId));
    if (result?.kind !== 'done') this.queue.push(message);
    if (result?.kind === 'retry') this.now += result.afterMillis;
    if (result === undefined) this.now += 7 * MINUTE;
  }

  #priceList(product: string): PriceList {
    const read = async (): Promise<PriceState> =>
      stateShowing(TERRITORIES.map((name) => [name, this.prices.get(`${product} ${name}`) ?? '']));
    return {
      read,
      readBack: read,
      label: async () => undefined,
      pricePoints: async (names) =>
        names.flatMap((name) => ['4.99', '7.99', '8.99', '9.99', '12.99'].map((price) => point(name, price))),
      equalizations: async () => [],
      territories: async () => new Map(TERRITORIES.map((name) => [name, 'USD'])),
      steps: (_, entries) =>
        entries
          .filter(({ kind }) => kind === 'change')
          .map(({ territory, target, before, after }) => ({
            name: territory,
            write: { method: 'POST', path: '/', body: { product, territory, price: target.price } },
            effects: { [territory]: { before, after } },
            replacesAll: false,
          })),
      turnToSend: async (writes) => writes,
      send: this.#counted(async ({ body }) => {
        const { territory, price } = sentSchema.parse(body);
        const begun = Object.values(this.campaigns).some(({ beganAt }) => beganAt !== undefined);
        if (!begun) this.violation ??= `${product} was written before its campaign began`;
        this.writes.push(`${product} ${territory} ${price}`);
        this.prices.set(`${product} ${territory}`, price);
        return undefined;
      }),
    };
  }

  /** Messages, sweeps and time, until nothing is left to do. `false`: something never ends. */
  async rest(between: () => Promise<void> = async () => {}): Promise<boolean> {
    for (let round = 0; round < 120; round += 1) {
      if (this.queue.length > 0) await this.work();
      else {
        await between();
        if (this.queue.length === 0 && this.isAtRest()) return true;
        this.now += 8 * MINUTE;
        await this.request({ sweep: true });
      }
    }
    return false;
  }

  isAtRest(): boolean {
    const changes = Object.values(this.changes.changes);
    return (
      Object.values(this.campaigns).every((record) => !needsCare(record)) &&
      changes.every((record) => isOver(record) && record.owed.length === 0)
    );
  }
}
