/** What is for sale in the sample reports. Prices in US cents; invented, as are the apps. */
export type Offer = {
  /** Apple's Product Type Identifier: 1F and 7F apps and updates, IA1 and IA9 purchases, IAY subscriptions. */
  type: string;
  sku: string;
  title: string;
  cents: number;
  /** Share of the storefronts in which it sells on a day. */
  reach: number;
  /** Most units on a day in the largest storefront. */
  popularity: number;
  period: string;
  /** Added to the app's Apple Identifier. */
  offset: number;
};

type App = {
  sku: string;
  title: string;
  /** The name in other storefronts, by country: names are localized, the Apple ID is one. */
  localTitles?: Readonly<Record<string, string>>;
  version: string;
  appleId: string;
  category: string;
  offers: readonly Offer[];
};

const app = (type: string, cents: number, popularity: number): Offer => ({
  type,
  sku: '',
  title: '',
  cents,
  reach: 0.8,
  popularity,
  period: '',
  offset: 0,
});

const offer = (
  type: string,
  sku: string,
  title: string,
  cents: number,
  offset: number,
  period = '',
): Offer => ({
  type,
  sku,
  title,
  cents,
  reach: 0.45,
  popularity: 30,
  period,
  offset,
});

export const APPS: readonly App[] = [
  {
    sku: 'com.acme.tide',
    title: 'Tide & Wind 🌊 – Häfen',
    localTitles: { JP: '潮と風 🌊', KR: '조수와 바람 🌊' },
    version: '4.2.1',
    appleId: '6448311069',
    category: 'Weather',
    offers: [
      app('1F', 0, 240),
      app('7F', 0, 900),
      offer('IAY', 'pro.yearly', 'Pro, one year', 4999, 11, '1 Year'),
      offer('IAY', 'pro.monthly', 'Pro, one month', 599, 12, '1 Month'),
    ],
  },
  {
    sku: 'com.acme.kana',
    title: 'かな練習 – Kana Drill',
    version: '2.0',
    appleId: '6449002117',
    category: 'Education',
    offers: [app('1F', 299, 40), offer('IA1', 'pack.kanji', '漢字パック', 199, 21)],
  },
  {
    sku: 'com.acme.souk',
    title: 'سوق – Souk Ledger',
    version: '1.9.3',
    appleId: '6450118203',
    category: 'Finance',
    offers: [app('1F', 99, 25), offer('IA9', 'export', "Export d'écritures", 1499, 31)],
  },
];

export type Storefront = {
  country: string;
  currency: string;
  /** Local minor units for a hundred US cents, taxes and all. */
  rate: number;
  /** Prices have no fraction there. */
  wholeOnly: boolean;
  /** Of the largest storefront's sales. */
  share: number;
};

const storefront = (
  country: string,
  currency: string,
  rate: number,
  share: number,
  wholeOnly = false,
): Storefront => ({
  country,
  currency,
  rate,
  wholeOnly,
  share,
});

export const STOREFRONTS: readonly Storefront[] = [
  storefront('US', 'USD', 100, 1),
  storefront('DE', 'EUR', 105, 0.6),
  storefront('FR', 'EUR', 105, 0.4),
  storefront('GB', 'GBP', 90, 0.5),
  storefront('JP', 'JPY', 15_000, 0.5, true),
  storefront('KR', 'KRW', 140_000, 0.2, true),
  storefront('BR', 'BRL', 520, 0.2),
  storefront('IN', 'INR', 8_400, 0.15, true),
  storefront('CH', 'CHF', 95, 0.2),
  storefront('SE', 'SEK', 1_090, 0.15),
  storefront('SA', 'SAR', 400, 0.15),
  storefront('AU', 'AUD', 155, 0.3),
];

/** An app's name in a storefront. */
export const appTitle = (
  { title, localTitles }: Pick<App, 'title' | 'localTitles'>,
  { country }: Pick<Storefront, 'country'>,
): string => localTitles?.[country] ?? title;
