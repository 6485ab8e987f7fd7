import { Temporal } from 'temporal-polyfill';
import { compareDecimals, distanceOf, risesByMoreThan } from '../request/decimal.ts';
import { daysAfter } from '../request/pacific-day.ts';
import {
  ALWAYS_ASKS,
  CONSENT_ABOVE_PERCENT,
  LONGEST_NOTICE_DAYS,
  MONTHS_BETWEEN_INCREASES,
  NOTICE_DAYS,
  THRESHOLDS,
  USUAL_THRESHOLD,
} from './consent-table.ts';

/**
 * What an increase means to those who subscribe already. `kept`: they keep their price. `informed`: Apple informs them.
 * `mustAgree`: Apple ends the subscription of who does not agree. `mayHaveToAgree`: the one or the other, as Apple's
 * rule for the storefront is not known here.
 */
export type ConsentOutcome = 'kept' | 'informed' | 'mayHaveToAgree' | 'mustAgree';

export type Consent = {
  outcome: ConsentOutcome;
  /** Why, in words; the decisive one first. */
  reasons: string[];
  /**
   * The day on which Apple's first messages go out at the earliest, to those who renew on the start date; before today
   * it is today. `null`: nobody is told.
   */
  firstNotice: string | null;
};

export type Increase = {
  territory: string;
  /** ISO 4217; `null` where Apple does not say. */
  currency: string | null;
  from: string;
  to: string;
  /** Such as `ONE_YEAR`. */
  period: string | undefined;
  startDate: string;
  /** Present subscribers keep their price. */
  preserve: boolean;
  /** The day on which our last increase of this price began, as far as the audit tells. */
  lastIncrease: string | undefined;
};

/** What Apple does about an increase. Pure. */
export function consentOf(increase: Increase): Consent {
  // mutation: consent-kept
  if (increase.preserve)
    return { outcome: 'kept', reasons: ['present subscribers keep their price'], firstNotice: null };
  const findings = [alwaysAsks(increase), increasedLately(increase), aboveThreshold(increase)].filter(
    (finding) => finding !== undefined,
  );
  const [decisive] = [
    ...findings.filter(({ outcome }) => outcome === 'mustAgree'),
    ...findings.filter(({ outcome }) => outcome === 'mayHaveToAgree'),
  ];
  const { period, startDate } = increase;
  const noticeDays = NOTICE_DAYS[period ?? ''] ?? LONGEST_NOTICE_DAYS;
  const reasons = findings
    .toSorted((a, b) => Number(b === decisive) - Number(a === decisive))
    .map(({ reason }) => reason);
  return {
    outcome: decisive?.outcome ?? 'informed',
    reasons: reasons.length > 0 ? reasons : ['Apple informs subscribers; local law can ask for more'],
    firstNotice: daysAfter(startDate, -noticeDays),
  };
}

type Finding = { outcome: ConsentOutcome; reason: string };

function alwaysAsks({ territory, startDate }: Increase): Finding | undefined {
  // mutation: consent-always
  const rule = ALWAYS_ASKS.find((asks) => asks.territory === territory && startDate >= asks.since);
  if (rule === undefined) return undefined;
  return rule.trust === 'apple'
    ? { outcome: 'mustAgree', reason: `${territory} asks for consent to every increase (${rule.source})` }
    : {
        outcome: 'mayHaveToAgree',
        reason: `${territory} may ask for consent to every increase (${rule.source})`,
      };
}

function increasedLately({ startDate, lastIncrease }: Increase): Finding | undefined {
  // mutation: consent-lately
  if (lastIncrease === undefined || lastIncrease > startDate) return undefined;
  const allowed = Temporal.PlainDate.from(lastIncrease).add({ months: MONTHS_BETWEEN_INCREASES }).toString();
  if (startDate >= allowed) return undefined;
  return {
    outcome: 'mustAgree',
    reason: `its price was raised here on ${lastIncrease} already; without consent Apple allows one increase in ${MONTHS_BETWEEN_INCREASES} months, the next from ${allowed} on`,
  };
}

function aboveThreshold({ territory, currency, from, to, period }: Increase): Finding | undefined {
  if (compareDecimals(from, '0') === 0 || !risesByMoreThan(from, to, CONSENT_ABOVE_PERCENT)) return undefined;
  const annual = period === 'ONE_YEAR';
  const per = annual ? 'per year' : 'per period';
  const known = THRESHOLDS.find(
    (rule) => rule.territories.includes(territory) && (currency === null || rule.currency === currency),
  );
  if (known === undefined) {
    const amount = annual ? USUAL_THRESHOLD.annual : USUAL_THRESHOLD.period;
    return {
      outcome: 'mayHaveToAgree',
      reason: `the increase is above ${CONSENT_ABOVE_PERCENT} %: if it also exceeds Apple's amount for ${territory} (about ${amount} ${USUAL_THRESHOLD.currency} ${per}, not known here), subscribers must agree`,
    };
  }
  const amount = annual ? known.annual : known.period;
  const exceeds = compareDecimals(distanceOf(from, to), amount) > 0;
  return {
    outcome: exceeds ? 'mustAgree' : 'informed',
    reason: `the increase is above ${CONSENT_ABOVE_PERCENT} % and ${exceeds ? 'above' : 'not above'} Apple's ${amount} ${known.currency} ${per}`,
  };
}
