/**
 * What is known of Apple's rules for price increases of auto-renewable subscriptions. Data; the only place that knows
 * them. Apple changes them with taxes, rates and law, and decides when a change takes effect.
 *
 * Sources: "Manage pricing for auto-renewable subscriptions" and "Auto-renewable subscription price increase
 * thresholds" (App Store Connect Help), "Handling subscription price changes" (Advanced Commerce API), read in 2026-11.
 */

/** Above this share, and above the storefront's amount, subscribers have to agree. */
export const CONSENT_ABOVE_PERCENT = 50;

/** One increase without consent in so many months. */
export const MONTHS_BETWEEN_INCREASES = 12;

export type AlwaysAsks = {
  territory: string;
  /** First start date for which it holds. */
  since: string;
  /** `apple`: Apple has announced it. `report`: somebody reported it, Apple's list is not known here. */
  trust: 'apple' | 'report';
  source: string;
};

/** Storefronts that ask subscribers to agree to every increase. Apple's whole list is not known here. */
export const ALWAYS_ASKS: readonly AlwaysAsks[] = [
  ...['AUT', 'DEU', 'POL'].map(
    (territory): AlwaysAsks => ({
      territory,
      since: '2025-08-04',
      trust: 'apple',
      source: "Apple's announcement of July 2025, for start dates from 2025-08-04 on",
    }),
  ),
  {
    territory: 'CHL',
    since: '2022-05-01',
    trust: 'report',
    source: 'a press report of May 2022',
  },
];

/** Amounts in `currency`: per period, and per year for annual subscriptions. */
export type Threshold = { territories: readonly string[]; currency: string; period: string; annual: string };

/** As far as the help page could be read (Japanese copy, before 2026). */
export const THRESHOLDS: readonly Threshold[] = [
  {
    territories: 'AFG DZA AGO AIA ATG ARG AZE BHS BHR BLZ BMU BTN BOL BWA VGB BRN'.split(' '),
    currency: 'USD',
    period: '5',
    annual: '50',
  },
  { territories: ['ALB', 'ARM', 'BRB', 'BLR', 'BEN'], currency: 'USD', period: '6', annual: '60' },
  { territories: ['AUT', 'BEL', 'BIH'], currency: 'EUR', period: '5', annual: '50' },
  { territories: ['AUS'], currency: 'AUD', period: '8', annual: '80' },
  { territories: ['BRA'], currency: 'BRL', period: '40', annual: '400' },
];

/** What to say of every other storefront. */
export const USUAL_THRESHOLD = { currency: 'USD', period: '5', annual: '50' };

/** How many days before a renewal Apple's first message goes out, by period. */
export const NOTICE_DAYS: Readonly<Record<string, number>> = { ONE_WEEK: 7, ONE_MONTH: 27 };
export const LONGEST_NOTICE_DAYS = 60;
