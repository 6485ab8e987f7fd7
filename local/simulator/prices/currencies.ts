/** How prices look in a currency, and a made-up rate. Amounts are whole minor units (cents; yen have none). */
export type Currency = {
  decimals: 0 | 2;
  /** Ten-thousandths of a unit that equal one US dollar. */
  perDollar: number;
  /** A price ladder's steps are so many times those of the dollar's. */
  scale: number;
  /** What is taken off a round amount: `.99` takes a cent, `9` a whole unit. */
  ending: '.99' | '9' | 'round';
};

const currencies: Record<string, Currency> = {
  AED: { decimals: 2, perDollar: 36_700, scale: 5, ending: '.99' },
  AUD: { decimals: 2, perDollar: 15_300, scale: 2, ending: '.99' },
  BGN: { decimals: 2, perDollar: 19_558, scale: 2, ending: '.99' },
  BRL: { decimals: 2, perDollar: 52_000, scale: 5, ending: '.99' },
  CAD: { decimals: 2, perDollar: 13_700, scale: 1, ending: '.99' },
  CHF: { decimals: 2, perDollar: 9_000, scale: 1, ending: 'round' },
  CLP: { decimals: 0, perDollar: 9_300_000, scale: 1000, ending: 'round' },
  CNY: { decimals: 2, perDollar: 72_000, scale: 10, ending: '9' },
  COP: { decimals: 2, perDollar: 41_000_000, scale: 5000, ending: 'round' },
  CZK: { decimals: 2, perDollar: 240_000, scale: 50, ending: '9' },
  DKK: { decimals: 2, perDollar: 70_000, scale: 10, ending: '9' },
  EGP: { decimals: 2, perDollar: 480_000, scale: 50, ending: '.99' },
  EUR: { decimals: 2, perDollar: 10_000, scale: 1, ending: '.99' },
  GBP: { decimals: 2, perDollar: 9_000, scale: 1, ending: '.99' },
  HKD: { decimals: 2, perDollar: 78_000, scale: 10, ending: '9' },
  HUF: { decimals: 2, perDollar: 4_000_000, scale: 500, ending: 'round' },
  IDR: { decimals: 0, perDollar: 160_000_000, scale: 20_000, ending: 'round' },
  ILS: { decimals: 2, perDollar: 38_000, scale: 5, ending: '.99' },
  INR: { decimals: 2, perDollar: 850_000, scale: 100, ending: '9' },
  JPY: { decimals: 0, perDollar: 1_500_000, scale: 200, ending: 'round' },
  KRW: { decimals: 0, perDollar: 14_000_000, scale: 2000, ending: 'round' },
  KZT: { decimals: 2, perDollar: 5_000_000, scale: 500, ending: '9' },
  MXN: { decimals: 2, perDollar: 190_000, scale: 20, ending: '9' },
  MYR: { decimals: 2, perDollar: 45_000, scale: 5, ending: '.99' },
  NGN: { decimals: 2, perDollar: 15_500_000, scale: 2000, ending: 'round' },
  NOK: { decimals: 2, perDollar: 110_000, scale: 20, ending: '9' },
  NZD: { decimals: 2, perDollar: 17_000, scale: 2, ending: '.99' },
  PEN: { decimals: 2, perDollar: 39_000, scale: 5, ending: '.99' },
  PHP: { decimals: 2, perDollar: 580_000, scale: 100, ending: '9' },
  PKR: { decimals: 2, perDollar: 2_800_000, scale: 500, ending: 'round' },
  PLN: { decimals: 2, perDollar: 45_000, scale: 5, ending: '.99' },
  QAR: { decimals: 2, perDollar: 36_500, scale: 5, ending: '.99' },
  RON: { decimals: 2, perDollar: 48_000, scale: 5, ending: '.99' },
  RUB: { decimals: 2, perDollar: 950_000, scale: 100, ending: '9' },
  SAR: { decimals: 2, perDollar: 40_000, scale: 5, ending: '.99' },
  SEK: { decimals: 2, perDollar: 110_000, scale: 20, ending: '9' },
  SGD: { decimals: 2, perDollar: 14_000, scale: 2, ending: '.99' },
  THB: { decimals: 2, perDollar: 350_000, scale: 50, ending: '9' },
  TRY: { decimals: 2, perDollar: 400_000, scale: 50, ending: '.99' },
  TWD: { decimals: 2, perDollar: 320_000, scale: 50, ending: 'round' },
  TZS: { decimals: 2, perDollar: 25_000_000, scale: 5000, ending: 'round' },
  USD: { decimals: 2, perDollar: 10_000, scale: 1, ending: '.99' },
  VND: { decimals: 0, perDollar: 250_000_000, scale: 50_000, ending: 'round' },
  ZAR: { decimals: 2, perDollar: 190_000, scale: 20, ending: '.99' },
};

/** What is known of a currency. */
export function currencyOf(code: string): Currency {
  const currency = currencies[code];
  if (currency === undefined) throw new Error(`The simulator knows no currency ${code}.`);
  return currency;
}

/** A currency's amount as plain text with all its decimals: `49.99`, `999.00`, `8000`. */
export function plainAmount(minor: number, { decimals }: Currency): string {
  if (decimals === 0) return String(minor);
  return `${Math.trunc(minor / 100)}.${String(minor % 100).padStart(2, '0')}`;
}

/** A currency's amount the way Apple writes it, with one decimal at least and no useless ones: `49.99`, `999.0`. */
export function appleAmount(minor: number, currency: Currency): string {
  const [whole = '0', fraction = ''] = plainAmount(minor, currency).split('.');
  return `${whole}.${fraction.replace(/0+$/, '') || '0'}`;
}

/** Reads decimal text; `undefined` if it is no amount of this currency. */
export function readAmount(text: string, { decimals }: Currency): number | undefined {
  const [, whole, fraction = ''] = /^(\d{1,12})(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const kept = fraction.slice(0, decimals).padEnd(decimals, '0');
  return /[1-9]/.test(fraction.slice(decimals)) ? undefined : Number(whole + kept);
}
