import type { EventDetail, PublishedDetailType } from './contract.ts';

// What names events, without their schemas: most functions publish events and never read one, and building the schemas of
// all events takes time in a cold start.

/** `source` of every event that this product publishes. */
export const EVENT_SOURCE = 'app-store-connect-jobs';

/** An event as it is handed to the publisher, and as it is stored until it was published. */
export type OutgoingEvent = { detailType: PublishedDetailType; detail: Record<string, unknown> };

/** Builds an event; the compiler compares its detail with the contract. */
export const outgoingEvent = <Type extends PublishedDetailType>(
  detailType: Type,
  detail: EventDetail<Type>,
): { detailType: Type; detail: EventDetail<Type> } => ({ detailType, detail });

/** Events of the reports job; stored in the ledger until they are published. */
export const REPORT_EVENT_TYPES = [
  'Report Stored',
  'Report Empty',
  'Report Restated',
  'Report Overdue',
  'Report Version Changed',
  'Report Columns Added',
  'Analytics Request Restarted',
] as const satisfies readonly PublishedDetailType[];

/** Events of a price change; stored in its record until they are published. */
export const PRICE_CHANGE_EVENT_TYPES = [
  'Price Change Planned',
  'Price Change Applied',
  'Price Change Rejected',
  'Price Change Failed',
  'Price Change Unsettled',
  'Price Change Declined',
  'Price Change Withdrawn',
] as const satisfies readonly PublishedDetailType[];

/** Events of a campaign; stored in its record until they are published. */
export const CAMPAIGN_EVENT_TYPES = [
  'Price Campaign Planned',
  'Price Campaign Ended',
  'Price Campaign Returned',
] as const satisfies readonly PublishedDetailType[];

/** Events that people are notified of. The rule on the bus and the notifier read the same list. */
export const NOTIFIED_EVENT_TYPES = [
  ...PRICE_CHANGE_EVENT_TYPES,
  ...CAMPAIGN_EVENT_TYPES,
  'Price Drift Detected',
  'Apple Changed Prices',
  'Price Effect Measured',
  'Report Overdue',
] as const satisfies readonly PublishedDetailType[];

/** Events of which people are notified only where the detail says `mail: true`. */
export const MAILED_EVENT_TYPES = ['Review Received'] as const satisfies readonly PublishedDetailType[];

/**
 * Detail types that the product accepts on its bus from anybody who may put events there. What a detail must hold is
 * checked where it is accepted, with all problems listed: functions/prices/request/price-request.ts and
 * functions/prices/accept/approve-change.ts.
 */
export const ACCEPTED_EVENT_TYPES = ['Price Change Requested', 'Price Change Approved'] as const;
export type AcceptedDetailType = (typeof ACCEPTED_EVENT_TYPES)[number];
