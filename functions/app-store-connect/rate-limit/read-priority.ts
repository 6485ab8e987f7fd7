/** Price changes go before today's reports, and those before backfill. */
export type ReadPriority = 'price' | 'today' | 'backfill';
