import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** The namespace of every metric; the stack passes the same one to Powertools. */
export const METRICS_NAMESPACE = 'AppStoreConnectJobs';

/** Every metric's name, in one place for code, alarms and dashboard. */
export const MetricName = {
  /** A partition's report was stored for the first time. */
  reportStored: 'ReportStored',
  /** Apple said there were no sales, and that is final. */
  reportEmpty: 'ReportEmpty',
  /** Apple changed a report that was stored already. */
  reportRestated: 'ReportRestated',
  /** A partition could not be settled and is parked for a person. */
  reportFailed: 'ReportFailed',
  /** A partition was deferred: its report is not ready, Apple is unavailable, or the request quota is reserved. */
  reportWaiting: 'ReportWaiting',
  /** A partition is not settled though it should be by now. */
  reportOverdue: 'ReportOverdue',
  /** Apple had stopped an app's analytics, or its request had vanished; a new one was made. */
  analyticsRequestRestarted: 'AnalyticsRequestRestarted',
  /** A partition is parked as Apple does not give what the settings ask for: vendor number, version, right. */
  reportRejected: 'ReportRejected',
  /** Apple's answer contradicts what is known: another period's file, "no sales" beside sales, gone before its time. */
  contradictoryAnswer: 'ContradictoryAnswer',
  /** Minutes, at most, for which Apple had a report before it was stored; where Apple had said "not available yet". */
  reportDelayMinutes: 'ReportDelayMinutes',
  /** Columns that Apple sent and this version does not know; counted once per series. */
  reportColumnsAdded: 'ReportColumnsAdded',
  /** Columns that Apple has added and that are declared in Glue from now on. */
  columnsDeclared: 'ColumnsDeclared',
  /** A table was made anew of its raw files. */
  tableRebuilt: 'TableRebuilt',
  /** A report was stored with a remark, such as other units in its totals than in its rows. */
  reportRemarked: 'ReportRemarked',
  /** Apple takes or serves another version of a report than the one that was asked for. */
  reportVersionChanged: 'ReportVersionChanged',
  /** Apple's response matches neither its published contract nor behaviour that was reported before. */
  unknownAnswer: 'UnknownAnswer',
  /** Partitions that are overdue at this moment. */
  partitionsOverdue: 'PartitionsOverdue',
  /** Teams of which nothing that came due today is settled, from noon on Apple's clock. */
  teamsUnsettled: 'TeamsUnsettled',
  /** Partitions the planner put on the queue. */
  partitionsQueued: 'PartitionsQueued',
  /** The planner ran to its end. */
  plannerRun: 'PlannerRun',
  /** Apple's own count of requests left in this hour for a key. */
  requestsRemaining: 'RequestsRemaining',
  /** The same as a share of the hour's limit, in percent. */
  requestsRemainingPercent: 'RequestsRemainingPercent',
  /** Apple's clock minus ours, in seconds. */
  clockSkewSeconds: 'ClockSkewSeconds',
  /** Days since Apple made a key. */
  keyAgeDays: 'KeyAgeDays',
  /** 1: Apple accepts the key and its secret is in order; 0: it does not, or it is not. */
  keyHealthy: 'KeyHealthy',
  /** 1: an agreement with Apple is unsigned or has expired; 0: none is. */
  agreementUnsigned: 'AgreementUnsigned',
  /** Days for which Apple has accepted a key that was replaced; 0 once it refuses it. */
  oldKeyAcceptedDays: 'OldKeyAcceptedDays',
  /** Keys of all teams that do not work at present: the worst of all, which the alarm watches. */
  unhealthyKeys: 'UnhealthyKeys',
  /** Teams whose agreement with Apple is unsigned at present. */
  unsignedAgreements: 'UnsignedAgreements',
  /** Days since Apple made the oldest key that is in use. */
  oldestKeyDays: 'OldestKeyDays',
  /** The most days for which Apple has accepted a key that was replaced, of all keys. */
  longestAcceptedOldKeyDays: 'LongestAcceptedOldKeyDays',
  /** Apple refused a key or its rights. */
  keyRefused: 'KeyRefused',
  /** A price change took effect, shown by reading back. */
  priceChangeApplied: 'PriceChangeApplied',
  /** A price change was refused before anything was sent. */
  priceChangeRejected: 'PriceChangeRejected',
  /** Apple refused a request of a price change for good. */
  priceChangeFailed: 'PriceChangeFailed',
  /** What Apple shows after a price change cannot be explained. */
  priceChangeUnsettled: 'PriceChangeUnsettled',
  /** A price change waits for an approval. */
  priceChangePlanned: 'PriceChangePlanned',
  /** Minutes that the oldest open price change has not moved. */
  priceChangeStuckMinutes: 'PriceChangeStuckMinutes',
  /** Minutes that the oldest price change has waited for an approval. */
  priceChangeWaitingMinutes: 'PriceChangeWaitingMinutes',
  /** Territories whose price at Apple is not the desired one. */
  priceDrift: 'PriceDrift',
  /** Days of reference rates that a run stored. */
  exchangeRatesStored: 'ExchangeRatesStored',
  /** Rates of stored days that the European Central Bank has corrected. */
  exchangeRatesCorrected: 'ExchangeRatesCorrected',
  /** Days since the latest reference rate that is stored. */
  exchangeRateAgeDays: 'ExchangeRateAgeDays',
  /** A look at the effect of a price change was measured. */
  priceEffectMeasured: 'PriceEffectMeasured',
  /** Days that the oldest due look has waited for its reports. */
  priceEffectWaitingDays: 'PriceEffectWaitingDays',
  /** An event could not be published and stays pending. */
  eventOwed: 'EventOwed',
} as const;

export type MetricName = (typeof MetricName)[keyof typeof MetricName];

/** Records one measurement. */
export type RecordMetric = (name: MetricName, value: number, dimensions?: Record<string, string>) => void;

const UNITS: { [name in MetricName]?: (typeof MetricUnit)[keyof typeof MetricUnit] } = {
  [MetricName.clockSkewSeconds]: MetricUnit.Seconds,
  [MetricName.requestsRemainingPercent]: MetricUnit.Percent,
};

/**
 * Measurements in CloudWatch's embedded metric format, a log line each, so that each keeps its own
 * dimensions and a function that dies has lost none of those before.
 *
 * Each counts twice: under the stack alone, which alarms watch, and under its own dimensions, which say whose it is.
 * CloudWatch charges for each combination of dimensions. Without `byTeam` a measurement of a team is therefore counted
 * under the stack alone; its line in the log names the team all the same, for queries.
 */
export function createMetrics({ byTeam = true }: { byTeam?: boolean } = {}): RecordMetric {
  const metrics = new Metrics({ namespace: METRICS_NAMESPACE });
  return (name, value, dimensions = {}) => {
    const single = metrics.singleMetric();
    single.addDimensions({});
    if ('team' in dimensions && !byTeam) {
      for (const [key, text] of Object.entries(dimensions)) single.addMetadata(key, text);
    } else if (Object.keys(dimensions).length > 0) single.addDimensions(dimensions);
    single.addMetric(name, UNITS[name] ?? MetricUnit.Count, value);
  };
}
