import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** The little of JSON Schema that Apple's OpenAPI file uses for answers. */
type Schema = {
  $ref?: string | undefined;
  type?: string | undefined;
  enum?: unknown[] | undefined;
  properties?: Record<string, Schema> | undefined;
  required?: string[] | undefined;
  items?: Schema | undefined;
  oneOf?: Schema[] | undefined;
};

const schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    type: z.string().optional(),
    enum: z.array(z.unknown()).optional(),
    properties: z.record(z.string(), schema).optional(),
    required: z.array(z.string()).optional(),
    items: schema.optional(),
    oneOf: z.array(schema).optional(),
  }),
);

const content = z
  .object({ 'application/json': z.object({ schema }) })
  .partial()
  .optional();
const operation = z.object({ responses: z.record(z.string(), z.object({ content })) });
const openApi = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({ schemas: z.record(z.string(), schema) }),
});

export type OpenApi = z.output<typeof openApi>;

export const readOpenApi = (json: unknown): OpenApi => openApi.parse(json);

/** Apple's published file, where the environment says it lies. It is not part of this project. */
export function publishedContract(): OpenApi | undefined {
  const file = process.env['APPLE_OPENAPI'];
  return file ? readOpenApi(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

/** Newer than the file of version 3.7.0. */
const newer = new Set(['planType', 'adjustedEqualizations']);
const newerPaths = /\/adjustedEqualizations$/;

/**
 * What an answer has that Apple's contract does not: wrong types and values, missing and unknown members. An
 * attribute without a value may be null, as in the examples on Apple's pages.
 */
export function contractProblems(
  api: OpenApi,
  answer: { method: string; path: string; status: number; json: unknown },
): string[] {
  const path = answer.path.split('?')[0] ?? '';
  if (newerPaths.test(path)) return [];
  const template = Object.keys(api.paths).find((one) => fits(one, path));
  if (template === undefined) return answer.status === 404 ? [] : [`${path}: no such path`];
  const found = operation.safeParse(api.paths[template]?.[answer.method.toLowerCase()]);
  if (!found.success)
    return [405].includes(answer.status) ? [] : [`${answer.method} ${template}: no such method`];
  const response = found.data.responses[String(answer.status)];
  if (response === undefined) return answer.status >= 429 ? [] : [`${template}: no status ${answer.status}`];
  const expected = response.content?.['application/json']?.schema;
  if (expected === undefined) return [];
  return problems(api, expected, answer.json, '').map((problem) => `${answer.method} ${template} ${problem}`);
}

function fits(template: string, path: string): boolean {
  const [wanted, given] = [template.split('/'), path.split('/')];
  return (
    wanted.length === given.length && wanted.every((part, at) => part.startsWith('{') || part === given[at])
  );
}

function problems(api: OpenApi, asked: Schema, value: unknown, at: string): string[] {
  const name = asked.$ref?.split('/').at(-1);
  const wanted = name === undefined ? asked : api.components.schemas[name];
  if (wanted === undefined) return [`${at}: the contract lacks ${name}`];
  if (wanted.oneOf !== undefined) {
    const tries = wanted.oneOf.map((one) => problems(api, one, value, at));
    return tries.find((found) => found.length === 0) ?? tries.sort((a, b) => a.length - b.length)[0] ?? [];
  }
  if (wanted.enum !== undefined && !wanted.enum.includes(value))
    return [`${at}: ${String(value)} is no value`];
  if (!hasType(wanted.type, value)) return [`${at}: ${String(value)} is no ${wanted.type}`];
  if (Array.isArray(value)) {
    const { items } = wanted;
    return items === undefined
      ? []
      : value.flatMap((one, index) => problems(api, items, one, `${at}/${index}`));
  }
  return isObject(value) ? memberProblems(api, wanted, value, at) : [];
}

function memberProblems(
  api: OpenApi,
  { properties, required = [] }: Schema,
  value: Record<string, unknown>,
  at: string,
): string[] {
  if (properties === undefined) return [];
  const missing = required.filter((name) => !(name in value)).map((name) => `${at}/${name}: missing`);
  const wrong = Object.entries(value).flatMap(([name, member]) => {
    const expected = properties[name];
    if (expected === undefined) return newer.has(name) ? [] : [`${at}/${name}: unknown`];
    if (member === null && at.endsWith('/attributes')) return [];
    return problems(api, expected, member, `${at}/${name}`);
  });
  return [...missing, ...wrong];
}

function hasType(type: string | undefined, value: unknown): boolean {
  if (type === 'object') return isObject(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return type === undefined || typeof value === type;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
