import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** A schema of an OpenAPI 3.0 file, as it stands there; what it means is ajv's business. */
export type OpenApiSchema = Record<string, unknown>;

const schema: z.ZodType<OpenApiSchema> = z.record(z.string(), z.unknown());
const content = z.record(z.string(), z.object({ schema })).optional();

const parameter = z.object({
  name: z.string(),
  in: z.enum(['query', 'path', 'header']),
  required: z.boolean().default(false),
  /** With `explode: false` several values stand in one, with commas between. */
  explode: z.boolean().default(true),
  schema,
});

const operation = z.object({
  parameters: z.array(parameter).default([]),
  requestBody: z.object({ content, required: z.boolean().default(false) }).optional(),
  responses: z.record(z.string(), z.object({ content })),
});

export type Parameter = z.output<typeof parameter>;
export type Operation = z.output<typeof operation>;

const pathItem = z.object({
  parameters: z.array(parameter).default([]),
  get: operation.optional(),
  post: operation.optional(),
  patch: operation.optional(),
  delete: operation.optional(),
});

export type PathItem = z.output<typeof pathItem>;

const openApi = z.object({
  paths: z.record(z.string(), pathItem),
  components: z.object({ schemas: z.record(z.string(), schema) }),
});

export type OpenApi = z.output<typeof openApi>;

export const readOpenApi = (json: unknown): OpenApi => openApi.parse(json);

/** Where Apple's published file is looked for: it is not part of this project. */
export const APPLE_OPENAPI =
  process.env['APPLE_OPENAPI'] ??
  fileURLToPath(new URL('../../../shared/apple/openapi.json', import.meta.url));

/** Why the checks are skipped where the file is absent. */
export const ABSENT = `Apple’s OpenAPI file is not at ${APPLE_OPENAPI}; APPLE_OPENAPI names another place`;

/** Apple's published file, where it is on this machine. */
export const appleOpenApi = (): OpenApi | undefined =>
  existsSync(APPLE_OPENAPI) ? readOpenApi(JSON.parse(readFileSync(APPLE_OPENAPI, 'utf8'))) : undefined;
