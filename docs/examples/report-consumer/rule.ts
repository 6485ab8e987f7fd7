import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { EVENT_SOURCE } from '../../../functions/events/contract.ts';

/**
 * Lets a function of yours hear of each report that was stored or restated.
 *
 * @param busName the output `EventBusName` of the jobs' stack
 */
export function listenToReports(scope: Construct, busName: string, consumer: IFunction): Rule {
  return new Rule(scope, 'StoredReports', {
    eventBus: EventBus.fromEventBusName(scope, 'Jobs', busName),
    eventPattern: {
      source: [EVENT_SOURCE],
      detailType: ['Report Stored', 'Report Restated'],
      detail: { report: ['SALES/SUMMARY/DAILY'] },
    },
    targets: [
      new LambdaFunction(consumer, {
        deadLetterQueue: new Queue(scope, 'UnheardReports', { enforceSSL: true }),
      }),
    ],
  });
}
