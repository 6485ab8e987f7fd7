import * as z from 'zod';
import { acceptedKeySchema } from '../../app-store-connect/auth/key-history.ts';
import { CAUSES, CONFIDENCES } from '../../app-store-connect/diagnosis/diagnosis.ts';
import { KEY_JOBS } from './key-use.ts';

const diagnosisSchema = z.object({
  cause: z.enum(CAUSES),
  confidence: z.enum(CONFIDENCES),
  fix: z.string(),
  docs: z.string(),
});

/** `problem`: something does not work. `warning`: it works, but somebody should act. `note`: worth knowing. */
export const SEVERITIES = ['note', 'warning', 'problem'] as const;
export type Severity = (typeof SEVERITIES)[number];

const findingSchema = z.object({
  severity: z.enum(SEVERITIES),
  /** Stable; what a program switches on. */
  code: z.string(),
  text: z.string(),
});
export type Finding = z.output<typeof findingSchema>;

/**
 * What a check found out about one key: the item `pk = key#<team>#<job>`, `sk = status` of the table `Keys`.
 * Moments in milliseconds since the epoch, days as `YYYY-MM-DD`. Holds nothing of the private key.
 */
export const keyStatusSchema = z.object({
  team: z.string(),
  job: z.enum(KEY_JOBS),
  secretName: z.string(),
  checkedAt: z.number(),
  /** `well`: Apple accepts it. `refused`: Apple does not, or the secret gives no key. `unknown`: Apple could not be asked. */
  health: z.enum(['well', 'refused', 'unknown']),
  findings: z.array(findingSchema),
  /** Why it is not well, the most certain cause first. */
  diagnoses: z.array(diagnosisSchema),
  /** Absent where the secret gives no key. */
  key: z
    .object({
      keyId: z.string(),
      kind: z.enum(['team', 'individual']),
      role: z.string().optional(),
      issuerId: z.string().optional(),
      thumbprint: z.string(),
      versionId: z.string(),
      createdAt: z.string(),
      createdAtSource: z.enum(['secret', 'version']),
      ageDays: z.number(),
      maxAgeDays: z.number(),
      remainingDays: z.number(),
      rotateBy: z.string(),
    })
    .optional(),
  /** The request that decided, and Apple's response to it: what Apple's support asks for. */
  probe: z
    .object({
      endpoint: z.string(),
      status: z.number().optional(),
      appleCode: z.string().optional(),
      detail: z.string().optional(),
      requestId: z.string().optional(),
      correlationKey: z.string().optional(),
    })
    .optional(),
  /** Apple's clock minus ours, in seconds. */
  skewSeconds: z.number().optional(),
  /** When Apple last accepted this very key. */
  lastAcceptedAt: z.number().optional(),
  /** What Apple last accepted under this secret, and how it was used: tells an edited secret from a revoked key. */
  lastAccepted: acceptedKeySchema.optional(),
  /** Since when Apple refuses it, as far as checks have seen; it stays while Apple cannot be asked. */
  unwellSince: z.number().optional(),
  /**
   * The key before it, as long as it may matter. `refusedSince`: the first of the checks that Apple refused it in
   * without a break; `accepted` becomes `false` with a later run that is refused, too.
   */
  previous: z
    .object({
      keyId: z.string(),
      accepted: z.boolean().optional(),
      refusedSince: z.number().optional(),
      since: z.number(),
    })
    .optional(),
  /** Other secrets or jobs that use the same key. */
  sharedWith: z.array(z.string()),
  /** Services and owners outside of this product that use the key, as the secret's tags name them. */
  usedBy: z.array(z.string()).optional(),
  /** Whether the key's job takes an Admin, as it makes requests for analytics reports. */
  needsAdmin: z.boolean().optional(),
  /** Whether this key may read apps, which a key for reports need not; asked once per key, as roles never change. */
  mayReadApps: z.boolean().optional(),
});

export type KeyStatus = z.output<typeof keyStatusSchema>;

/** The worst finding of all. */
export function severityOf(findings: readonly Finding[]): Severity | undefined {
  return SEVERITIES.toReversed().find((severity) =>
    findings.some((finding) => finding.severity === severity),
  );
}
