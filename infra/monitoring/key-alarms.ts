import { MetricName } from '../../functions/platform/logging/metrics.ts';
import type { AlarmDefinition } from './alarm-definition.ts';

const job = 'keys' as const;
const ONCE = { datapoints: 1, periods: 1 } as const;
const WORST_OF_ALL =
  'Measured over all keys, when one is refused or recovers, and at the end of the daily check; it stands until the next.';
const DAILY = 'It is measured once a day; what was found stands until the next check.';

/** Seconds between the clocks from which tokens are at risk: Apple's answers carry whole seconds, and a token reaches a minute back. */
const SKEW_SECONDS = 60;
/** An old key is probed daily, and people are reminded after a day; a week is too long. */
const OLD_KEY_DAYS = 7;
/** Under a tenth of the hour's limit reports stand still, so that a price change finds room. */
const RESERVED_PERCENT = 10;

/** The failures around keys that need a person. */
export const keyAlarms = ({ keyMaxAgeDays }: { keyMaxAgeDays: number }): readonly AlarmDefinition[] => [
  {
    id: 'KeyTooOld',
    job,
    says: `A key is ${keyMaxAgeDays} days old or older.`,
    signal: { own: MetricName.oldestKeyDays, statistic: 'Maximum' },
    comparison: '>=',
    threshold: keyMaxAgeDays,
    periodMinutes: 60,
    ...ONCE,
    missing: 'ignore',
    because: DAILY,
  },
  {
    id: 'KeyUnhealthy',
    job,
    says: 'Apple refuses a key, or its secret gives none.',
    signal: { own: MetricName.unhealthyKeys, statistic: 'Maximum' },
    comparison: '>=',
    threshold: 1,
    periodMinutes: 5,
    ...ONCE,
    missing: 'ignore',
    because: WORST_OF_ALL,
  },
  {
    id: 'AgreementUnsigned',
    job,
    says: 'An agreement with Apple is unsigned or has expired; Apple refuses every call.',
    signal: { own: MetricName.unsignedAgreements, statistic: 'Maximum' },
    comparison: '>=',
    threshold: 1,
    periodMinutes: 5,
    ...ONCE,
    missing: 'ignore',
    because: WORST_OF_ALL,
  },
  {
    id: 'ClockSkew',
    job,
    says: `Apple's clock and ours differ by ${SKEW_SECONDS} seconds or more.`,
    signal: { own: MetricName.clockSkewSeconds, statistic: 'Maximum' },
    orBelowMinus: { own: MetricName.clockSkewSeconds, statistic: 'Minimum' },
    comparison: '>=',
    threshold: SKEW_SECONDS,
    periodMinutes: 60,
    ...ONCE,
    missing: 'ignore',
    because: 'Each answer of Apple measures it; where nothing was asked the last measurement stands.',
  },
  {
    id: 'RateBudgetLow',
    job,
    says: `Less than ${RESERVED_PERCENT} % of a key's hourly requests were left in three hours; reports stand still.`,
    signal: { own: MetricName.requestsRemainingPercent, statistic: 'Minimum' },
    comparison: '<',
    threshold: RESERVED_PERCENT,
    periodMinutes: 60,
    datapoints: 3,
    periods: 3,
    missing: 'notBreaching',
    because: 'Each answer of Apple measures it; where nothing is asked nothing is used up.',
  },
  // mutation: alarm-oldkeynotrevoked
  {
    id: 'OldKeyNotRevoked',
    job,
    says: `Apple still accepts a key that was replaced ${OLD_KEY_DAYS} days ago or more.`,
    signal: { own: MetricName.longestAcceptedOldKeyDays, statistic: 'Maximum' },
    comparison: '>=',
    threshold: OLD_KEY_DAYS,
    periodMinutes: 60,
    ...ONCE,
    missing: 'ignore',
    because: DAILY,
  },
  // mutation: alarm-keychecksilent
  {
    id: 'KeyCheckSilent',
    job,
    says: 'The keys have not been checked for two days.',
    signal: { lambda: 'Invocations', functionId: 'CheckKeys', statistic: 'Sum' },
    comparison: '<',
    threshold: 1,
    periodMinutes: 1440,
    datapoints: 2,
    periods: 2,
    missing: 'breaching',
    because: 'Silence is the failure.',
  },
];
