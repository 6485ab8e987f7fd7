import assert from 'node:assert/strict';
import { sha256Hex } from '../../../../functions/platform/util/hash.ts';
import { accepted } from '../../../../functions/platform/validation/checked.ts';
import {
  type ReconcileDependencies,
  type Reconciled,
  reconcilePrices,
} from '../../../../functions/prices/reconcile/reconcile-prices.ts';
import { daysAfter, pacificToday } from '../../../../functions/prices/request/pacific-day.ts';
import { productKey } from '../../../../functions/prices/request/product.ts';
import type { FirstCurrencies } from '../../../../functions/prices/store/kept/desired-currencies.ts';
import type { PriceStore } from '../../../../local/simulator/prices/price-store.ts';
import { findTerritory } from '../../../../local/simulator/prices/territories.ts';
import type { Chance } from '../../../engine/chance.ts';
import { copyOf } from '../../../prices/memory.ts';
import { type LifeProduct, PRICES, PRODUCTS, TEAM } from './life-apple.ts';

/** Corrections of a file of desired prices are called so. */
export const isCorrection = (changeId: string): boolean => changeId.startsWith('desired/');

type Wish = {
  prices: Readonly<Record<string, string>>;
  currencies?: { HUN: string };
  preserveCurrentPrice?: true;
  dropVolumeTiers?: true;
};

/** What a file that is not followed is held against. */
type AtRest = {
  prices: PriceStore;
  now: number;
  /** Whether Apple has changed a currency in this history. */
  hasCurrencyChanged: boolean;
  /** The most by which a price may rise, in percent. */
  maxIncreasePercent: number;
  /** How a change ended. */
  outcomeOf(changeId: string): string | undefined;
};

/** From this day on a price that was sent has begun; so many days are compared. */
const [FIRST_DAY, LAST_DAY] = [4, 45];

/** Files of desired prices that are enforced, one per product at most. */
export class LifeDesired {
  readonly #wishes = new Map<LifeProduct, Wish>();
  readonly #currencies = new Map<string, FirstCurrencies>();
  /** What the last run that came to its end has found. */
  #found: readonly Reconciled[] = [];

  get files(): number {
    return this.#wishes.size;
  }

  /** Somebody uploads a file, in place of the one before, or removes it. @returns which of them */
  write(chance: Chance): 'desiredFile' | 'desiredFileRemoved' {
    const product: LifeProduct = PRODUCTS[chance.pick([0, 1] as const)];
    if (chance.happens(0.2) && this.#wishes.delete(product)) return 'desiredFileRemoved';
    const named = Object.keys(PRICES).filter(() => chance.happens(0.5));
    const names = named.length === 0 ? ['FRA'] : named;
    const prices = Object.fromEntries(names.map((name) => [name, chance.pick(PRICES[name] ?? ['9.99'])]));
    this.#wishes.set(product, {
      prices,
      ...(prices['HUN'] !== undefined && chance.happens(0.5) && { currencies: { HUN: 'HUF' } }),
      ...(product.kind === 'subscription' && { preserveCurrentPrice: true }),
      ...(product.kind === 'subscription' && chance.happens(0.9) && { dropVolumeTiers: true }),
    });
    return 'desiredFile';
  }

  /** @returns how many corrections are requested or under way */
  async reconcile(deps: Omit<ReconcileDependencies, 'files' | 'currencies'>): Promise<number> {
    const files = new Map([...this.#wishes].map(([product, wish]) => [keyOf(product), JSON.stringify(wish)]));
    this.#found = await reconcilePrices({
      ...deps,
      files: {
        read: async (key) => accepted(files.get(key) ?? ''),
        list: async function* (prefix) {
          for (const [key, text] of files)
            if (key.startsWith(prefix)) yield { key, version: sha256Hex(text) };
        },
      },
      currencies: {
        read: async (team, product) => copyOf(this.#currencies.get(productKey(team, product)) ?? {}),
        write: async (team, product, first) =>
          void this.#currencies.set(productKey(team, product), copyOf(first)),
      },
    });
    return this.#found.filter(({ result }) => result === 'requested').length;
  }

  /** Whether a correction may still come to its end. */
  isOwed(rest: AtRest): boolean {
    return [...this.#wishes].some(
      ([product, wish]) =>
        refusalOf(rest, product, wish) === undefined && this.#missing(rest, product, wish).length > 0,
    );
  }

  /**
   * Apple shows the prices of every file, or one of the reasons for which a correction is refused is there, and told.
   *
   * @returns how many files were reached, and how many were refused
   */
  judge(rest: AtRest): { desiredReached: number; desiredRefused: number; desiredSetAside: number } {
    const counts = { desiredReached: 0, desiredRefused: 0, desiredSetAside: 0 };
    for (const [product, wish] of this.#wishes) {
      const key = keyOf(product);
      const found = this.#found.find((one) => one.key === key);
      const place = `${key} (${found?.result}: ${found?.reason})`;
      const missing = this.#missing(rest, product, wish);
      const refusal = refusalOf(rest, product, wish);
      const isSetAside = asideIn(rest, wish);
      const told = `${found?.reason}; ended: ${rest.outcomeOf(found?.changeId ?? '')}`;
      const isTold = refusal?.test(told) === true || (isSetAside && ASIDE.test(told));
      if (missing.length > 0) {
        assert.ok(refusal !== undefined, `${place}: ${missing.join(', ')}`);
        assert.ok(isTold, `${place}: nobody is told why it is not reached`);
        counts.desiredRefused += 1;
      } else if (isSetAside && found?.result !== 'same') {
        assert.ok(isTold, `${place}: nobody is told of HUN`);
        counts.desiredSetAside += 1;
      } else {
        assert.equal(found?.result, 'same', `${place}: Apple shows its prices`);
        counts.desiredReached += 1;
      }
    }
    return counts;
  }

  /** Where Apple does not show what the file says. */
  #missing(rest: AtRest, product: LifeProduct, wish: Wish): string[] {
    return wrongIn(rest, product, wish).map(
      ({ territory, price, shown, day }) => `${territory} costs ${shown} on ${day} and not ${price}`,
    );
  }
}

/** Hungary's price is not taken as a number, or is no price in euros, or one far too high. */
const ASIDE = /not applied as a number|prices\.HUN|ended: rejected/;

const keyOf = ({ kind, id }: LifeProduct): string => `desired/prices/${TEAM}/${kind}/${id}.json`;

/** Whether Hungary's price may be one in another currency than Apple sells in. */
function asideIn({ hasCurrencyChanged }: AtRest, { prices, currencies }: Wish): boolean {
  if (prices['HUN'] === undefined) return false;
  return currencies === undefined ? hasCurrencyChanged : currencies.HUN !== findTerritory('HUN')?.currency;
}

/** The first day on which a territory costs something else than its file says, of each such territory. */
function wrongIn(rest: AtRest, { kind, id }: LifeProduct, wish: Wish) {
  const today = pacificToday(rest.now);
  const isAside = asideIn(rest, wish);
  return Object.entries(wish.prices).flatMap(([territory, price]) => {
    if (territory === 'HUN' && isAside) return [];
    for (let ahead = FIRST_DAY; ahead <= LAST_DAY; ahead += 1) {
      const day = daysAfter(today, ahead);
      const shown = rest.prices.effective(kind, id, day).get(territory);
      if (Number(shown) !== Number(price)) return [{ territory, price, shown, day }];
    }
    return [];
  });
}

/** Why a correction is refused, as people are told; `undefined`: nothing refuses it. */
function refusalOf(rest: AtRest, product: LifeProduct, wish: Wish): RegExp | undefined {
  if (product.kind === 'subscription' && wish.dropVolumeTiers !== true) return /dropVolumeTiers/;
  const wrong = wrongIn(rest, product, wish);
  const steep = wrong.some(
    ({ price, shown }) => Number(price) > Number(shown) * (1 + rest.maxIncreasePercent / 100),
  );
  if (steep) return /ended: rejected/;
  // First compared in euros, an amount in forints is a price in euros that is far too high.
  return wish.currencies === undefined && asideIn(rest, wish) ? ASIDE : undefined;
}
