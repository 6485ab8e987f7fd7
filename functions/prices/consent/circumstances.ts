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
  notes: readonly string[];
};

/** Whether somebody has to agree, for all that is known, in any territory. */
export const someMustAgree = ({ consent = {} }: Circumstances): boolean =>
  Object.values(consent).some(({ outcome }) => ASKING.has(outcome));

const ASKING: ReadonlySet<ConsentOutcome> = new Set(['mustAgree', 'mayHaveToAgree']);
