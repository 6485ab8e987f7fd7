import type { SubscriptionOffer } from '../../app-store-connect/resources/subscription-offers.ts';
import type { Consent, ConsentOutcome } from './consent.ts';

/** Who pays the standard price of a subscription in a territory, by a day's Subscription report. */
export type Stake = {
  subscribers: string;
  /** Proceeds of one period, before the change; `null` where several currencies are mixed. */
  proceeds: string | null;
  currency: string | null;
};

export type Stakes = { reportDate: string; territories: ReadonlyMap<string, Stake> };

/** What an increase means to present subscribers of a territory, and how much is at stake. */
export type PlannedConsent = Consent & { stake?: Stake | undefined };

/**
 * What a person should know beside the prices: it is part of the plan and not of what is approved, since it can change
 * from day to day without any change of what would be sent.
 */
export type Circumstances = {
  /** By territory: subscriptions whose price goes up. */
  consent?: Readonly<Record<string, PlannedConsent>> | undefined;
  /** The day of the Subscription report that the stakes are from. */
  stakesOn?: string | undefined;
  /** Whether one purchase can hold several seats, where Apple says it. */
  multiSeat?: 'ENABLED' | 'DISABLED' | undefined;
  /** Offers of a subscription whose price moves. They do not move with it. */
  offers?: readonly PlannedOffer[] | undefined;
  /** Territories of the plan where the product is not sold. */
  notOnSale?: readonly string[] | undefined;
  /** Sentences for people. */
  notes: readonly string[];
};

/** An offer beside a price that moves. Introductory offers of the same terms are one. */
export type PlannedOffer = {
  kind: 'introductory' | 'promotional' | 'offerCode' | 'winBack';
  name: string | null;
  /** `FREE_TRIAL`, `PAY_AS_YOU_GO`, `PAY_UP_FRONT`. */
  mode: string;
  duration: string;
  periods: number;
  startDate: string | null;
  endDate: string | null;
  /** Territories of the plan in which it exists; `null`: its prices were not read. */
  territories: readonly string[] | null;
  /** Where it is not below the new price for the same time. Amounts in the territory's currency. */
  notBelow: readonly { territory: string; offer: string; price: string; wasBelow: boolean }[];
};

/** What Apple says of a product beside its prices. */
export type ProductSurroundings = {
  offers: readonly SubscriptionOffer[];
  /** `undefined`: not known. */
  onSale: ReadonlySet<string> | undefined;
  /** What could not be read, in words. */
  unread: readonly string[];
};

/** Whether somebody has to agree, for all that is known, in any territory. */
export const someMustAgree = ({ consent = {} }: Circumstances): boolean =>
  Object.values(consent).some(({ outcome }) => ASKING.has(outcome));

const ASKING: ReadonlySet<ConsentOutcome> = new Set(['mustAgree', 'mayHaveToAgree']);
