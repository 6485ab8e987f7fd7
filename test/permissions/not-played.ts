/** What the policies allow and these tests never ask for, each with who does. */
export const NOT_PLAYED: readonly { grants: RegExp; reason: string }[] = [
  {
    grants: /^\w+ logs:(CreateLogStream|PutLogEvents) /,
    reason: 'Lambda writes the log with the role of the function.',
  },
  {
    grants:
      /^(FetchReport|ApplyPriceChange) sqs:(ChangeMessageVisibility|DeleteMessage|GetQueueAttributes|GetQueueUrl|ReceiveMessage) sqs:\w+Queue(\.fifo)?$/,
    reason: 'Lambda feeds the function from its queue with the role of the function.',
  },
  {
    grants:
      /^(Accept|Approve)PriceChange sqs:(GetQueueAttributes|GetQueueUrl|SendMessage) sqs:PricesJobPriceRequestDeadLetters$/,
    reason:
      'Lambda puts what failed into the dead-letter queue with the role of the function; CDK grants the three together.',
  },
  {
    grants: /^AcceptPriceChange s3:(GetObject s3:lake\/inbox\/prices\/\*|ListBucket s3:lake)$/,
    reason: 'A file whose announcement names no version, and one that was taken back before it was read.',
  },
  {
    grants:
      /^(MeasurePriceEffects|ReconcilePrices) s3:GetObject s3:lake\/tables\/subscription_(event_)?summary_daily\/\*$/,
    reason:
      'Effects on subscribers and numbers beside moves: test/price-effect and test/prices read their tables without S3.',
  },
  {
    grants: /^RotateKey dynamodb:GetItem dynamodb:table\/RateBudget$/,
    reason: 'A conditional update that was refused without the item looks at it (conditional-update.ts).',
  },
  {
    grants: /^RotateKey dynamodb:Query dynamodb:table\/Keys$/,
    reason:
      'A secret with labels of many old keys: which of them was replaced first (test/keys, without the table).',
  },
  {
    grants:
      /^(CheckKeys secretsmanager:UpdateSecretVersionStage|Rotation secretsmanager:\w+) secretsmanager:secret:prices$/,
    reason: 'The tests rotate keys for reports; for prices it is the same code.',
  },
  {
    grants: /^[A-Z][a-z]+ cloudformation:DescribeStacks cloudformation:stack\//,
    reason: 'asc-jobs asks by name where it may not list all stacks (test/cli/stacks.test.ts).',
  },
  {
    grants:
      /^(Requester|Approver) events:PutEvents |^Requester s3:(PutObject|GetObject) s3:lake\/(inbox|outbox|desired)\/prices\//,
    reason: 'A company’s own system requests and approves by events and files, without asc-jobs.',
  },
  {
    grants:
      /^Operator (lambda:InvokeFunction lambda:function:PricesJobReconcilePrices$|s3:(PutObject|GetObject) s3:lake\/(inbox|outbox)\/rates\/)/,
    reason: 'By the aws command: docs/runbook.md (PriceDrift) and docs/rates.md.',
  },
  { grants: /^Operator sqs:/, reason: 'By the aws command or the console: docs/runbook.md (dead letters).' },
  {
    grants:
      /^Viewer (cloudwatch|logs|athena|glue):|^Viewer s3:(GetBucketLocation s3:lake|(Get|Put)Object s3:lake\/athena-results\/\*)$/,
    reason: 'The dashboard, Logs Insights and Athena, which are no local services.',
  },
  {
    grants: /^Viewer lambda:InvokeFunction lambda:function:StatusViewStatusWidget$/,
    reason: 'CloudWatch draws the widgets of the dashboard with the rights of who looks at it.',
  },
];
