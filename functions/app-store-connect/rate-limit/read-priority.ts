/**
 * Price changes go before today's reports, and those before backfill. `check`: the few requests of a later key check of the
 * day, which get a turn also where prices fill the pace.
 */
export type ReadPriority = 'check' | 'price' | 'today' | 'backfill';
