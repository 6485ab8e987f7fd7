import { ACCOUNT, REGION } from '../base/account.ts';
import { LocalCloudError } from '../base/errors.ts';
import { isObject, isText } from '../base/json.ts';
import type { Identity } from './resource-types.ts';

/** What references can lead to: a stack's own resources and the exports of all stacks. */
export type References = {
  stack: string;
  resources: ReadonlyMap<string, Identity>;
  exportNamed(name: string): unknown;
};

const PSEUDO_PARAMETERS: Record<string, string> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

type Resolve = (value: unknown) => unknown;

/** The intrinsics that our templates use. Any other is refused by name. */
const INTRINSICS: Record<string, (argument: unknown, references: References, resolve: Resolve) => unknown> = {
  Ref: (argument, references) => referenced(String(argument), references),
  'Fn::GetAtt': (argument, references) => {
    const [id = '', attribute = ''] = Array.isArray(argument)
      ? argument.map(String)
      : String(argument).split('.');
    return attributeOf(id, attribute, references);
  },
  'Fn::ImportValue': (argument, references, resolve) => references.exportNamed(String(resolve(argument))),
  'Fn::Join': (argument, _, resolve) => {
    const [separator, parts] = Array.isArray(argument) ? argument : [];
    const resolved = resolve(parts);
    return Array.isArray(resolved) ? resolved.map(String).join(String(separator)) : String(resolved);
  },
  'Fn::Sub': (argument, references) => {
    if (!isText(argument)) throw unknownIntrinsic('Fn::Sub with variables of its own');
    return argument.replace(/\$\{([^}!]+)\}/g, (_, name: string) => {
      const [id = '', attribute] = name.split(/\.(.*)/s);
      return attribute === undefined ? referenced(id, references) : attributeOf(id, attribute, references);
    });
  },
};

/** Replaces all intrinsics in a value of a template. */
export function resolveIntrinsics(value: unknown, references: References): unknown {
  const resolve: Resolve = (inner) => resolveIntrinsics(inner, references);
  if (Array.isArray(value)) return value.map(resolve);
  if (!isObject(value)) return value;
  const [only] = Object.keys(value);
  if (Object.keys(value).length === 1 && only !== undefined && (only === 'Ref' || only.startsWith('Fn::'))) {
    const intrinsic = INTRINSICS[only];
    if (intrinsic === undefined) throw unknownIntrinsic(only);
    return intrinsic(value[only], references, resolve);
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
}

function referenced(id: string, references: References): string {
  if (id === 'AWS::StackName') return references.stack;
  const pseudo = PSEUDO_PARAMETERS[id];
  if (pseudo !== undefined) return pseudo;
  const resource = references.resources.get(id);
  if (resource === undefined) throw unresolved(`${references.stack}: Ref ${id}`);
  return resource.ref;
}

function attributeOf(id: string, attribute: string, references: References): string {
  const value = references.resources.get(id)?.attributes[attribute];
  if (value === undefined) throw unresolved(`${references.stack}: Fn::GetAtt ${id}.${attribute}`);
  return value;
}

const unresolved = (what: string): LocalCloudError =>
  new LocalCloudError(
    'UNRESOLVED_REFERENCE',
    `${what} leads nowhere; add it in local/aws/template/resource-types.ts`,
  );

const unknownIntrinsic = (name: string): LocalCloudError =>
  new LocalCloudError(
    'UNKNOWN_INTRINSIC',
    `The local deploy does not know ${name}; add it in local/aws/template/intrinsics.ts`,
  );
