import { ACCOUNT, queueArn, queueUrl, REGION } from '../base/account.ts';
import { textOf } from '../base/json.ts';
import type { TemplateResource } from './template.ts';

/** What `Ref` and `Fn::GetAtt` of a resource give. */
export type Identity = { name: string; ref: string; attributes: Record<string, string> };

type Identify = (name: string, endpoint: string) => Omit<Identity, 'name'>;

/** The types that exist locally, and what they are known by. */
const IDENTITIES: Record<string, Identify> = {
  'AWS::CloudWatch::Alarm': (name) => named(name, `arn:aws:cloudwatch:${REGION}:${ACCOUNT}:alarm:${name}`),
  'AWS::DynamoDB::GlobalTable': (name) => named(name, `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`),
  'AWS::DynamoDB::Table': (name) => named(name, `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`),
  'AWS::S3::Bucket': (name) => named(name, `arn:aws:s3:::${name}`),
  'AWS::SQS::Queue': (name, endpoint) => ({
    ref: queueUrl(endpoint, name),
    attributes: { Arn: queueArn(name), QueueName: name, QueueUrl: queueUrl(endpoint, name) },
  }),
  'AWS::SNS::Topic': (name) => {
    const arn = `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`;
    return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
  },
  'AWS::Glue::Database': (name) => ({ ref: name, attributes: {} }),
  // Read and changed by who declares columns; the lake is queried with DuckDB locally.
  'AWS::Glue::Table': (name) => ({ ref: name, attributes: {} }),
  // Functions are told; nobody is mailed from a laptop.
  'AWS::SNS::Subscription': (name) => ({ ref: name, attributes: {} }),
  'AWS::Events::EventBus': (name) => ({
    ref: name,
    attributes: { Arn: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${name}`, Name: name },
  }),
  'AWS::Events::Rule': (name) => named(name, `arn:aws:events:${REGION}:${ACCOUNT}:rule/${name}`),
  'AWS::Lambda::Function': (name) => named(name, functionArn(name)),
  'AWS::Lambda::EventSourceMapping': (name) => ({ ref: name, attributes: {} }),
  'AWS::Scheduler::Schedule': (name) => ({ ref: name, attributes: {} }),
  // Each call of a function is judged by these.
  'AWS::IAM::ManagedPolicy': (name) => {
    const arn = `arn:aws:iam::${ACCOUNT}:policy/${name}`;
    return { ref: arn, attributes: { Arn: arn, PolicyArn: arn } };
  },
  'AWS::IAM::Policy': (name) => ({ ref: name, attributes: {} }),
  'AWS::IAM::Role': (name) => named(name, `arn:aws:iam::${ACCOUNT}:role/${name}`),
  'AWS::S3::BucketPolicy': (name) => ({ ref: name, attributes: {} }),
  'AWS::SNS::TopicPolicy': (name) => ({ ref: name, attributes: {} }),
  'AWS::SQS::QueuePolicy': (name) => ({ ref: name, attributes: {} }),
};

/** The types that are left out locally, each with the reason. Any other type is refused by name. */
export const WITHOUT_LOCAL_MEANING: Record<string, string> = {
  'AWS::Athena::NamedQuery': 'The lake is queried with DuckDB locally; a test runs the saved queries there.',
  'AWS::Athena::WorkGroup': 'The lake is queried with DuckDB locally.',
  'AWS::CDK::Metadata': 'Says nothing about what runs.',
  'AWS::Chatbot::SlackChannelConfiguration': 'Nobody is told in chat from a laptop.',
  'AWS::CloudWatch::CompositeAlarm': 'The single alarms are evaluated.',
  'AWS::CloudWatch::Dashboard': 'There is no console to show it.',
  'AWS::KMS::Key': 'Nothing is encrypted locally; the infra tests hold what is.',
  'AWS::Lambda::EventInvokeConfig':
    'Retries of asynchronous invocations; locally each is seen by its caller.',
  'AWS::Lambda::Permission': 'Locally every rule, schedule and topic reaches its function.',
  'AWS::Logs::QueryDefinition': 'Logs are kept in memory; there is no console to query them.',
  'AWS::Logs::LogGroup': 'Logs are kept in memory.',
};

/** The property that may give a resource its name. */
const NAME_PROPERTIES = [
  'TableName',
  'BucketName',
  'QueueName',
  'TopicName',
  'FunctionName',
  'AlarmName',
  'Name',
];

/** Names a resource as CloudFormation would; `undefined` for a type that the local cloud does not know. */
export function identify(
  stack: string,
  logicalId: string,
  { Type, Properties }: TemplateResource,
  endpoint: string,
): Identity | undefined {
  if (Type in WITHOUT_LOCAL_MEANING) {
    const arn = `arn:aws:local:${REGION}:${ACCOUNT}:${logicalId}`;
    return { name: logicalId, ref: logicalId, attributes: { Arn: arn } };
  }
  const identityOf = IDENTITIES[Type];
  if (identityOf === undefined) return undefined;
  const given = NAME_PROPERTIES.map((property) => textOf(Properties, property)).find(
    (text) => text !== undefined,
  );
  // CloudFormation gives a FIFO queue a name that ends as SQS demands.
  const ending = Type === 'AWS::SQS::Queue' && Properties['FifoQueue'] === true ? '.fifo' : '';
  const name = given ?? `${generatedName(stack, logicalId, Type)}${ending}`;
  return { name, ...identityOf(name, endpoint) };
}

/** Within each service's own rules: 63 lower-case characters for buckets, 64 otherwise. */
function generatedName(stack: string, logicalId: string, type: string): string {
  const name = `${stack}-${logicalId}`;
  return type === 'AWS::S3::Bucket' ? name.toLowerCase().slice(0, 63) : name.slice(-64).replace(/^-+/, '');
}

export const functionArn = (name: string): string => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;

const named = (ref: string, arn: string) => ({ ref, attributes: { Arn: arn } });
