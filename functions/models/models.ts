import { FINANCE_MONTHLY, FISCAL_MONTHS } from './finance.ts';
import type { Model } from './model.ts';
import { SUBSCRIPTION_EVENT_LINES, SUBSCRIPTION_MOVEMENTS_DAILY } from './movements.ts';
import { PRICE_MOVES, PRICES_DAILY } from './prices.ts';
import { PRODUCT_TYPES } from './product-types.ts';
import { CURRENCY_PEGS, FINANCE_MONTHLY_CONVERTED, RATES_DAILY, SALES_DAILY_CONVERTED } from './rates.ts';
import { CHURN_MONTHLY, RETENTION_MONTHLY, TRIAL_CONVERSION_MONTHLY } from './retention.ts';
import { APP_VERSIONS, REVIEWS_DAILY, REVIEWS_IN_CONTEXT, REVIEWS_LATEST } from './reviews.ts';
import { PRODUCTS, SALES_DAILY, SALES_LINES } from './sales.ts';
import { MRR_DAILY, SUBSCRIPTION_LINES, SUBSCRIPTIONS_DAILY } from './subscriptions.ts';
import { TERRITORIES } from './territories.ts';

/** Every model over the sales, subscription and finance tables; each stands behind those it reads. */
export const MODELS: readonly Model[] = [
  PRODUCT_TYPES,
  TERRITORIES,
  FISCAL_MONTHS,
  SALES_LINES,
  PRODUCTS,
  SALES_DAILY,
  SUBSCRIPTION_LINES,
  SUBSCRIPTIONS_DAILY,
  MRR_DAILY,
  SUBSCRIPTION_EVENT_LINES,
  SUBSCRIPTION_MOVEMENTS_DAILY,
  CHURN_MONTHLY,
  TRIAL_CONVERSION_MONTHLY,
  RETENTION_MONTHLY,
  FINANCE_MONTHLY,
  CURRENCY_PEGS,
  RATES_DAILY,
  SALES_DAILY_CONVERTED,
  FINANCE_MONTHLY_CONVERTED,
  PRICES_DAILY,
  PRICE_MOVES,
  REVIEWS_LATEST,
  REVIEWS_DAILY,
  APP_VERSIONS,
  REVIEWS_IN_CONTEXT,
];

/** The models that can be made of these tables, in an order in which each finds what it reads. */
export function modelsOver(tables: Iterable<string>, models: readonly Model[] = MODELS): Model[] {
  const known = new Set(tables);
  return models.filter((model) => {
    const possible = model.reads.every((name) => known.has(name));
    if (possible) known.add(model.name);
    return possible;
  });
}
