import type { PlanType } from '../../app-store-connect/resources/subscription-prices.ts';
import type { PRODUCT_KINDS } from '../../events/contract.ts';

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

/** For messages: `subscription 6448311069`. */
export const productName = ({ kind, id, plan }: Product): string =>
  `${{ subscription: 'subscription', inAppPurchase: 'in-app purchase', app: 'app' }[kind]} ${id}${plan === 'MONTHLY' ? ' (monthly plan)' : ''}`;
