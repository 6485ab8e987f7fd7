import type { OpenApiSchema } from './openapi-schema.ts';

/**
 * What versions 4.5 to 4.6.1 of Apple's API are known to add to 4.4.1. Sources: Apple's release notes of 4.5, 4.6 and
 * 4.6.1, and the file 4.5.1 where it says so. Where no source names the form, the schema takes anything. Not here,
 * because no source names the fields: the volume tiers of `POST /v1/subscriptionPrices` (4.6.1).
 */
type AddedAttribute = {
  since: string;
  name: string;
  schema: OpenApiSchema;
  /** The resource whose attribute it is: its schema, and its type in `fields[…]`. */
  resource: { schema: string; type: string };
  /** The request that writes it. */
  request: string;
};

const SUBSCRIPTION = { schema: 'Subscription', type: 'subscriptions' };

export const ADDED_ATTRIBUTES: readonly AddedAttribute[] = [
  {
    since: '4.5',
    name: 'marketSettings',
    schema: {
      type: 'array',
      items: { type: 'string', enum: ['APP_STORE', 'APPLE_BUSINESS', 'APPLE_SCHOOL'] },
    },
    resource: SUBSCRIPTION,
    request: 'SubscriptionUpdateRequest',
  },
  {
    since: '4.5',
    name: 'multiSeatStatus',
    schema: { type: 'string', enum: ['ENABLED', 'DISABLED'] },
    resource: SUBSCRIPTION,
    request: 'SubscriptionUpdateRequest',
  },
  {
    since: '4.6.1',
    name: 'groupPurchaseInvitationMode',
    schema: { type: 'string' },
    resource: { schema: 'App', type: 'apps' },
    request: 'AppUpdateRequest',
  },
];

/** Operations whose existence is all that is known of them. */
export const ADDED_OPERATIONS: readonly { since: string; method: string; path: string; success: string }[] = [
  { since: '4.6', method: 'post', path: '/v1/retentionOffers', success: '201' },
  {
    since: '4.6',
    method: 'patch',
    path: '/v1/subscriptions/{id}/relationships/retentionMessage',
    success: '204',
  },
  { since: '4.6.1', method: 'post', path: '/v1/subscriptionPriceTierEqualizations', success: '201' },
];

/** Parameters that became required. Source: Apple's file 4.5.1. */
export const NOW_REQUIRED: ReadonlySet<string> = new Set([
  'get /v1/subscriptionPricePoints/{id}/adjustedEqualizations filter[planType]',
]);
