/** One rate. `perEur` is decimal text: units of the currency per 1 EUR. */
export type Rate = { currency: string; day: string; perEur: string };
