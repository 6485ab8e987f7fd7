import { html, type Markup } from './html.ts';

/** `12345.60` → `12,345.60`; text that is no number stays as it is. */
export function grouped(value: string): string {
  const [whole = '', fraction] = value.split('.');
  const text = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? text : `${text}.${fraction}`;
}

/** An amount, or a dash where it is not known. */
export const amount = (value: string | null): string => (value === null ? '–' : grouped(value));

/** How a value moved, with a sign and a word beside the colour: `▲ 12.4 %`. */
export function movement(changePercent: number | null): Markup {
  if (changePercent === null) return html`<span class="quiet">–</span>`;
  if (changePercent === 0) return html`<span class="quiet">± 0 %</span>`;
  const up = changePercent > 0;
  const size = Math.abs(changePercent);
  const text =
    size >= 1000 ? `×${(changePercent / 100 + 1).toFixed(0)}` : `${size.toFixed(size < 10 ? 1 : 0)} %`;
  return html`<span class="move ${up ? 'rise' : 'drop'}"><span aria-hidden="true">${up ? '▲' : '▼'}</span><span class="visually-hidden">${up ? 'up by' : 'down by'}</span> ${text}</span>`;
}

/** For an axis: `1.5k`, `20M`. */
export function compact(value: number): string {
  const size = Math.abs(value);
  const [unit, name] =
    size >= 1e9 ? [1e9, 'G'] : size >= 1e6 ? [1e6, 'M'] : size >= 1e3 ? [1e3, 'k'] : [1, ''];
  return `${Number((value / unit).toFixed(1))}${name}`;
}
