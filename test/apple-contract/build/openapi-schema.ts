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
