import { listLength, type Measurement, perResource, type Quota } from './quota.ts';
import { renderedLength } from './rendered-length.ts';
import type { Template } from './template-shape.ts';

const IAM_QUOTAS = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html';
const FEWER_SECRETS =
  'Set "secretPatterns" in the settings, so that one pattern replaces the list of secret names (docs/deploy.md, "Many teams").';

/** Sizes of IAM and resource policies. */
export const POLICY_QUOTAS: readonly Quota[] = [
  {
    id: 'iam-inline-policies-of-a-role',
    counts: 'characters in the inline policies of a role, added up',
    limit: 10_240,
    source: IAM_QUOTAS,
    remedy: FEWER_SECRETS,
    measure: inlinePoliciesByRole,
  },
  {
    id: 'iam-managed-policy',
    counts: 'characters in a managed policy',
    limit: 6_144,
    source: IAM_QUOTAS,
    remedy: FEWER_SECRETS,
    measure: perResource('AWS::IAM::ManagedPolicy', ({ PolicyDocument }) => renderedLength(PolicyDocument)),
  },
  {
    id: 'iam-managed-policies-of-a-role',
    counts: 'managed policies attached to a role',
    limit: 10,
    source: IAM_QUOTAS,
    remedy: FEWER_SECRETS,
    measure: managedPoliciesByRole,
  },
  {
    id: 'iam-trust-policy',
    counts: 'characters in the trust policy of a role',
    limit: 2_048,
    source: IAM_QUOTAS,
    remedy: 'Name fewer principals in the trust policy.',
    measure: perResource('AWS::IAM::Role', ({ AssumeRolePolicyDocument }) =>
      renderedLength(AssumeRolePolicyDocument),
    ),
  },
  {
    id: 's3-bucket-policy',
    counts: 'bytes in a bucket policy',
    limit: 20_480,
    source: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html',
    remedy: 'Name fewer prefixes in the bucket policy.',
    measure: perResource('AWS::S3::BucketPolicy', ({ PolicyDocument }) => renderedLength(PolicyDocument)),
  },
  {
    id: 'sqs-queue-policy',
    counts: 'bytes in a queue policy',
    limit: 8_192,
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html',
    remedy: 'Name fewer principals in the queue policy.',
    measure: perResource('AWS::SQS::QueuePolicy', ({ PolicyDocument }) => renderedLength(PolicyDocument)),
  },
  {
    id: 'sns-topic-policy',
    counts: 'bytes in a topic policy',
    limit: 30_720,
    source:
      'https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html',
    remedy: 'Name fewer principals in the topic policy.',
    measure: perResource('AWS::SNS::TopicPolicy', ({ PolicyDocument }) => renderedLength(PolicyDocument)),
  },
  {
    id: 'lambda-function-policy',
    counts: 'bytes in the resource policy of a function, added up',
    limit: 20_480,
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html',
    remedy: 'Let fewer rules start the function.',
    measure: functionPolicies,
  },
  {
    id: 'kms-key-policy',
    counts: 'bytes in a key policy',
    limit: 32_768,
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html',
    remedy: 'Name fewer principals in the key policy.',
    measure: perResource('AWS::KMS::Key', ({ KeyPolicy }) => renderedLength(KeyPolicy)),
  },
];

/** Logical ids of the roles that a policy is attached to. */
const rolesOf = (roles: unknown): string[] =>
  (Array.isArray(roles) ? roles : []).flatMap((role: unknown) =>
    typeof role === 'object' && role !== null && 'Ref' in role ? [String(role.Ref)] : [],
  );

function inlinePoliciesByRole({ Resources }: Template): Measurement[] {
  const sizes = new Map<string, number>();
  const add = (role: string, policy: unknown) =>
    sizes.set(role, (sizes.get(role) ?? 0) + renderedLength(policy));
  for (const [logicalId, { Type, Properties }] of Object.entries(Resources)) {
    if (Type === 'AWS::IAM::Policy')
      for (const role of rolesOf(Properties['Roles'])) add(role, Properties['PolicyDocument']);
    if (Type === 'AWS::IAM::Role' && Array.isArray(Properties['Policies']))
      for (const { PolicyDocument } of Properties['Policies']) add(logicalId, PolicyDocument);
  }
  return [...sizes].map(([logicalId, value]) => ({ logicalId, value }));
}

/** Lambda makes a statement of each permission; what it adds beside the properties is below 200 bytes. */
function functionPolicies({ Resources }: Template): Measurement[] {
  const sizes = new Map<string, number>();
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type !== 'AWS::Lambda::Permission') continue;
    const name = JSON.stringify(Properties['FunctionName']);
    sizes.set(name, (sizes.get(name) ?? 0) + renderedLength(Properties) + 200);
  }
  return [...sizes].map(([logicalId, value]) => ({ logicalId, value }));
}

function managedPoliciesByRole({ Resources }: Template): Measurement[] {
  const counts = new Map<string, number>();
  const add = (role: string, more: number) => counts.set(role, (counts.get(role) ?? 0) + more);
  for (const [logicalId, { Type, Properties }] of Object.entries(Resources)) {
    if (Type === 'AWS::IAM::ManagedPolicy') for (const role of rolesOf(Properties['Roles'])) add(role, 1);
    if (Type === 'AWS::IAM::Role') add(logicalId, listLength(Properties['ManagedPolicyArns']));
  }
  return [...counts].map(([logicalId, value]) => ({ logicalId, value }));
}
