import { z } from 'zod';

/**
 * What moto cannot do, and what is done about it. Everything else of the templates it is given as it would be deployed.
 * Nothing here is hidden: the run prints this list.
 */
export const MOTO_LIMITS: readonly string[] = [
  'AWS::DynamoDB::GlobalTable is unknown to its CloudFormation: given as AWS::DynamoDB::Table with the same keys, indexes and TTL.',
  'It names no FIFO queue by itself: given a name that ends in .fifo.',
  'A reference to an event bus leads to a Python object: replaced by the name that the template gives the bus.',
  'The URLs of queues lead to AWS: their host is replaced by moto’s in the environment of the functions.',
  'It runs no functions without Docker: the built bundles run in execution environments of the local run, with the environment that moto’s Lambda has for each.',
  'Nothing feeds functions from queues, schedules or rules: this script carries messages from queues to functions as Lambda would.',
  'Its event bus fails at each event, as it cannot match the patterns of rules: what has to publish an event is played by npm run test:deploy alone (price lists, enforced prices, effects).',
  'Permissions and bucket policies are not checked: the template tests hold them.',
];

/** Types that moto leaves out without a word. Nothing that the three journeys need is among them. */
export const LEFT_OUT_BY_MOTO: readonly string[] = [
  'AWS::Athena::NamedQuery',
  'AWS::Athena::WorkGroup',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::CompositeAlarm',
  'AWS::Glue::Database',
  'AWS::Glue::Table',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Logs::QueryDefinition',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::Scheduler::Schedule',
];

const template = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});
type Resources = z.output<typeof template>['Resources'];

const TABLE_PROPERTIES = [
  'AttributeDefinitions',
  'KeySchema',
  'BillingMode',
  'GlobalSecondaryIndexes',
  'TimeToLiveSpecification',
];

/** The template as moto can create it, see {@link MOTO_LIMITS}. */
export function forMoto(text: string): string {
  const { Resources } = template.parse(JSON.parse(text));
  const parsed = template.parse(
    JSON.parse(text, (_, value: unknown) => withoutBusReference(value, Resources)),
  );
  for (const [id, resource] of Object.entries(parsed.Resources)) {
    if (resource.Type === 'AWS::SQS::Queue' && resource.Properties['FifoQueue'] === true)
      resource.Properties['QueueName'] = `${id}.fifo`;
    if (resource.Type !== 'AWS::DynamoDB::GlobalTable') continue;
    resource.Type = 'AWS::DynamoDB::Table';
    resource.Properties = Object.fromEntries(
      Object.entries(resource.Properties).filter(([name]) => TABLE_PROPERTIES.includes(name)),
    );
  }
  return JSON.stringify(parsed);
}

const reference = z.strictObject({ Ref: z.string() });

function withoutBusReference(value: unknown, resources: Resources): unknown {
  const referred = resources[reference.safeParse(value).data?.Ref ?? ''];
  return referred?.Type === 'AWS::Events::EventBus' ? referred.Properties['Name'] : value;
}
