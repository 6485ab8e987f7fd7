import type { PlanType } from '../../app-store-connect/resources/subscription-prices.ts';
import type { PRODUCT_KINDS } from '../../events/event-product.ts';

export type ProductKind = (typeof PRODUCT_KINDS)[number];

/** What has a price at Apple. `id` is Apple's number of it. */
export type Product = {
  kind: ProductKind;
  id: string;
  /** Subscriptions only; absent is up-front. Two plans of one subscription are two price lists. */
  plan?: PlanType | undefined;
};

/** Names a price list: the unit in which changes are put in order. */
export const productKey = (team: string, { kind, id, plan }: Product): string =>
  `${team}#${kind}#${id}${plan === 'MONTHLY' ? '#MONTHLY' : ''}`;

/** What people call a product. */
export type ProductLabel = {
  /** As it stands in App Store Connect. */
  name: string;
  /** The product ID, or the bundle ID of an app. */
  productId: string;
};

/** A product as Apple and people name it. */
export type KnownProduct = { product: Product; label: ProductLabel };

const KIND_NAMES: Record<ProductKind, string> = {
  subscription: 'subscription',
  inAppPurchase: 'in-app purchase',
  app: 'app',
};

type EventLabel = { name?: string | undefined; productId?: string | undefined };

/** The label in an event's product, as far as it has one. */
export const labelOf = ({ name = '', productId = '' }: EventLabel): ProductLabel => ({
  name,
  productId,
});

/** For messages: `subscription Pro Yearly (com.acme.pro.yearly)`; without names `subscription 6448311069`. */
export function productName({ kind, id, plan }: Product, label?: ProductLabel): string {
  const { name = '', productId = '' } = label ?? {};
  const named = name === '' ? productId : `${name}${productId === '' ? '' : ` (${productId})`}`;
  return `${KIND_NAMES[kind]} ${named === '' ? id : named}${plan === 'MONTHLY' ? ' (monthly plan)' : ''}`;
}
