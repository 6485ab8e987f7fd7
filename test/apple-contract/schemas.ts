import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { OpenApi, OpenApiSchema } from './build/openapi-schema.ts';

export type SchemaCheck = (schema: OpenApiSchema, value: unknown) => string[];

/** Apple's file uses these; ajv knows none by itself. */
const FORMATS = {
  date: /^\d{4}-\d{2}-\d{2}$/,
  'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/,
  uri: (text: string) => URL.canParse(text),
  'uri-reference': true,
  duration: true,
  email: true,
  number: true,
  binary: true,
} as const;

/** Checks values against a file's schemas. A member that a schema does not name is a problem, `null` where not `nullable` too. */
export function schemaCheck({ components }: OpenApi): SchemaCheck {
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    verbose: true,
    discriminator: true,
    formats: FORMATS,
  });
  const refs = new Map(Object.entries(components.schemas));
  ajv.addSchema({ $id: 'apple', components: closed({ schemas: components.schemas }, refs) });
  const compiled = new Map<string, ValidateFunction>();
  return (schema, value) => {
    const text = JSON.stringify(schema).replaceAll('"#/', '"apple#/');
    const validate = compiled.get(text) ?? ajv.compile(Object(closed(JSON.parse(text), refs)));
    compiled.set(text, validate);
    if (validate(value)) return [];
    return [...new Set((validate.errors ?? []).flatMap(problemOf))];
  };
}

/** The same schema in JSON Schema: objects hold what they name and nothing else, and a resource is told by its type. */
function closed(node: unknown, refs: ReadonlyMap<string, OpenApiSchema>): unknown {
  if (Array.isArray(node)) return node.map((one) => closed(one, refs));
  if (!isObject(node)) return node;
  // Apple's discriminators have mappings, which ajv refuses: those that it can use are made anew below.
  const { discriminator: _, ...known } = node;
  // OpenAPI 3.0 lets `nullable` stand beside a reference, ajv only beside a type.
  if (known['nullable'] === true && known['type'] === undefined) {
    const { nullable, ...rest } = known;
    return { anyOf: [closed(rest, refs), { type: 'null' }] };
  }
  const members = Object.fromEntries(Object.entries(known).map(([name, one]) => [name, closed(one, refs)]));
  if (node['type'] === 'object' && isObject(node['properties']))
    return { additionalProperties: false, ...members };
  const types = Array.isArray(node['oneOf']) ? node['oneOf'].map((one) => typeOf(one, refs)) : [undefined];
  // Only where each branch has a type of its own: else all branches are tried.
  if (!types.includes(undefined) && new Set(types).size === types.length)
    return { type: 'object', required: ['type'], discriminator: { propertyName: 'type' }, ...members };
  return members;
}

/** The one resource type of a branch such as `#/components/schemas/Territory`. */
function typeOf(branch: unknown, refs: ReadonlyMap<string, OpenApiSchema>): unknown {
  const ref = isObject(branch) ? branch['$ref'] : undefined;
  const schema = typeof ref === 'string' ? refs.get(ref.split('/').at(-1) ?? '') : undefined;
  const type = isObject(schema?.['properties']) ? schema['properties']['type'] : undefined;
  const values = isObject(type) && Array.isArray(type['enum']) ? type['enum'] : [];
  return values.length === 1 ? values[0] : undefined;
}

/** Items of lists are `*`, so that the same problem in each of them is one. */
function problemOf({ keyword, instancePath, params, message, data }: ErrorObject): string[] {
  const at = instancePath.replaceAll(/\/\d+(?=\/|$)/g, '/*');
  const member = (name: unknown) => `${at}/${String(name)}`;
  if (keyword === 'additionalProperties') return [`${member(params['additionalProperty'])}: unknown`];
  if (keyword === 'required') return [`${member(params['missingProperty'])}: missing`];
  if (keyword === 'discriminator')
    return [`${member('type')}: ${String(params['tagValue'])} is no type that can stand here`];
  return [`${at}: ${data === null ? 'null ' : ''}${message}`];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
