import { z } from 'zod';
import { ADDED_ATTRIBUTES } from './additions.ts';
import type { OpenApiSchema } from './openapi-schema.ts';

const properties = z.record(z.string(), z.unknown());
const resource = z.looseObject({
  properties: z.looseObject({ attributes: z.looseObject({ properties }) }),
});
const request = z.looseObject({ properties: z.looseObject({ data: resource }) });

/** Puts the attributes that later versions added into the schemas of their resource and of the request that writes them. */
export function addAttributes(schemas: Map<string, unknown>): void {
  for (const {
    name,
    schema,
    resource: { schema: resourceName },
    request: requestName,
  } of ADDED_ATTRIBUTES) {
    const read = resource.parse(schemas.get(resourceName));
    read.properties.attributes.properties[name] ??= schema;
    schemas.set(resourceName, read);
    const written = request.parse(schemas.get(requestName));
    written.properties.data.properties.attributes.properties[name] ??= { ...schema, nullable: true };
    schemas.set(requestName, written);
  }
}

const fieldList = z.object({ type: z.literal('array'), items: z.looseObject({ enum: z.array(z.string()) }) });

/** The schema of `fields[…]`, with the attributes that later versions added. */
export function addFields(parameter: string, schema: OpenApiSchema): OpenApiSchema {
  const added = ADDED_ATTRIBUTES.filter(({ resource: { type } }) => parameter === `fields[${type}]`);
  const list = fieldList.safeParse(schema);
  if (added.length === 0 || !list.success) return schema;
  const names = new Set([...list.data.items.enum, ...added.map(({ name }) => name)]);
  return { ...schema, items: { ...list.data.items, enum: [...names] } };
}
