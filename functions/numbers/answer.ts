import type { By, MeasureName } from './measures.ts';
import type { Span, Window } from './windows.ts';

/** Asks the tables and the views over them in DuckDB's SQL. Exact decimals come as text. */
export type AskTables = (sql: string) => Promise<Record<string, unknown>[]>;

/** Tables on one machine: how they are asked, and which of them there are. */
export type NumbersLake = { ask: AskTables; has(tableOrView: string): boolean };

export type Question = {
  measure: MeasureName;
  by: By;
  span: Span;
  /** Last day, `YYYY-MM-DD`; the newest day with data when absent. */
  until?: string | undefined;
  /** Every amount in this currency, by the rate of its day. */
  currency?: string | undefined;
  /**
   * Days that are stored or known to be empty, for every series that is read. Of reviews: the newest
   * day on which every app was looked at. Absent: not known.
   */
  settled?: ReadonlySet<string> | undefined;
};

/** One group in one currency. Amounts and counts are exact decimal text; `null`: not known, see the notes. */
export type NumbersRow = {
  /** Apple ID, country code, currency, or an empty text where Apple names none. */
  group: string;
  /** What people call it; the group itself where no name is known. */
  name: string;
  /** What may not be mixed beside currencies: a duration of churn, a product of prices. */
  split: string | null;
  currency: string | null;
  value: string | null;
  before: string | null;
  /** `value` against `before`, one decimal; `null` where there is no base to compare with. */
  changePercent: number | null;
  /** Further amounts of the same rows, by name. */
  more: Record<string, string | null>;
  /** Values by day or month, oldest first; days without a row are left out. */
  trend: { day: string; value: string | null }[];
};

export type NumbersAnswer = {
  measure: MeasureName;
  by: By;
  unit: 'money' | 'count' | 'percent' | 'price';
  /** The one currency that was asked for. */
  currency: string | null;
  /** `null`: nothing is stored. */
  period: Window | null;
  /** `null`: nothing is stored, or no fiscal month before the period is. */
  before: Window | null;
  rows: NumbersRow[];
  /** One per currency; none where values may not be added. */
  totals: NumbersRow[];
  /** Currencies without a rate on a day that needs one: amounts that hold them are `null`. */
  missingRates: string[];
  /** Days of the period, and of the one before, that are neither stored nor known to be empty. */
  missingDays: string[];
  /** What a reader has to know, in sentences. */
  notes: string[];
};
