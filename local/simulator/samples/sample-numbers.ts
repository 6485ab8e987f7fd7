import type { Storefront } from './sample-catalogue.ts';

/** Whole minor units. Yen and won have none: their prices are whole, written like `600`. */
export function localPrice(cents: number, { rate, wholeOnly }: Storefront): number {
  const price = Math.round((cents * rate) / 100);
  return wholeOnly ? Math.round(price / 100) * 100 : price;
}

/** As Apple writes amounts: `2.99`, `.70`, `600`, `-4.99`. */
export function decimal(minor: number): string {
  const whole = Math.floor(Math.abs(minor) / 100);
  const fraction = String(Math.abs(minor) % 100).padStart(2, '0');
  const sign = minor < 0 ? '-' : '';
  if (fraction === '00') return `${sign}${whole}`;
  return `${sign}${whole === 0 ? '' : whole}.${fraction}`;
}

/** Numbers in [0, 1), the same for the same text (FNV-1a into mulberry32). */
export function generator(text: string): () => number {
  let state = 0x811c9dc5;
  for (const character of text) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
