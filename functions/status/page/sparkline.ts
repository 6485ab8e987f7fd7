import { html, type Markup } from './html.ts';

const WIDTH = 220;
const HEIGHT = 44;
const PADDING = 3;

/**
 * Bars of units and a line of proceeds over the same days, each scaled to itself.
 *
 * @param label what a screen reader says of it
 */
export function sparkline(units: readonly number[], proceeds: readonly number[], label: string): Markup {
  const step = WIDTH / Math.max(units.length, 1);
  const bar = scaleOf(units);
  const line = scaleOf(proceeds);
  const middle = (index: number): string => fixed(index * step + step / 2);
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">${units.map(
    (value, index) =>
      html`<rect class="bar" x="${fixed(index * step + step * 0.12)}" width="${fixed(step * 0.76)}" y="${fixed(bar(value))}" height="${fixed(Math.max(bar(0) - bar(value), 0.5))}"/>`,
  )}${proceeds.some((value) => value !== 0) && html`<polyline class="line" points="${proceeds.map((value, index) => `${middle(index)},${fixed(line(value))}`).join(' ')}"/>`}</svg>`;
}

/** From a value to its height in the picture; refunds may lie below zero. */
function scaleOf(values: readonly number[]): (value: number) => number {
  const bottom = Math.min(0, ...values);
  const top = Math.max(0, ...values) || bottom + 1;
  const range = top - bottom || 1;
  return (value) => PADDING + ((top - value) / range) * (HEIGHT - 2 * PADDING);
}

const fixed = (value: number): string => value.toFixed(1);
