import { MetricName } from '../../functions/platform/logging/metrics.ts';
import type { AlarmDefinition } from './alarm-definition.ts';

const job = 'prices' as const;
const AT_ONCE = {
  job,
  comparison: '>=',
  threshold: 1,
  periodMinutes: 5,
  datapoints: 1,
  periods: 1,
  missing: 'notBreaching',
} as const;
const COUNTED = 'It is counted only when it happens.';

/** The failures of price changes that need a person. A refused request is an answer, not a failure. */
export const PRICE_ALARMS: readonly AlarmDefinition[] = [
  // mutation: alarm-pricechangefailed
  {
    ...AT_ONCE,
    id: 'PriceChangeFailed',
    says: 'A price change has failed: most likely Apple refused a request of it for good.',
    signal: { own: MetricName.priceChangeFailed, statistic: 'Sum' },
    because: COUNTED,
  },
  {
    ...AT_ONCE,
    id: 'PriceChangeUnsettled',
    says: 'What Apple shows after a price change cannot be explained; prices may be wrong now.',
    signal: { own: MetricName.priceChangeUnsettled, statistic: 'Sum' },
    because: COUNTED,
  },
  // mutation: alarm-pricechangewaiting
  {
    ...AT_ONCE,
    id: 'PriceChangeWaiting',
    says: 'A price change or a campaign has waited for its approval for a day.',
    signal: { own: MetricName.priceChangeWaitingMinutes, statistic: 'Maximum' },
    threshold: 24 * 60,
    missing: 'ignore',
    because: 'The sweep measures it every five minutes; a sweep that is silent trips PriceChangeStuck.',
  },
  // mutation: alarm-pricechangestuck
  {
    ...AT_ONCE,
    id: 'PriceChangeStuck',
    says: 'A price change is not over after an hour, a campaign has not gone on for an hour, a way back is late by an hour, or nothing has looked after open changes for half an hour.',
    signal: { own: MetricName.priceChangeStuckMinutes, statistic: 'Maximum' },
    threshold: 60,
    periodMinutes: 15,
    datapoints: 2,
    periods: 2,
    missing: 'breaching',
    because: 'The sweep measures it every five minutes. Without the sweep a lost change would stay lost.',
  },
  {
    ...AT_ONCE,
    id: 'PriceDrift',
    says: 'Prices at Apple are not the desired ones.',
    signal: { own: MetricName.priceDrift, statistic: 'Maximum' },
    missing: 'ignore',
    because: 'It is measured once a day; what was found stands until the next comparison.',
  },
  {
    ...AT_ONCE,
    id: 'PriceDeadLetters',
    says: 'Price changes that could not be worked on wait in the dead-letter queue.',
    signal: { waitingIn: 'PriceDeadLetters', statistic: 'Maximum' },
    because: 'SQS stops measuring a queue that nobody has used for hours; such a queue is empty.',
  },
  {
    ...AT_ONCE,
    id: 'PriceRequestDeadLetters',
    says: 'Requests for price changes that could not be taken in wait in the dead-letter queue.',
    signal: { waitingIn: 'PriceRequestDeadLetters', statistic: 'Maximum' },
    because: 'SQS stops measuring a queue that nobody has used for hours; such a queue is empty.',
  },
  {
    ...AT_ONCE,
    id: 'TellPeopleDeadLetters',
    says: 'Events that people should have been told of wait in the dead-letter queue.',
    signal: { waitingIn: 'TellPeopleDeadLetters', statistic: 'Maximum' },
    because: 'SQS stops measuring a queue that nobody has used for hours; such a queue is empty.',
  },
  {
    ...AT_ONCE,
    id: 'PriceEffectLate',
    says: 'The effect of a price change has waited for its reports for a week.',
    signal: { own: MetricName.priceEffectWaitingDays, statistic: 'Maximum' },
    threshold: 7,
    missing: 'ignore',
    because: 'It is measured once a day; what was found stands until the next run.',
  },
  // mutation: alarm-priceeventsowed
  {
    ...AT_ONCE,
    id: 'PriceEventsOwed',
    says: 'Events about price changes could not be sent for three hours.',
    signal: { own: MetricName.eventOwed, statistic: 'Sum', dimensions: { job } },
    periodMinutes: 60,
    datapoints: 3,
    periods: 3,
    because: 'It is counted when sending fails; the sweep tries and counts again every five minutes.',
  },
];
