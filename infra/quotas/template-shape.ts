import * as z from 'zod';

/** The parts of a synthesized template that quotas look at. */
export const templateSchema = z.looseObject({
  Resources: z
    .record(
      z.string(),
      z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
    )
    .default({}),
  Outputs: z.record(z.string(), z.unknown()).default({}),
});

export type Template = z.output<typeof templateSchema>;
export type TemplateResource = Template['Resources'][string];
