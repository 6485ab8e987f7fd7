import { POLICY_QUOTAS } from './policy-quotas.ts';
import type { QuotaViolation } from './quota.ts';
import { SERVICE_QUOTAS } from './service-quotas.ts';
import { type Template, templateSchema } from './template-shape.ts';

export const QUOTAS = [...POLICY_QUOTAS, ...SERVICE_QUOTAS];

/** Every quota with the largest value that a template has for it. */
export function measureQuotas(template: Template): { id: string; limit: number; largest: number }[] {
  return QUOTAS.map(({ id, limit, measure }) => ({
    id,
    limit,
    largest: Math.max(0, ...measure(template).map(({ value }) => value)),
  }));
}

/** What AWS would refuse in a template, each with the reason and the way past it. */
export function checkQuotas(json: unknown): QuotaViolation[] {
  const template = templateSchema.parse(json);
  return QUOTAS.flatMap(({ id, counts, limit, source, remedy, measure }) =>
    measure(template)
      .filter(({ value }) => value > limit)
      .map(({ logicalId, value }) => ({
        quota: id,
        logicalId,
        message: `${logicalId ?? 'The template'}: up to ${value} ${counts}; AWS accepts ${limit} (${source}). ${remedy}`,
      })),
  );
}
