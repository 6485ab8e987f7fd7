import { readFileSync } from 'node:fs';
import { addAttributes, addFields } from './add-attributes.ts';
import { ADDED_OPERATIONS, NOW_REQUIRED } from './additions.ts';
import { ALSO_CSV, MEDIA_TYPES, PAGE_LIMITS, USUAL_INCLUDED, USUAL_PAGE } from './facts.ts';
import type { OpenApiSchema } from './openapi-schema.ts';
import { type PackageOperation, readOperations } from './operations.ts';
import { packageFiles, packageSchemas } from './package-files.ts';
import { readTypes, type TypeSchemas } from './type-schemas.ts';

type Content = Record<string, { schema: OpenApiSchema }>;
type BuiltParameter = {
  name: string;
  in: 'query' | 'path';
  required: boolean;
  explode: boolean;
  schema: OpenApiSchema;
};
type BuiltOperation = {
  parameters: BuiltParameter[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, { content?: Content }>;
};
export type BuiltContract = {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, BuiltOperation>>;
  components: { schemas: Record<string, unknown> };
};

/**
 * Builds an OpenAPI document of Apple's API 4.4.1, with the known additions of 4.5 to 4.6.1, from the npm package that
 * was generated from Apple's own file. It takes about three seconds.
 */
export function buildContract(): BuiltContract {
  const schemas = packageSchemas();
  addAttributes(schemas);
  const types = readTypes(readFileSync(packageFiles.types, 'utf8'), schemas.keys());
  const paths: BuiltContract['paths'] = {};
  const put = (path: string, method: string, operation: BuiltOperation): void => {
    const item = paths[path] ?? {};
    paths[path] = item;
    item[method] = operation;
  };
  for (const one of readOperations(readFileSync(packageFiles.operations, 'utf8')))
    put(one.path, one.method, operationOf(one, types));
  for (const { path, method, success } of ADDED_OPERATIONS) put(path, method, unknownOperation(success));
  return {
    openapi: '3.0.1',
    info: { title: 'App Store Connect API', version: '4.4.1 with additions up to 4.6.1' },
    paths,
    components: { schemas: Object.fromEntries(schemas) },
  };
}

const capitalized = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1);

function operationOf(operation: PackageOperation, types: TypeSchemas): BuiltOperation {
  const { name, method, path } = operation;
  const stem = capitalized(name);
  const data = types.members(`${stem}Data`);
  const parameters = (['path', 'query'] as const).flatMap((place) =>
    [...types.members(data.get(place)?.type)].map(([parameter, { type, optional }]): BuiltParameter => {
      const label = `${method} ${path} ${parameter}`;
      const schema = limited(label, parameter, types.schemaOf(type) ?? {});
      return {
        name: parameter,
        in: place,
        required: place === 'path' || !optional || NOW_REQUIRED.has(label),
        explode: schema['type'] !== 'array',
        schema: addFields(parameter, schema),
      };
    }),
  );
  const body = data.get('body');
  const bodySchema = body === undefined ? undefined : types.schemaOf(body.type);
  const responses = [...types.members(`${stem}Responses`), ...types.members(`${stem}Errors`)].map(
    ([status, { type }]) => {
      const schema = types.schemaOf(type);
      const csv = status === '200' && ALSO_CSV.has(`${method} ${path}`);
      return [status, schema === undefined ? {} : { content: contentOf(schema, csv) }] as const;
    },
  );
  return {
    parameters,
    ...(bodySchema !== undefined && {
      requestBody: {
        required: body?.optional === false,
        content: { 'application/json': { schema: bodySchema } },
      },
    }),
    responses: Object.fromEntries(responses),
  };
}

/** The package kept no page limits. */
function limited(label: string, name: string, schema: OpenApiSchema): OpenApiSchema {
  if (schema['type'] !== 'integer' || !/^limit(\[.+\])?$/.test(name)) return schema;
  return { ...schema, maximum: PAGE_LIMITS.get(label) ?? (name === 'limit' ? USUAL_PAGE : USUAL_INCLUDED) };
}

function contentOf(schema: OpenApiSchema, alsoCsv: boolean): Content {
  const component = typeof schema['$ref'] === 'string' ? schema['$ref'].split('/').at(-1) : undefined;
  const media = MEDIA_TYPES.get(component ?? '') ?? 'application/json';
  return {
    [media]: { schema },
    ...(alsoCsv && { 'text/csv': { schema: { $ref: '#/components/schemas/csv' } } }),
  };
}

const unknownOperation = (success: string): BuiltOperation => {
  const content: Content = { 'application/json': { schema: {} } };
  const refusals = ['400', '401', '403', '409', '422', '429'].map((status) => [status, { content }] as const);
  return {
    parameters: [{ name: 'id', in: 'path', required: false, explode: true, schema: { type: 'string' } }],
    requestBody: { required: true, content },
    responses: { [success]: success === '204' ? {} : { content }, ...Object.fromEntries(refusals) },
  };
};
