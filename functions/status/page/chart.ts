import { compact, grouped } from './amount.ts';
import { html, type Markup } from './html.ts';
import { dayLabel, shortDay } from './moment.ts';

const [WIDTH, HEIGHT] = [360, 104];
const PLOT = { left: 38, top: 18, bottom: 84 };
const WEEKEND = new Set([0, 6]);

export type ChartOptions = {
  /** Every day of the axis, oldest first. */
  days: readonly string[];
  /** Values by day; a day without one has no bar. */
  values: ReadonlyMap<string, string>;
  /** What the values are, such as `Tide in USD`. */
  label: string;
  /** Said behind an amount. */
  unit: string;
};

/**
 * Bars over days, with an axis, dates below it and the peak named. Weekends are lighter. The picture carries its summary as text;
 * the same numbers stand in the answer of `asc-jobs numbers`.
 */
export function barChart({ days, values, label, unit }: ChartOptions): Markup {
  const numbers = days.map((day) => Number(values.get(day) ?? 0));
  const { low, high } = axisOf(numbers);
  const y = (value: number): number => PLOT.top + ((high - value) / (high - low)) * (PLOT.bottom - PLOT.top);
  const step = (WIDTH - PLOT.left) / Math.max(days.length, 1);
  const x = (index: number): number => PLOT.left + index * step;
  const peak = numbers.indexOf(Math.max(...numbers));
  const peakDay = days[peak];
  const summary =
    peakDay === undefined
      ? `${label}: no day`
      : `${label}, ${dayLabel(days[0] ?? '')} to ${dayLabel(days.at(-1) ?? '')}: most on ${dayLabel(peakDay)} with ${grouped(values.get(peakDay) ?? '0')} ${unit}`;
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${summary}">${[
    low,
    (low + high) / 2,
    high,
  ].map(
    (tick) =>
      html`<line class="grid-line" x1="${PLOT.left}" x2="${WIDTH}" y1="${fixed(y(tick))}" y2="${fixed(y(tick))}"/><text x="${PLOT.left - 4}" y="${fixed(y(tick) + 3)}" text-anchor="end">${compact(tick)}</text>`,
  )}${days.map((day, index) => bar(day, values.get(day), { x: x(index), step, y, unit }))}${dateLabels(days, x)}${
    peakDay !== undefined &&
    peakLabel({
      x: x(peak) + step / 2,
      y: y(numbers[peak] ?? 0),
      text: `${grouped(values.get(peakDay) ?? '0')} · ${dayLabel(peakDay)}`,
    })
  }</svg>`;
}

function bar(
  day: string,
  value: string | undefined,
  at: { x: number; step: number; y: (value: number) => number; unit: string },
): Markup | false {
  if (value === undefined) return false;
  const [zero, top] = [at.y(0), at.y(Number(value))];
  const weekend = WEEKEND.has(new Date(`${day}T00:00:00Z`).getUTCDay());
  return html`<rect class="bar${weekend ? ' weekend' : ''}" x="${fixed(at.x + at.step * 0.12)}" width="${fixed(at.step * 0.76)}" y="${fixed(Math.min(zero, top))}" height="${fixed(Math.max(Math.abs(zero - top), 0.5))}"><title>${dayLabel(day)}: ${grouped(value)} ${at.unit}</title></rect>`;
}

/** The first day, the last, and each first of a month that is not too near to them. */
function dateLabels(days: readonly string[], x: (index: number) => number): Markup[] {
  const last = days.length - 1;
  const apart = 52;
  return days.flatMap((day, index) => {
    const isEnd = index === 0 || index === last;
    const near = x(index) - x(0) < apart || x(last) - x(index) < apart;
    if (!isEnd && (!day.endsWith('-01') || near)) return [];
    const anchor = index === 0 ? 'start' : index === last ? 'end' : 'middle';
    const at = index === last ? WIDTH : x(index);
    return [html`<text x="${fixed(at)}" y="${HEIGHT - 6}" text-anchor="${anchor}">${shortDay(day)}</text>`];
  });
}

/** Over the highest bar, and never beyond the picture. */
function peakLabel({ x, y, text }: { x: number; y: number; text: string }): Markup {
  const half = text.length * 2.7;
  const anchor = x - half < PLOT.left ? 'start' : x + half > WIDTH ? 'end' : 'middle';
  const at = anchor === 'start' ? Math.max(PLOT.left, x - 4) : anchor === 'end' ? Math.min(WIDTH, x + 4) : x;
  return html`<text class="peak" x="${fixed(at)}" y="${fixed(Math.max(y - 4, 10))}" text-anchor="${anchor}">${text}</text>`;
}

/** Round numbers around the values; zero always lies between them. */
function axisOf(values: readonly number[]): { low: number; high: number } {
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
  const high = rounded(most);
  const low = least < 0 ? -rounded(-least) : 0;
  return high === low ? { low: 0, high: 1 } : { low, high };
}

const STEPS = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10];

function rounded(value: number): number {
  if (value === 0) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  return (STEPS.find((step) => step * power >= value) ?? 10) * power;
}

const fixed = (value: number): string => value.toFixed(1);
