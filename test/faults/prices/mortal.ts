import type { ApplyDependencies } from '../../../functions/prices/apply/context/apply-dependencies.ts';
import type { PriceList } from '../../../functions/prices/plan/price-list.ts';

/** Makes of a call one at which the worker may die. */
export type Mortal = <Args extends unknown[], T>(
  run: (...args: Args) => Promise<T>,
) => (...args: Args) => Promise<T>;

/** The stores of a worker that may die at each call that counts. */
export const mortalStores = (
  { ledger, audit }: Pick<ApplyDependencies, 'ledger' | 'audit'>,
  mortal: Mortal,
): Pick<ApplyDependencies, 'ledger' | 'audit'> => ({
  ledger: {
    ...ledger,
    change: mortal(ledger.change),
    transition: mortal(ledger.transition),
    product: mortal(ledger.product),
    writeProduct: mortal(ledger.writeProduct),
  },
  audit: { ...audit, write: mortal(audit.write) },
});

/** The same for what it asks Apple. */
export const mortalList = (list: PriceList, mortal: Mortal): PriceList => ({
  ...list,
  read: mortal(list.read),
  readBack: mortal(list.readBack),
  send: mortal(list.send),
});
