import { z } from 'zod';
import { FUNCTION_TAG } from '../infra/constructs/tags.ts';

/** One line of the table: what who may do to what. `resource` names the resource as the template's author would. */
export type PermissionRow = {
  who: string;
  action: string;
  resource: string;
  condition: string | undefined;
};

const statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.unknown(),
  Condition: z.unknown().optional(),
});
const policy = z.object({
  PolicyDocument: z.object({ Statement: z.array(statement) }),
  Roles: z.array(z.object({ Ref: z.string() })),
});
const jobFunction = z.object({
  Role: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]),
});
const role = z.object({
  ManagedPolicyArns: z.array(z.unknown()).default([]),
  Policies: z.array(z.unknown()).default([]),
});
const template = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.string() }).optional() }))
    .default({}),
});

/**
 * Everything that roles of these templates may do.
 *
 * @throws Error for a role whose permissions stand elsewhere than in policies of the template
 */
export function permissionRows(templates: readonly unknown[]): PermissionRow[] {
  const parsed = templates.map((json) => template.parse(json));
  const exported = new Map(
    parsed.flatMap(({ Outputs }) =>
      Object.values(Outputs).flatMap(({ Value, Export }) =>
        Export === undefined ? [] : [[Export.Name, Value] as const],
      ),
    ),
  );
  return parsed.flatMap(({ Resources }) => {
    const all = Object.entries(Resources).map(([id, resource]) => ({ id, ...resource }));
    const ofType = (type: string) => all.filter(({ Type }) => Type === type);
    for (const { id, Properties } of ofType('AWS::IAM::Role')) refuseElsewhere(id, Properties);
    const functions = new Map(
      ofType('AWS::Lambda::Function').map(({ id, Properties }) => {
        const { Role, Tags } = jobFunction.parse(Properties);
        const tagged = Tags.find(({ Key }) => Key === FUNCTION_TAG)?.Value;
        return [Role['Fn::GetAtt'][0], tagged ?? readable(id)] as const;
      }),
    );
    return ofType('AWS::IAM::Policy').flatMap(({ Properties }) => {
      const { PolicyDocument, Roles } = policy.parse(Properties);
      return Roles.flatMap(({ Ref }) =>
        PolicyDocument.Statement.flatMap((one) => rowsOf(functions.get(Ref) ?? readable(Ref), one, exported)),
      );
    });
  });
}

function refuseElsewhere(id: string, properties: unknown): void {
  const { ManagedPolicyArns, Policies } = role.parse(properties);
  const managed = ManagedPolicyArns.map((arn) => JSON.stringify(arn));
  if (managed.length + Policies.length > 0)
    throw new Error(
      `The role ${id} has permissions that the table does not show: ${[...managed, ...Policies].join(', ')}`,
    );
}

function rowsOf(
  who: string,
  { Effect, Action, Resource, Condition }: z.output<typeof statement>,
  exported: ReadonlyMap<string, unknown>,
): PermissionRow[] {
  if (Effect === 'Deny') return [];
  const resources = Array.isArray(Resource) ? Resource : [Resource];
  const condition = Condition === undefined ? undefined : JSON.stringify(Condition);
  return [Action]
    .flat()
    .flatMap((action) =>
      resources.map((resource) => ({ who, action, resource: render(resource, exported), condition })),
    );
}

const PSEUDO: Record<string, string> = {
  'AWS::AccountId': '<account>',
  'AWS::Region': '<region>',
  'AWS::Partition': 'aws',
};

/** A resource of a policy as one line: references by the names of what they lead to. */
function render(value: unknown, exported: ReadonlyMap<string, unknown>): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  if ('Ref' in value) return PSEUDO[String(value.Ref)] ?? readable(String(value.Ref));
  if ('Fn::GetAtt' in value) return readable(String([value['Fn::GetAtt']].flat()[0]));
  if ('Fn::ImportValue' in value) return render(exported.get(String(value['Fn::ImportValue'])), exported);
  if ('Fn::Join' in value && Array.isArray(value['Fn::Join'])) {
    const [separator, parts] = value['Fn::Join'];
    return (Array.isArray(parts) ? parts : []).map((part) => render(part, exported)).join(String(separator));
  }
  throw new Error(`A policy names a resource in a way that the table cannot show: ${JSON.stringify(value)}`);
}

/** A logical id without the hash that CDK puts behind it. */
const readable = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');
