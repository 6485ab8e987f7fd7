import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { LocalCloudError } from '../base/errors.ts';

const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});

const templateSchema = z.object({
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() }))
    .default({}),
});

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z
        .object({ templateFile: z.string().optional(), tags: z.record(z.string(), z.string()).optional() })
        .optional(),
    }),
  ),
});

export type TemplateResource = z.output<typeof resourceSchema>;
export type StackTemplate = z.output<typeof templateSchema> & {
  stack: string;
  tags?: Record<string, string>;
};

/** The templates of all stacks in a cloud assembly. */
export function readTemplates(assembly: string): StackTemplate[] {
  const manifest = parseFile(join(assembly, 'manifest.json'), manifestSchema);
  return Object.entries(manifest.artifacts).flatMap(([stack, { type, properties }]) =>
    type === 'aws:cloudformation:stack' && properties?.templateFile !== undefined
      ? [
          {
            stack,
            tags: properties.tags ?? {},
            ...parseFile(join(assembly, properties.templateFile), templateSchema),
          },
        ]
      : [],
  );
}

function parseFile<Schema extends z.ZodType>(path: string, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new LocalCloudError('ASSEMBLY_INVALID', `${path}: ${z.prettifyError(parsed.error)}`);
}
