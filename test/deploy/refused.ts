import { z } from 'zod';

/** A template as far as this test changes it. */
export const templateSchema = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});
export type Template = z.output<typeof templateSchema>;
type Resource = Template['Resources'][string];

/** What MiniStack 1.5.33 cannot create. Each is left out, and tried alone: the run fails once one can be created. */
export const REFUSED: readonly { what: string; matches(resource: Resource): boolean; sample: Resource }[] = [
  {
    what: 'saved queries of Athena',
    matches: ({ Type }) => Type === 'AWS::Athena::NamedQuery',
    sample: {
      Type: 'AWS::Athena::NamedQuery',
      Properties: { Database: 'default', QueryString: 'SELECT 1', Name: 'one' },
    },
  },
  {
    what: 'composite alarms',
    matches: ({ Type }) => Type === 'AWS::CloudWatch::CompositeAlarm',
    sample: {
      Type: 'AWS::CloudWatch::CompositeAlarm',
      Properties: { AlarmName: 'both', AlarmRule: 'FALSE' },
    },
  },
  {
    what: 'saved queries of CloudWatch Logs',
    matches: ({ Type }) => Type === 'AWS::Logs::QueryDefinition',
    sample: { Type: 'AWS::Logs::QueryDefinition', Properties: { Name: 'q', QueryString: 'limit 1' } },
  },
  {
    what: 'alarms over an expression',
    matches: ({ Type, Properties }) => Type === 'AWS::CloudWatch::Alarm' && 'Metrics' in Properties,
    sample: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        AlarmName: 'math',
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: 1,
        Threshold: 1,
        Metrics: [
          { Id: 'e', Expression: 'm * 2', Label: 'twice' },
          {
            Id: 'm',
            ReturnData: false,
            MetricStat: { Metric: { Namespace: 'N', MetricName: 'M' }, Period: 300, Stat: 'Sum' },
          },
        ],
      },
    },
  },
];
