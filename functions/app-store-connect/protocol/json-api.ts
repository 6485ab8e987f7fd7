import * as z from 'zod';

const identifierSchema = z.object({ type: z.string(), id: z.string() });

const resourceSchema = z.object({
  type: z.string(),
  id: z.string(),
  attributes: z.record(z.string(), z.unknown()).optional(),
  relationships: z
    .record(
      z.string(),
      z.object({ data: z.union([identifierSchema, z.array(identifierSchema), z.null()]).optional() }),
    )
    .optional(),
});

/** A JSON:API resource: what it is, its attributes, and which others it points to. */
export type Resource = z.output<typeof resourceSchema>;

/** An answer with one resource. Unknown fields pass. */
export const documentSchema = z.object({
  data: resourceSchema,
  included: z.array(resourceSchema).default([]),
});

/** A page of a list of resources. Unknown fields pass. */
export const listSchema = z.object({
  data: z.array(resourceSchema),
  included: z.array(resourceSchema).default([]),
});

/** A page that also says how long the whole list is. */
export const countedListSchema = listSchema.extend({
  meta: z.object({ paging: z.object({ total: z.number().optional() }).optional() }).optional(),
});

/** The id that a to-one relationship points to. Only included relationships carry one. */
export function relatedId({ relationships }: Resource, name: string): string | undefined {
  const data = relationships?.[name]?.data;
  return data === undefined || data === null || Array.isArray(data) ? undefined : data.id;
}

/** Finds included resources by type and id. */
export function includedBy(
  included: readonly Resource[],
): (type: string, id: string) => Resource | undefined {
  const byName = new Map(included.map((resource) => [`${resource.type} ${resource.id}`, resource]));
  return (type, id) => byName.get(`${type} ${id}`);
}
