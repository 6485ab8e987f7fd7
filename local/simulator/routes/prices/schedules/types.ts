import type { ScheduleKind } from '../../../prices/price-schedule.ts';

/** How Apple names the same things for in-app purchases and for apps. */
export type ScheduleNames = {
  kind: ScheduleKind;
  /** Type and path of the product, and the path and relationship that lead from it to its schedule. */
  product: string;
  productPath: string;
  toSchedule: string;
  /** The product as a relationship: of a schedule to be, of an included price to be. */
  productOfSchedule: string;
  productOfPrice: string;
  schedule: string;
  price: string;
  point: string;
  pointOfPrice: string;
  /** Largest page of price points. */
  pointLimit: number;
  /** Filters of the lists of prices. */
  priceFilters: readonly string[];
  /** Whether schedules and price points know their product as a relationship. */
  productIncluded: boolean;
};

export const inAppPurchaseNames: ScheduleNames = {
  kind: 'inAppPurchase',
  product: 'inAppPurchases',
  productPath: '/v2/inAppPurchases/{id}',
  toSchedule: 'iapPriceSchedule',
  productOfSchedule: 'inAppPurchase',
  productOfPrice: 'inAppPurchaseV2',
  schedule: 'inAppPurchasePriceSchedules',
  price: 'inAppPurchasePrices',
  point: 'inAppPurchasePricePoints',
  pointOfPrice: 'inAppPurchasePricePoint',
  pointLimit: 8000,
  priceFilters: ['territory'],
  productIncluded: false,
};

export const appNames: ScheduleNames = {
  kind: 'app',
  product: 'apps',
  productPath: '/v1/apps/{id}',
  toSchedule: 'appPriceSchedule',
  productOfSchedule: 'app',
  productOfPrice: 'app',
  schedule: 'appPriceSchedules',
  price: 'appPrices',
  point: 'appPricePoints',
  pointOfPrice: 'appPricePoint',
  pointLimit: 200,
  priceFilters: ['territory', 'startDate', 'endDate'],
  productIncluded: true,
};
