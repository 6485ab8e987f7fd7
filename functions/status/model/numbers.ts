import * as z from 'zod';

const windowSchema = z.object({ from: z.string(), to: z.string() });
const rowSchema = z.object({
  group: z.string(),
  name: z.string(),
  split: z.string().nullable(),
  currency: z.string().nullable(),
  value: z.string().nullable(),
  before: z.string().nullable(),
  changePercent: z.number().nullable(),
  more: z.record(z.string(), z.string().nullable()),
  trend: z.array(z.object({ day: z.string(), value: z.string().nullable() })),
});

/** An answer of `functions/numbers`, as far as the page shows it. */
const answerSchema = z.object({
  period: windowSchema.nullable(),
  before: windowSchema.nullable(),
  rows: z.array(rowSchema),
  totals: z.array(rowSchema),
  missingRates: z.array(z.string()),
  missingDays: z.array(z.string()),
  notes: z.array(z.string()),
});
export type PageAnswer = z.output<typeof answerSchema>;
export type PageRow = z.output<typeof rowSchema>;

/** The newest look at what a price change did. Words are sentences for people. */
const effectSchema = z.object({
  team: z.string(),
  changeId: z.string(),
  product: z.object({ kind: z.string(), id: z.string() }),
  changeDay: z.string(),
  lookDays: z.number(),
  measuredOn: z.string(),
  measures: z.array(z.object({ measure: z.string(), outcome: z.string(), words: z.string() })),
});
export type EffectLook = z.output<typeof effectSchema>;

/** What was earned, from the views over the tables. An answer is absent where its report is not fetched. */
export const statusNumbersSchema = z.object({
  /** Proceeds of the newest day by currency, beside the day before. */
  day: answerSchema.optional(),
  /** The newest day beside the same weekday a week before. */
  weekday: answerSchema.optional(),
  /** This month so far by currency, beside the same days of the month before. */
  month: answerSchema.optional(),
  /** Eight weeks by currency. */
  trend: answerSchema.optional(),
  /** Four weeks by app, product and country. */
  apps: answerSchema.optional(),
  products: answerSchema.optional(),
  countries: answerSchema.optional(),
  subscriptions: answerSchema.optional(),
  mrr: answerSchema.optional(),
  /** The newest day and the month in one currency, where exchange rates are stored. */
  dayInOne: answerSchema.optional(),
  monthInOne: answerSchema.optional(),
  /** The newest look at each of the newest price changes that were measured. */
  effects: z.array(effectSchema).optional(),
  /** Names of products by kind and Apple ID, such as `subscription/6448311080`. */
  names: z.record(z.string(), z.string()),
});
export type StatusNumbers = z.output<typeof statusNumbersSchema>;
