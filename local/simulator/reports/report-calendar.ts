import { Temporal } from 'temporal-polyfill';
import type { EpochMillis } from '../../../functions/platform/util/clock.ts';
import { PACIFIC_TIME_ZONE } from '../rules/time.ts';
import { lastDayOfFiscalMonth } from './fiscal-calendar.ts';

export const salesFrequencies = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
export type SalesFrequency = (typeof salesFrequencies)[number];

/** The frequency of this name; `undefined` for any other word. */
export const salesFrequencyOf = (name: string): SalesFrequency | undefined =>
  salesFrequencies.find((frequency) => frequency === name);

/** Finance reports are of months of Apple's fiscal calendar. */
export type Frequency = SalesFrequency | 'FISCAL_MONTHLY';

/** Pacific time, as report days are Pacific days. */
const DUE_HOUR = 8;

type FrequencyRule = {
  form: RegExp;
  /** The form as Apple writes it. */
  formName: string;
  /** Days between the period's last day and the day on which the report is due. */
  daysToDue: number;
  keptFor: Temporal.DurationLike;
};

/**
 * Help page "Sales and Trends reports availability". Of finance reports Apple only promises that they are there by
 * the end of the following fiscal month; how long they are kept is not documented.
 */
const rules: Record<Frequency, FrequencyRule> = {
  DAILY: { form: /^\d{4}-\d{2}-\d{2}$/, formName: 'YYYY-MM-DD', daysToDue: 1, keptFor: { years: 1 } },
  WEEKLY: { form: /^\d{4}-\d{2}-\d{2}$/, formName: 'YYYY-MM-DD', daysToDue: 1, keptFor: { years: 1 } },
  MONTHLY: { form: /^\d{4}-\d{2}$/, formName: 'YYYY-MM', daysToDue: 5, keptFor: { years: 1 } },
  YEARLY: { form: /^\d{4}$/, formName: 'YYYY', daysToDue: 6, keptFor: { years: 10 } },
  FISCAL_MONTHLY: { form: /^\d{4}-\d{2}$/, formName: 'YYYY-MM', daysToDue: 27, keptFor: { years: 20 } },
};

/** One report period: what its date names, and when Apple has the report and until when. */
export type ReportPeriod = { lastDay: Temporal.PlainDate; dueAt: EpochMillis; goneAt: EpochMillis };

/** Why a report date was not understood. */
export class ReportDateError extends Error {}

/**
 * Reads a report date. A day is `2026-11-23`, a week is named by the Sunday that ends it, a month is `2026-11`, a
 * year is `2026`.
 *
 * @throws {ReportDateError}
 */
export function readReportDate(frequency: Frequency, text: string): ReportPeriod {
  const name = `${frequency} ${text}`;
  const known = periods.get(name);
  if (known !== undefined) return known;
  const period = readPeriod(frequency, text);
  if (periods.size >= MAXIMUM_PERIODS) periods.clear();
  periods.set(name, period);
  return period;
}

/** Periods that were read before, as the same ones are asked for again and again. */
const periods = new Map<string, ReportPeriod>();
const MAXIMUM_PERIODS = 10_000;

function readPeriod(frequency: Frequency, text: string): ReportPeriod {
  const rule = rules[frequency];
  const lastDay = rule.form.test(text) ? lastDayOf(frequency, text) : undefined;
  if (lastDay === undefined) {
    throw new ReportDateError(`Invalid report date '${text}'. ${frequency} reports take ${rule.formName}.`);
  }
  if (frequency === 'WEEKLY' && lastDay.dayOfWeek !== 7) {
    throw new ReportDateError(`Invalid report date '${text}'. A weekly report is named by its Sunday.`);
  }
  return {
    lastDay,
    dueAt: pacific(lastDay.add({ days: rule.daysToDue }), DUE_HOUR),
    // One year, or ten, from becoming available.
    goneAt: pacific(lastDay.add({ days: rule.daysToDue }).add(rule.keptFor), DUE_HOUR),
  };
}

function lastDayOf(frequency: Frequency, text: string): Temporal.PlainDate | undefined {
  if (frequency === 'FISCAL_MONTHLY') return lastDayOfFiscalMonth(text);
  try {
    if (frequency === 'YEARLY') return Temporal.PlainDate.from(`${text}-12-31`);
    if (frequency !== 'MONTHLY') return Temporal.PlainDate.from(text, { overflow: 'reject' });
    const month = Temporal.PlainYearMonth.from(text);
    return month.toPlainDate({ day: month.daysInMonth });
  } catch (cause) {
    if (cause instanceof RangeError) return undefined;
    throw cause;
  }
}

const pacific = (day: Temporal.PlainDate, hour: number): EpochMillis =>
  day.toZonedDateTime({ timeZone: PACIFIC_TIME_ZONE, plainTime: Temporal.PlainTime.from({ hour }) })
    .epochMilliseconds;
