import type { Template, TemplateResource } from './template-shape.ts';

/** A value that exceeds what AWS accepts. */
export type QuotaViolation = {
  quota: string;
  /** Absent where the whole template is concerned. */
  logicalId?: string | undefined;
  /** A sentence: what is too large, by how much, and what to do. */
  message: string;
};

/** One measured value. */
export type Measurement = { logicalId?: string; value: number };

/** A documented limit of AWS: how to measure it in a template, and the way past it. */
export type Quota = {
  /** Stable identifier, `service-what`. */
  id: string;
  /** What is counted, such as `characters in the inline policies of a role`. */
  counts: string;
  limit: number;
  /** The page of AWS that states the limit. */
  source: string;
  /** What a person can do about it. */
  remedy: string;
  measure(template: Template): readonly Measurement[];
};

/** Measures each resource of a type. */
export const perResource =
  (type: string, value: (properties: TemplateResource['Properties']) => number): Quota['measure'] =>
  ({ Resources }) =>
    Object.entries(Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([logicalId, { Properties }]) => ({ logicalId, value: value(Properties) }));

/** Counts the resources of a type. */
export const countOf =
  (type: string): Quota['measure'] =>
  ({ Resources }) => [
    { value: Object.values(Resources).filter((resource) => resource.Type === type).length },
  ];

/** Elements of a property that is a list. */
export const listLength = (value: unknown): number => (Array.isArray(value) ? value.length : 0);
