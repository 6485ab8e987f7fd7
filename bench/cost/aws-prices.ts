/**
 * AWS list prices of us-east-1 in US dollars, and what is free for good in every account (not the first year's
 * credits). Looked up in AWS's own pricing pages and in others' copies of them where those fill their tables by script.
 */
export const AWS_PRICES = {
  region: 'us-east-1',
  asOf: '2026-06',
  sources: [
    'https://aws.amazon.com/cloudwatch/pricing/',
    'https://aws.amazon.com/lambda/pricing/',
    'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    'https://aws.amazon.com/s3/pricing/',
    'https://aws.amazon.com/sqs/pricing/',
    'https://aws.amazon.com/eventbridge/pricing/',
    'https://aws.amazon.com/secrets-manager/pricing/',
    'https://aws.amazon.com/sns/pricing/',
    'https://aws.amazon.com/kms/pricing/',
  ],
  /**
   * price per `per` units; the first `free` units a month cost nothing. `beyond`: the units of a month past so many cost
   * another price; where a list price falls only far beyond any deployment, it is left out.
   */
  items: {
    alarmMetric: { service: 'CloudWatch alarms', price: 0.1, per: 1, free: 10 },
    compositeAlarm: { service: 'CloudWatch alarms', price: 0.5, per: 1, free: 0 },
    /** A metric costs 0.30 a month, metered by the hours in which it is measured (730 a month). */
    metricHours: {
      service: 'CloudWatch metrics',
      price: 0.3,
      per: 730,
      free: 10 * 730,
      beyond: [
        { units: 10_000 * 730, price: 0.1 },
        { units: 250_000 * 730, price: 0.05 },
      ],
    },
    dashboard: { service: 'CloudWatch dashboards', price: 3, per: 1, free: 3 },
    logGigabytes: { service: 'CloudWatch logs', price: 0.5, per: 1, free: 5 },
    logStoredGigabytes: { service: 'CloudWatch logs', price: 0.03, per: 1, free: 0 },
    secret: { service: 'Secrets Manager', price: 0.4, per: 1, free: 0 },
    secretCalls: { service: 'Secrets Manager', price: 0.05, per: 10_000, free: 0 },
    lambdaRequests: { service: 'Lambda', price: 0.2, per: 1_000_000, free: 1_000_000 },
    /** From 2025-08-01 on, the seconds of a cold start count as those of an invocation. */
    lambdaGigabyteSeconds: { service: 'Lambda', price: 0.0000133334, per: 1, free: 400_000 },
    lambdaDiskGigabyteSeconds: { service: 'Lambda', price: 0.0000000309, per: 1, free: 0 },
    tableWrites: { service: 'DynamoDB', price: 0.625, per: 1_000_000, free: 0 },
    tableReads: { service: 'DynamoDB', price: 0.125, per: 1_000_000, free: 0 },
    tableGigabytes: { service: 'DynamoDB', price: 0.25, per: 1, free: 25 },
    tableBackupGigabytes: { service: 'DynamoDB', price: 0.2, per: 1, free: 0 },
    objectWrites: { service: 'S3', price: 0.005, per: 1_000, free: 0 },
    objectReads: { service: 'S3', price: 0.0004, per: 1_000, free: 0 },
    objectGigabytes: { service: 'S3', price: 0.023, per: 1, free: 0 },
    queueRequests: { service: 'SQS', price: 0.4, per: 1_000_000, free: 1_000_000 },
    fifoRequests: { service: 'SQS', price: 0.5, per: 1_000_000, free: 0 },
    busEvents: { service: 'EventBridge', price: 1, per: 1_000_000, free: 0 },
    scheduledStarts: { service: 'EventBridge', price: 1, per: 1_000_000, free: 14_000_000 },
    mails: { service: 'SNS', price: 2, per: 100_000, free: 1_000 },
    customerKey: { service: 'KMS', price: 1, per: 1, free: 0 },
  },
} as const satisfies { items: Record<string, PriceOfItem> } & Record<string, unknown>;

export type PriceOfItem = {
  service: string;
  price: number;
  per: number;
  free: number;
  beyond?: readonly { units: number; price: number }[];
};

export type PricedItem = keyof typeof AWS_PRICES.items;

export const isItem = (name: string): name is PricedItem => name in AWS_PRICES.items;
