import { LocalCloudError } from '../base/errors.ts';
import { type JsonObject, parseObject } from '../base/json.ts';
import { type References, resolveIntrinsics } from './intrinsics.ts';
import { type Identity, identify, WITHOUT_LOCAL_MEANING } from './resource-types.ts';
import type { StackTemplate } from './template.ts';

/** A resource that exists locally, its name decided and its properties resolved. */
export type ResolvedResource = Identity & {
  stack: string;
  logicalId: string;
  type: string;
  properties: JsonObject;
};

/** What CloudFormation tells of a stack. */
export type DescribedStack = {
  name: string;
  outputs: Record<string, string>;
  tags: Record<string, string>;
};

export type ResolvedApp = {
  resources: ResolvedResource[];
  /** Of all stacks together. */
  outputs: Record<string, string>;
  stacks: readonly DescribedStack[];
};

/**
 * Names all resources of all stacks and resolves every reference between them, before anything is created.
 *
 * @throws LocalCloudError naming every resource type that the local cloud does not know
 */
export function resolveApp(templates: readonly StackTemplate[], endpoint: string): ResolvedApp {
  refuseUnknownTypes(templates, endpoint);
  const references = new Map<string, References>();
  const exportNamed = (name: string): unknown => {
    for (const { stack, Outputs } of templates) {
      const found = Object.values(Outputs).find((output) => output.Export?.Name === name);
      const own = references.get(stack);
      if (found !== undefined && own !== undefined) return resolveIntrinsics(found.Value, own);
    }
    throw new LocalCloudError('UNRESOLVED_REFERENCE', `No stack exports ${name}`);
  };
  for (const { stack, Resources } of templates) {
    const resources = new Map<string, Identity>();
    for (const [logicalId, resource] of Object.entries(Resources)) {
      const identity = identify(stack, logicalId, resource, endpoint);
      if (identity !== undefined) resources.set(logicalId, identity);
    }
    references.set(stack, { stack, resources, exportNamed });
  }
  const stacks = templates.map(({ stack, tags = {}, Outputs }): DescribedStack => {
    const own = references.get(stack);
    const resolved = Object.entries(Outputs).map(([name, { Value }]) => [
      name,
      own === undefined ? '' : String(resolveIntrinsics(Value, own)),
    ]);
    return { name: stack, outputs: Object.fromEntries(resolved), tags };
  });
  return {
    resources: templates.flatMap((template) => resolveStack(template, references.get(template.stack))),
    outputs: Object.assign({}, ...stacks.map(({ outputs }) => outputs)),
    stacks,
  };
}

function resolveStack(
  { stack, Resources }: StackTemplate,
  references: References | undefined,
): ResolvedResource[] {
  if (references === undefined) return [];
  return Object.entries(Resources).flatMap(([logicalId, { Type, Properties }]) => {
    const identity = references.resources.get(logicalId);
    if (identity === undefined || Type in WITHOUT_LOCAL_MEANING) return [];
    const properties = parseObject(JSON.stringify(resolveIntrinsics(Properties, references)));
    return [{ ...identity, stack, logicalId, type: Type, properties }];
  });
}

function refuseUnknownTypes(templates: readonly StackTemplate[], endpoint: string): void {
  const unknown = templates.flatMap(({ stack, Resources }) =>
    Object.entries(Resources)
      .filter(([logicalId, resource]) => identify(stack, logicalId, resource, endpoint) === undefined)
      .map(([logicalId, { Type }]) => `${Type} (${stack}/${logicalId})`),
  );
  if (unknown.length > 0) {
    throw new LocalCloudError(
      'UNKNOWN_RESOURCE_TYPE',
      `The local deploy does not know ${unknown.join(', ')}; say in local/aws/template/resource-types.ts what it is locally, or why it is nothing`,
    );
  }
}
