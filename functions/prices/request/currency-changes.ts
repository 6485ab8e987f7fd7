import { daysAfter } from './pacific-day.ts';

/** A territory in which Apple sells in another currency since a day. */
export type CurrencyChange = { territory: string; from: string; to: string; on: string };

/** Source: Apple's developer news on the euro in Croatia (2022-12) and Bulgaria (2025-12). */
const CURRENCY_CHANGES: readonly CurrencyChange[] = [
  { territory: 'HRV', from: 'HRK', to: 'EUR', on: '2023-01-01' },
  { territory: 'BGR', from: 'BGN', to: 'EUR', on: '2026-01-01' },
];

/** Files that were written before a change are kept for so long. */
const UNCLEAR_DAYS = 730;

/** The change that makes an amount without a currency unclear in a territory. */
export const currencyChangeOf = (territory: string, today: string): CurrencyChange | undefined =>
  CURRENCY_CHANGES.find(
    (change) =>
      change.territory === territory && change.on <= today && today < daysAfter(change.on, UNCLEAR_DAYS),
  );
