import * as z from 'zod';
import { isObject, type JsonObject } from '../base/json.ts';
import type { DeployedFunction } from '../runtime/runtime.ts';
import type { ResolvedApp, ResolvedResource } from '../template/resolved-stack.ts';

export type Policy = { name: string; policy: JsonObject };

/** A role that may call AWS, with everything that says what it may. */
export type Principal = {
  arn: string;
  tags: Record<string, string>;
  policies: Policy[];
};

export type DeployedPolicies = {
  /** By the id of the function, such as `FetchReport`. */
  principals: ReadonlyMap<string, Principal>;
  /** Policies for people, by what their holder is, such as `Viewer`; attached to nobody here. */
  people: ReadonlyMap<string, Policy[]>;
  /** Policies of buckets, queues and topics, by the ARN of the resource. */
  resourcePolicies: ReadonlyMap<string, JsonObject>;
};

const rolesOf = z.object({ Roles: z.array(z.string()).default([]) });
const roleProperties = z.object({
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]),
});
const functionRole = z.object({ Role: z.string() });

const documentOf = (properties: JsonObject): JsonObject =>
  isObject(properties['PolicyDocument']) ? properties['PolicyDocument'] : {};

/** Reads the policies of the synthesized templates: identity policies by function, resource policies by resource. */
export function deployedPolicies(
  { resources }: ResolvedApp,
  functions: readonly DeployedFunction[],
): DeployedPolicies {
  const ofType = (...types: string[]) => resources.filter(({ type }) => types.includes(type));
  const identityPolicies = ofType('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy');
  const principalOf = (role: ResolvedResource): Principal => ({
    arn: role.attributes['Arn'] ?? '',
    tags: Object.fromEntries(
      roleProperties.parse(role.properties).Tags.map(({ Key, Value }) => [Key, Value]),
    ),
    policies: identityPolicies
      .filter(({ properties }) => rolesOf.parse(properties).Roles.includes(role.ref))
      .map(({ logicalId, properties }) => ({ name: logicalId, policy: documentOf(properties) })),
  });
  const roles = ofType('AWS::IAM::Role');
  const principals = new Map<string, Principal>();
  for (const { name, properties } of ofType('AWS::Lambda::Function')) {
    const roleArn = functionRole.parse(properties).Role;
    const role = roles.find(({ attributes }) => attributes['Arn'] === roleArn);
    const deployed = functions.find((each) => each.name === name);
    if (role !== undefined && deployed !== undefined) principals.set(deployed.id, principalOf(role));
  }
  const people = new Map<string, Policy[]>();
  for (const { logicalId, properties } of ofType('AWS::IAM::ManagedPolicy')) {
    const role = /^People([A-Z][a-z]+)/.exec(logicalId)?.[1];
    if (role === undefined) continue;
    people.set(role, [...(people.get(role) ?? []), { name: logicalId, policy: documentOf(properties) }]);
  }
  return { principals, people, resourcePolicies: resourcePoliciesOf(resources) };
}

const policyTargets: Record<string, z.ZodType<string[]>> = {
  'AWS::S3::BucketPolicy': z.object({ Bucket: z.string() }).transform(({ Bucket }) => [Bucket]),
  'AWS::SQS::QueuePolicy': z.object({ Queues: z.array(z.string()) }).transform(({ Queues }) => Queues),
  'AWS::SNS::TopicPolicy': z.object({ Topics: z.array(z.string()) }).transform(({ Topics }) => Topics),
};

function resourcePoliciesOf(resources: readonly ResolvedResource[]): Map<string, JsonObject> {
  const policies = new Map<string, JsonObject>();
  for (const { type, properties } of resources) {
    const targets = policyTargets[type];
    if (targets === undefined) continue;
    for (const target of targets.parse(properties)) {
      const resource = resources.find(
        ({ ref, type: own }) => ref === target && !own.startsWith('AWS::IAM::'),
      );
      const arn = resource?.attributes['Arn'] ?? resource?.attributes['TopicArn'];
      if (arn !== undefined) policies.set(arn, documentOf(properties));
    }
  }
  return policies;
}
