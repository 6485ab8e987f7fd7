import type { PriceStore } from '../../prices/price-store.ts';
import type { PricedProduct } from '../../prices/priced-product.ts';
import { Refusal } from '../../rules/apple-error.ts';
import type { Call } from '../../server/route.ts';

/**
 * Carries out a write on a product: `decide` refuses or returns the change, which is then carried out whole. Both
 * go into the product's history.
 */
export function write(
  store: PriceStore,
  product: PricedProduct,
  call: Call,
  decide: () => (today: string) => void,
): void {
  const { method, path, requestId } = call;
  const writer = { keyId: call.key.keyId, method, path, requestId };
  try {
    const change = decide();
    call.takeEffect((at) => store.apply(product, writer, at, change));
  } catch (error) {
    if (error instanceof Refusal) store.refused(product, writer, call.now, `${error.code}: ${error.detail}`);
    throw error;
  }
}
