import { createTeamClients } from '../../../../functions/app-store-connect/apple-access.ts';
import type { Settings } from '../../../../functions/platform/config/settings.ts';
import { sha256Hex } from '../../../../functions/platform/util/hash.ts';
import { accepted } from '../../../../functions/platform/validation/checked.ts';
import { createPriceLists, priceRules } from '../../../../functions/prices/apple/price-lists.ts';
import type { AcceptanceDependencies } from '../../../../functions/prices/campaign/accept/route-campaign.ts';
import { type Reconciled, reconcilePrices } from '../../../../functions/prices/reconcile/reconcile-prices.ts';
import { productKey } from '../../../../functions/prices/request/product.ts';
import type { FirstCurrencies } from '../../../../functions/prices/store/kept/desired-currencies.ts';
import { createPriceReader } from '../../../../functions/prices/watch/apple-prices.ts';
import { type WatchDependencies, watchPrices } from '../../../../functions/prices/watch/watch-prices.ts';
import { createWatchState, type WatchState } from '../../../../functions/prices/watch/watch-state.ts';
import { silent } from '../../../histories/surroundings.ts';
import type { Actor } from '../../../histories/turns.ts';
import { copyOf } from '../../../prices/memory.ts';
import type { MovesTold } from '../watch/moves-told.ts';
import type { ProductCalls } from './product-calls.ts';
import { INVOCATION_MILLIS, type SimulatedNow } from './product-clock.ts';

type Around = {
  clock: SimulatedNow;
  settings: Settings;
  calls: ProductCalls;
  moves: MovesTold;
  accepting: (actor: Actor) => AcceptanceDependencies;
};

/** Desired prices of one product in a file. */
export type DesiredFile = { team: string; kind: 'subscription' | 'inAppPurchase'; id: string };

export const desiredKey = ({ team, kind, id }: DesiredFile): string =>
  `desired/prices/${team}/${kind}/${id}.json`;

/** ReconcilePrices: compares desired prices with Apple's, and watches what Apple moves. */
export class ProductReconciler {
  readonly #at: Around;
  /** Key → text. */
  readonly files = new Map<string, string>();
  readonly #currencies = new Map<string, FirstCurrencies>();
  readonly #watched = new Map<string, string>();
  /** What the last run that came to its end has found. */
  found: readonly Reconciled[] = [];
  /** How often a correction was requested. */
  corrections = 0;

  constructor(around: Around) {
    this.#at = around;
  }

  /** @param whole whether desired prices are compared as well, as once a day */
  async run(actor: Actor, whole: boolean): Promise<void> {
    const { settings, calls, clock, accepting } = this.#at;
    const access = calls.access(actor);
    const deadline = clock.now() + INVOCATION_MILLIS;
    const remainingMillis = (): number => deadline - clock.now();
    const base = accepting(actor);
    if (whole) {
      this.found = await reconcilePrices({
        ...base,
        rules: (team) => priceRules(settings, team),
        priceList: createPriceLists({ ...access, settings }, remainingMillis),
        files: {
          read: actor.call('audit.readFile', async (key: string) => accepted(this.files.get(key) ?? '')),
          list: (prefix) => listed(actor, this.files, prefix),
        },
        currencies: {
          read: actor.call('priceLedger.currencies', async (team, product) =>
            copyOf(this.#currencies.get(productKey(team, product)) ?? {}),
          ),
          write: actor.call('priceLedger.writeCurrencies', async (team, product, first) => {
            this.#currencies.set(productKey(team, product), copyOf(first));
          }),
        },
      });
      this.corrections += this.found.filter(({ result }) => result === 'requested').length;
    }
    await watchPrices(this.#watching(actor, base, remainingMillis));
  }

  #watching(actor: Actor, base: AcceptanceDependencies, remainingMillis: () => number): WatchDependencies {
    const { settings, calls, clock, moves } = this.#at;
    const clientOf = createTeamClients(calls.access(actor), remainingMillis);
    return {
      ...base,
      settings,
      reader: (team) => {
        const secretName = settings.teams.find(({ name }) => name === team)?.keys.prices ?? '';
        return createPriceReader(clientOf(team, secretName, 'backfill', 'prices'), clock);
      },
      state: (team) => this.#stateOf(actor, team),
      openTable: async () => ({
        add: () => undefined,
        finish: () => 0,
        store: actor.call('lake.storePrices', async () => undefined),
      }),
      moveLog: { write: actor.call('audit.moves', async (day) => moves.sawDay(day)) },
      remainingMillis,
      log: silent,
    };
  }

  #stateOf(actor: Actor, team: string): WatchState {
    const { moves, clock } = this.#at;
    const state = createWatchState({
      read: actor.call('audit.readState', async (name: string) => this.#watched.get(`${team}/${name}`)),
      write: actor.call('audit.writeState', async (name: string, content: string) => {
        this.#watched.set(`${team}/${name}`, content);
      }),
    });
    return {
      ...state,
      savePiece: async (product, piece) => {
        await state.savePiece(product, piece);
        moves.sawReading({ team, product, at: clock.now(), reading: piece.read });
      },
      savePublished: async (list) => {
        await state.savePublished(list);
        moves.sawPublished(team, list.day);
      },
    };
  }
}

async function* listed(actor: Actor, files: ReadonlyMap<string, string>, prefix: string) {
  const list = actor.call('audit.list', async () =>
    [...files]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, text]) => ({ key, version: sha256Hex(text) })),
  );
  yield* await list();
}
