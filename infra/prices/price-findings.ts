import { Validations } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { JobFunction } from '../constructs/job-function.ts';

/** What cdk-nag asks for and this job does otherwise, each with its reason. */
export function acknowledgeFindings(job: {
  deadLetters: Queue;
  requestDeadLetters: Queue;
  planPriceChange: JobFunction;
  acceptPriceChange: JobFunction;
  approvePriceChange: JobFunction;
  applyPriceChange: JobFunction;
  reconcilePrices: JobFunction;
}): void {
  for (const queue of [job.deadLetters, job.requestDeadLetters]) {
    Validations.of(queue).acknowledge({
      id: 'Serverless-SQSRedrivePolicy',
      reason: 'This is a dead-letter queue; what ends here waits for a person.',
    });
  }
  Validations.of(job.requestDeadLetters).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason: 'It is the dead-letter queue of rules and of an asynchronous function, not of another queue.',
  });
  for (const jobFunction of [
    job.planPriceChange,
    job.acceptPriceChange,
    job.approvePriceChange,
    job.applyPriceChange,
    job.reconcilePrices,
  ]) {
    Validations.of(jobFunction).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason:
        'AcceptPriceChange and ApprovePriceChange have a failure destination, ApplyPriceChange is fed by a queue with dead letters, and a failed comparison is made good by the next one.',
    });
  }
  Validations.of(job.planPriceChange).acknowledge({
    id: 'Serverless-LambdaAsyncFailureDestination',
    reason: 'It is only invoked by a caller who waits for the plan.',
  });
  Validations.of(job.reconcilePrices).acknowledge({
    id: 'Serverless-LambdaAsyncFailureDestination',
    reason: 'A comparison holds no work of its own: the next one finds the same differences.',
  });
  Validations.of(job.applyPriceChange).acknowledge({
    id: 'Serverless-LambdaEventSourceMappingDestination',
    reason: 'SQS sources have no failure destination; the queue itself redrives to PriceDeadLetters.',
  });
}
