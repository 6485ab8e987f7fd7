import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { METRICS_NAMESPACE, MetricName } from '../../functions/platform/metrics.ts';
import type { Settings } from '../../functions/platform/settings.ts';
import type { JobFunction } from '../job-function.ts';

export type KeyAlarmsProps = { settings: Settings; checkKeys: JobFunction; notifications: Topic };

/** An alarm for each key that does not work, and one for a check that does not run. */
export class KeyAlarms extends Construct {
  constructor(scope: Construct, id: string, { settings, checkKeys, notifications }: KeyAlarmsProps) {
    super(scope, id);
    letAlarmsPublish(notifications);
    const action = new SnsAction(notifications);
    for (const { name: team, keys } of settings.teams) {
      for (const job of keys.prices === undefined ? ['reports'] : ['reports', 'prices'])
        this.keyAlarm(team, job).addAlarmAction(action);
    }
    const silence = new Alarm(this, 'CheckKeysSilent', {
      alarmDescription:
        'The daily check of the API keys has not run for two days: nobody would be told of a dead key. See docs/keys.md, "What watches them".',
      metric: checkKeys.metricInvocations({ period: Duration.days(1), statistic: 'Sum' }),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 2,
      treatMissingData: TreatMissingData.BREACHING,
    });
    silence.addAlarmAction(action);
  }

  private keyAlarm(team: string, job: string): Alarm {
    return new Alarm(this, `KeyUnwell-${team}-${job}`, {
      alarmDescription: `The API key of ${team}/${job} does not work, its ${job} wait. Run: npx asc-jobs doctor --team ${team}. See docs/keys.md, "What each cause means".`,
      metric: new Metric({
        namespace: METRICS_NAMESPACE,
        metricName: MetricName.keyHealthy,
        // Powertools adds the service, which is the stack's name.
        dimensionsMap: { service: Stack.of(this).stackName, team, job },
        period: Duration.days(1),
        statistic: 'Minimum',
      }),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 1,
      // Apple was ill, so nothing is known of the key. A check that does not run at all has an alarm of its own.
      treatMissingData: TreatMissingData.IGNORE,
    });
  }
}

/** The topic's own policy replaces the default one, which would let CloudWatch in. */
function letAlarmsPublish(topic: Topic): void {
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsMayPublish',
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(topic).account } },
    }),
  );
}
