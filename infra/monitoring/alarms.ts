import {
  Alarm,
  AlarmRule,
  AlarmState,
  ComparisonOperator,
  CompositeAlarm,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type AlarmDefinition, JOBS, type MissingData } from './alarm-definition.ts';
import { alarmMetric, type Watched } from './alarm-metric.ts';

export type AlarmsProps = {
  definitions: readonly AlarmDefinition[];
  watched: Watched;
  notifications: Topic;
  runbookBaseUrl: string;
  /** Whether there is one more alarm for each job. */
  jobAlarms: boolean;
};

// mutation: alarm-missing
const MISSING: Record<MissingData, TreatMissingData> = {
  notBreaching: TreatMissingData.NOT_BREACHING,
  breaching: TreatMissingData.BREACHING,
  ignore: TreatMissingData.IGNORE,
};

/** Where a paragraph of the runbook is: GitHub makes an anchor of a heading in lower case. */
export const runbookLink = (baseUrl: string, id: string): string => `${baseUrl}#${id.toLowerCase()}`;

/**
 * All alarms. Each tells the topic when it trips and when it is over; on request the alarm of a job gathers its alarms
 * for whoever wants one state per job (a pager, a status page, a deployment that waits), and tells nobody by itself.
 */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, { definitions, ...props }: AlarmsProps) {
    super(scope, id);
    const notify = new SnsAction(props.notifications);
    const made = definitions.map((definition) => {
      const alarm = new Alarm(this, definition.id, {
        alarmName: `${props.watched.stackName}-${definition.id}`,
        alarmDescription: `${definition.says} What to do: ${runbookLink(props.runbookBaseUrl, definition.id)}`,
        metric: alarmMetric(definition, props.watched),
        comparisonOperator:
          definition.comparison === '>='
            ? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
            : ComparisonOperator.LESS_THAN_THRESHOLD,
        threshold: definition.threshold,
        evaluationPeriods: definition.periods,
        datapointsToAlarm: definition.datapoints,
        treatMissingData: MISSING[definition.missing],
      });
      alarm.addAlarmAction(notify);
      // mutation: alarm-ok
      alarm.addOkAction(notify);
      return { job: definition.job, alarm };
    });
    if (!props.jobAlarms) return;
    for (const job of JOBS) {
      const own = made.filter((each) => each.job === job).map(({ alarm }) => alarm);
      new CompositeAlarm(this, `Job-${job}`, {
        compositeAlarmName: `${props.watched.stackName}-${job}`,
        alarmDescription: `Something about the ${job} needs a person: see which alarm of theirs it is. ${props.runbookBaseUrl}`,
        alarmRule: AlarmRule.anyOf(...own.map((alarm) => AlarmRule.fromAlarm(alarm, AlarmState.ALARM))),
      });
    }
  }
}
