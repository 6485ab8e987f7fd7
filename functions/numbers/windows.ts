import { Temporal } from 'temporal-polyfill';

/** Days, both included. */
export type Window = { from: string; to: string };

/** `30d`, `4w`, `3m`, or `month`: this month so far. */
export type Span = { kind: 'days'; days: number } | { kind: 'months'; months: number } | { kind: 'month' };

const FORM = /^([1-9]\d{0,3})([dwm])$/;
const MAXIMUM_DAYS = 3660;

/** Reads a span as people write it; `undefined`: it is none. */
export function parseSpan(text: string): Span | undefined {
  if (text === 'month') return { kind: 'month' };
  const [, digits, unit] = FORM.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const count = Number(digits);
  if (unit === 'm') return count * 31 > MAXIMUM_DAYS ? undefined : { kind: 'months', months: count };
  const days = unit === 'w' ? count * 7 : count;
  return days > MAXIMUM_DAYS ? undefined : { kind: 'days', days };
}

/**
 * The span that ends on a day, and the one of the same length right before it. Months are counted from the day after the last
 * one, so that three months to 30 November are September, October and November. `month` is compared with the same days of
 * the month before, as far as it has them.
 */
export function windowsOf(span: Span, until: string): { period: Window; before: Window } {
  const last = Temporal.PlainDate.from(until);
  if (span.kind === 'month') {
    const first = last.with({ day: 1 });
    const monthBefore = first.subtract({ months: 1 });
    return {
      period: { from: first.toString(), to: until },
      before: {
        from: monthBefore.toString(),
        to: monthBefore.with({ day: Math.min(last.day, monthBefore.daysInMonth) }).toString(),
      },
    };
  }
  const length = span.kind === 'days' ? { days: span.days } : { months: span.months };
  const end = last.add({ days: 1 });
  const first = end.subtract(length);
  return {
    period: { from: first.toString(), to: until },
    before: { from: first.subtract(length).toString(), to: first.subtract({ days: 1 }).toString() },
  };
}

/** Every day of a window. */
export function daysOf({ from, to }: Window): string[] {
  const days: string[] = [];
  for (
    let day = Temporal.PlainDate.from(from), last = Temporal.PlainDate.from(to);
    Temporal.PlainDate.compare(day, last) <= 0;
    day = day.add({ days: 1 })
  )
    days.push(day.toString());
  return days;
}

/** The first day that a question reads, when it may end as late as `latest`. */
export const earliestDay = (span: Span, latest: string): string => windowsOf(span, latest).before.from;
