import { JobError } from '../../platform/errors.ts';
import type { Rate } from '../store/rate.ts';

/** Without `<` inside: else a file of open tags takes quadratic time. */
const CUBE = /<Cube\b([^<>]*)>/g;
const DAY = /^\s+time=['"](\d{4}-\d{2}-\d{2})['"]\s*$/;
const RATE = /^\s+currency=['"]([A-Z]{3})['"]\s+rate=['"](\d{1,15}(?:\.\d{1,10})?)['"]\s*\/$/;
/** Every day of the series has had it since 1999; a file without it is not this series. */
const ALWAYS_THERE = 'USD';

const unreadable = (what: string): JobError =>
  new JobError({
    code: 'RATES_UNREADABLE',
    message: `The European Central Bank's file of reference rates ${what}; nothing of it was stored. Report it with the file if it lasts.`,
    retryable: true,
  });

/**
 * Reads a file of euro foreign exchange reference rates: `<Cube time>` with `<Cube currency rate/>` inside, one day or many.
 * The form has been the same since 1999; anything else in a Cube is refused rather than skipped.
 *
 * @throws JobError `RATES_UNREADABLE`
 */
export function parseEcbRates(xml: string): Rate[] {
  const days = new Map<string, Map<string, string>>();
  let day: string | undefined;
  for (const [whole, attributes = ''] of xml.matchAll(CUBE)) {
    if (attributes.trim() === '') continue;
    const [, begins] = DAY.exec(attributes) ?? [];
    const [, currency, perEur] = RATE.exec(attributes) ?? [];
    if (begins !== undefined) {
      // mutation: rates-day-twice
      if (days.has(begins)) throw unreadable(`names the day ${begins} twice`);
      day = begins;
      days.set(day, new Map());
    } else if (day !== undefined && currency !== undefined && perEur !== undefined)
      addRate(days.get(day), { currency, day, perEur });
    else throw unreadable(`holds ${whole.slice(0, 80)}, which is neither a day nor a rate`);
  }
  if (days.size === 0) throw unreadable('holds no rate');
  // mutation: rates-without-usd
  const incomplete = [...days].find(([, rates]) => !rates.has(ALWAYS_THERE));
  if (incomplete !== undefined) throw unreadable(`has no ${ALWAYS_THERE} for ${incomplete[0]}`);
  return [...days].flatMap(([rateDay, rates]) =>
    [...rates].map(([currency, perEur]) => ({ currency, day: rateDay, perEur })),
  );
}

function addRate(rates: Map<string, string> | undefined, { currency, day, perEur }: Rate): void {
  if (rates?.has(currency) !== false) throw unreadable(`has two rates of ${currency} for ${day}`);
  if (!/[1-9]/.test(perEur)) throw unreadable(`has the rate 0 for ${currency} on ${day}`);
  rates.set(currency, sixDecimals(perEur));
}

/** The table's numbers have six decimals; the European Central Bank gives at most five significant ones after the point. */
const sixDecimals = (text: string): string => {
  const [whole = '0', fraction = ''] = text.split('.');
  return fraction.length <= 6 ? text : `${whole}.${fraction.slice(0, 6)}`;
};
