import * as z from 'zod';
import { JobError } from '../../platform/errors.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import { createRecent, type Recent } from '../../platform/util/recent.ts';
import type { Plan } from '../plan/plan.ts';
import { introductoryOfferSchema } from '../request/introductory-offer.ts';
import { canonicalJson } from '../request/price-request.ts';
import { productLabelSchema, productSchema } from '../request/product-schemas.ts';
import type { AuditLog, AuditSubject } from './audit-log.ts';
import type { ChangeRecord } from './change-record.ts';

const text = z.string();
const timeline = z.array(
  z.object({
    from: text.nullable(),
    price: text,
    until: text.optional(),
    source: z.enum(['base', 'manual', 'automatic']).optional(),
    terms: text.optional(),
  }),
);
const amount = z.object({ price: text, proceeds: text.nullable() });

const stake = z.object({ subscribers: text, proceeds: text.nullable(), currency: text.nullable() });
const circumstances = z.object({
  consent: z
    .record(
      text,
      z.object({
        outcome: z.enum(['kept', 'informed', 'mayHaveToAgree', 'mustAgree']),
        reasons: z.array(text),
        firstNotice: text.nullable(),
        stake: stake.optional(),
      }),
    )
    .optional(),
  stakesOn: text.optional(),
  multiSeat: z.enum(['ENABLED', 'DISABLED']).optional(),
  offers: z
    .array(
      z.object({
        kind: z.enum(['introductory', 'promotional', 'offerCode', 'winBack']),
        name: text.nullable(),
        mode: text,
        duration: text,
        periods: z.number(),
        startDate: text.nullable(),
        endDate: text.nullable(),
        territories: z.array(text).nullable(),
        notBelow: z.array(z.object({ territory: text, offer: text, price: text, wasBelow: z.boolean() })),
      }),
    )
    .optional(),
  notOnSale: z.array(text).optional(),
  notes: z.array(text),
});

export const planSchema = z.object({
  team: text,
  changeId: text,
  product: productSchema,
  startDate: text.nullable(),
  entries: z.array(
    z.object({
      territory: text,
      currency: text.nullable(),
      kind: z.enum(['none', 'first', 'change', 'unschedule', 'follows', 'automatic']),
      present: amount.nullable(),
      scheduled: timeline,
      target: amount.extend({ pricePointId: text }),
      changePercent: text.nullable(),
      startDate: text.nullable(),
      existingSubscribers: z.enum(['keepPrice', 'newPrice', 'lowerPrice']).nullable(),
      automatic: z.object({ before: z.boolean(), after: z.boolean() }).optional(),
      overwrites: timeline,
      removes: z.array(text),
      warnings: z.array(text),
      before: timeline,
      after: timeline,
    }),
  ),
  steps: z.array(
    z.object({
      id: text,
      name: text,
      write: z.object({
        method: z.enum(['POST', 'PATCH', 'DELETE']),
        path: text,
        body: z.unknown().optional(),
      }),
      effects: z.record(text, z.object({ before: timeline, after: timeline })),
      replacesAll: z.boolean(),
    }),
  ),
  baseTerritory: z.object({ before: text.nullable(), after: text }).optional(),
  wayBack: z
    .object({
      on: text,
      prices: z.array(z.object({ territory: text, price: text, currency: text.nullable() })),
    })
    .optional(),
  warnings: z.array(text).optional(),
  label: productLabelSchema.optional(),
  introductoryOffer: introductoryOfferSchema.optional(),
  circumstances: circumstances.optional(),
  stateSha256: text,
  sha256: text,
});

/**
 * Writes a plan among audit objects, which are written once, as `<kind>-<16 of its sha256>-<8 of the sha256 of all that is
 * kept with it>`: the same prices may be planned again over another state at Apple, or in other circumstances.
 *
 * @returns the key
 */
export function writePlan(
  audit: Pick<AuditLog, 'write'>,
  subject: AuditSubject,
  kind: string,
  content: Record<string, unknown> & { sha256: string },
): Promise<string> {
  // mutation: plan-over-state
  const whole = sha256Hex(canonicalJson(content));
  return audit.write(subject, `${kind}-${content.sha256.slice(0, 16)}-${whole.slice(0, 8)}`, content);
}

/** Plans that a warm function remembers. One with 175 territories is close to a megabyte, and most work is on few changes. */
const PLANS_KEPT = 16;

/** Plans by audit key: they are written once, so what was read stays true. */
const known = new WeakMap<AuditLog, Recent<Plan>>();

/** Writes a plan down before anything of it is sent. @returns the key */
export async function storePlan(audit: AuditLog, record: ChangeRecord, plan: Plan): Promise<string> {
  const key = await writePlan(audit, record, '000-plan', { ...plan });
  memoryOf(audit).set(key, plan);
  return key;
}

/** The plan that a change follows. Throws JobError `PLAN_MISSING`. */
export async function readPlan(audit: AuditLog, record: ChangeRecord): Promise<Plan> {
  const { planKey, planSha256, changeId } = record;
  const plan = planKey === undefined ? undefined : await readPlanAt(audit, planKey);
  if (plan?.sha256 === planSha256 && plan !== undefined) return plan;
  throw planMissing(`The plan of change ${changeId} (${planKey}) is another one`);
}

/** A plan by its audit key, which a change's record names. Throws JobError `PLAN_MISSING`. */
export async function readPlanAt(audit: AuditLog, planKey: string): Promise<Plan> {
  const memory = memoryOf(audit);
  const cached = memory.get(planKey);
  if (cached !== undefined) return cached;
  const parsed = planSchema.safeParse(await audit.read(planKey));
  if (!parsed.success) throw planMissing(`The plan ${planKey} cannot be read`, parsed.error);
  memory.set(planKey, parsed.data);
  return parsed.data;
}

const planMissing = (what: string, cause?: unknown): JobError =>
  new JobError({
    code: 'PLAN_MISSING',
    message: `${what}; nothing more is sent.`,
    retryable: false,
    ...(cause !== undefined && { cause }),
  });

/** Every plan that a change has begun with, the newest first. Throws JobError `PLAN_MISSING`. */
export async function readPlans(audit: AuditLog, record: ChangeRecord): Promise<Plan[]> {
  const newest = await readPlan(audit, record);
  const older = record.planKeys.filter((key) => key !== record.planKey).toReversed();
  const plans = await Promise.all(older.map((key) => readPlanAt(audit, key)));
  return [newest, ...plans];
}

function memoryOf(audit: AuditLog): Recent<Plan> {
  const memory = known.get(audit) ?? createRecent<Plan>(PLANS_KEPT);
  known.set(audit, memory);
  return memory;
}
