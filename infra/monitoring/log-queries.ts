import { MetricName } from '../../functions/platform/logging/metrics.ts';

/** A query over the logs of functions. The logs are JSON, so that each field has a name. */
export type LogQuery = {
  name: string;
  /** Whose logs it reads, by function id; `all`: those of every function of the stack. */
  functions: readonly string[] | 'all';
  lines: readonly string[];
};

export const FRESHNESS: LogQuery = {
  name: 'freshness of each series',
  functions: ['PlanReports'],
  lines: [
    "filter message = 'Series'",
    'stats latest(newestSettled) as newest, latest(states.waiting) as waiting, latest(states.failed) as failed by series',
    'sort newest asc',
  ],
};

/** Metrics are lines of the log, too, which name the team also where CloudWatch keeps no metric of it. */
export const REQUESTS_LEFT: LogQuery = {
  name: 'requests left by team',
  functions: ['FetchReport', 'ApplyPriceChange', 'ReconcilePrices'],
  lines: [
    `filter ispresent(${MetricName.requestsRemaining})`,
    `stats min(${MetricName.requestsRemaining}) as fewest, latest(${MetricName.requestsRemaining}) as last by team`,
    'sort fewest asc',
    'limit 100',
  ],
};

export const KEY_AGES: LogQuery = {
  name: 'age of each key',
  functions: ['CheckKeys'],
  lines: [
    `filter ispresent(${MetricName.keyAgeDays})`,
    `stats latest(${MetricName.keyAgeDays}) as days by team, job`,
    'sort days desc',
    'limit 100',
  ],
};

/** Saved queries in CloudWatch Logs Insights; the runbook refers to them by name. */
export const LOG_QUERIES: readonly LogQuery[] = [
  FRESHNESS,
  REQUESTS_LEFT,
  KEY_AGES,
  {
    name: 'reports that were not settled',
    functions: ['FetchReport'],
    lines: [
      'fields @timestamp, partition.team, partition.report, partition.reportDate, state, reason',
      "filter message = 'Settled' and state in ['waiting', 'failed']",
      'sort @timestamp desc',
      'limit 100',
    ],
  },
  {
    name: 'errors and warnings of all functions',
    functions: 'all',
    lines: [
      'fields @timestamp, @log, level, message, error.message, record.status, record.errorType, function_request_id',
      // Lambda's own lines: `record` of a `platform.report`, and words that it has used for the same.
      "filter level in ['ERROR', 'WARN'] or record.status in ['error', 'failure', 'timeout'] or @message like /Task timed out|Runtime exited/",
      'sort @timestamp desc',
      'limit 100',
    ],
  },
  {
    name: 'what Apple answered',
    functions: ['FetchReport', 'ApplyPriceChange', 'ReconcilePrices'],
    lines: [
      'fields @timestamp, team, request, status, requestsRemaining, skewMillis, appleRequestId',
      "filter message = 'Apple answered'",
      'sort @timestamp desc',
      'limit 200',
    ],
  },
  {
    name: 'story of price changes',
    functions: ['AcceptPriceChange', 'ApplyPriceChange', 'ReconcilePrices'],
    lines: [
      'fields @timestamp, team, changeId, message, state, outcome, error.message',
      'filter ispresent(changeId)',
      'sort @timestamp asc',
      'limit 200',
    ],
  },
  {
    name: 'desired prices that differ',
    functions: ['ReconcilePrices'],
    lines: [
      'fields @timestamp, key, result, territories, changeId, reason',
      "filter message in ['Compared desired prices', 'Desired prices cannot be compared']",
      'sort @timestamp desc',
      'limit 100',
    ],
  },
  {
    name: 'how the keys are',
    functions: ['CheckKeys'],
    lines: [
      'fields @timestamp, key, health, severity, diagnoses.0.cause, diagnoses.0.fix',
      "filter message = 'Checked a key'",
      'sort @timestamp desc',
      'limit 50',
    ],
  },
];
