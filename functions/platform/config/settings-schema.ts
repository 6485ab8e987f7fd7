import * as z from 'zod';
import type { Problem } from '../errors.ts';
import { currencySchema, territorySchema } from '../validation/codes.ts';
import { teamNameSchema } from './team-name.ts';

const secretName = z
  .string()
  .regex(/^[A-Za-z0-9/_+=.@-]{1,512}$/, 'must be a Secrets Manager name: letters, digits and /_+=.@- only');

const percent = z.number().min(0).max(1000);

const reportName = z
  .string()
  .regex(/^[A-Z_]+(\/[^/]+){1,3}$/, 'must look like SALES/SUMMARY/DAILY or FINANCIAL/ZZ');

/** Report → version, where the catalogue's is not the one to ask for. */
const reportVersions = z.record(
  z.string(),
  z.string().regex(/^\d+_\d+$/, 'must be a report version such as 1_4'),
);

const vendorNumber = z
  .string('must be text in quotes, as App Store Connect shows it')
  .regex(/^\d{5,12}$/, 'must be the digits shown in App Store Connect under Payments and Financial Reports');

const appId = z
  .string('must be text in quotes, as App Store Connect shows it')
  .regex(/^\d{5,15}$/, "must be the app's Apple ID: the digits under App Information");

const productId = z
  .string('must be text in quotes, as App Store Connect shows it')
  .regex(/^\d{5,15}$/, "must be the product's Apple ID: digits only");

const vendor = z.strictObject({
  number: vendorNumber,
  reports: z.array(reportName).min(1, 'must name at least one report'),
  /** Days of history to fetch; absent: as long as Apple keeps each report. */
  backfillDays: z.number().int().min(0).max(3650).optional(),
  reportVersions: reportVersions.optional(),
});

const amount = z
  .string('must be an amount in quotes, such as "0.99"')
  .regex(/^\d{1,15}(\.\d{1,6})?$/, 'must be a plain decimal number, such as "0.99"');

const territoryRules = z.strictObject({
  maxIncreasePercent: percent.optional(),
  maxDecreasePercent: percent.max(100).optional(),
  /** In the territory's currency. */
  floor: amount.optional(),
  ceiling: amount.optional(),
  /** In which currency floor and ceiling are: checked against the one in which Apple sells. */
  currency: currencySchema.optional(),
});

const blockedPeriod = z
  .strictObject({
    from: z.iso.date('must be a day such as 2026-12-20'),
    to: z.iso.date('must be a day such as 2026-12-31'),
    reason: z.string().max(200).optional(),
  })
  .refine(({ from, to }) => from <= to, 'must end on or after the day it begins');

const app = z.strictObject({
  id: appId,
  analytics: z.array(z.string()).min(1, 'must name at least one report'),
  /** Whether Apple is asked once for the history from before the first request, too. */
  snapshot: z.boolean().default(false),
});

/** Whose reviews are kept, and which of them become events. */
const reviews = z.union([
  z.literal(true),
  z
    .strictObject({
      /** Apple IDs; absent: the apps of `apps`. */
      apps: z.array(appId).min(1, 'must name at least one app').optional(),
      /** Reviews with so many stars become events. */
      minStars: z.number().int().min(1).max(5).default(1),
      maxStars: z.number().int().min(1).max(5).default(5),
      /** Whether those are mailed, too: ten of one look at most. */
      mail: z.boolean().default(false),
    })
    .refine(({ minStars, maxStars }) => minStars <= maxStars, {
      path: ['maxStars'],
      message: 'must not be below minStars',
    }),
]);

/** Another product to compare with, where a change moves the price of `product` in every territory. Chosen by a person. */
const effectComparison = z.strictObject({
  product: productId,
  with: z.strictObject({
    kind: z.enum(['subscription', 'inAppPurchase', 'app']),
    id: productId,
    /** What people call it: the words about an effect use it. */
    name: z
      .string()
      .regex(/^[^\p{Cc}]{1,60}$/u, 'must be what people call the product, in 1 to 60 characters'),
  }),
});

const priceRules = z.strictObject({
  maxIncreasePercent: percent.default(30),
  maxDecreasePercent: percent.max(100).default(60),
  /** What holds in single territories instead, by their three letters. */
  territories: z.record(territorySchema, territoryRules).default({}),
  /** The percentages count against the price of so many days ago too; absent: against the present one only. */
  limitWindowDays: z.number().int().min(1).max(365).optional(),
  maxChangesPerDay: z.number().int().min(1).max(10_000).default(100),
  /** Pacific days on which no change is sent. */
  blockedPeriods: z.array(blockedPeriod).default([]),
  /** A change of more than this waits for `Price Change Approved`; absent: none does. */
  approvalAbovePercent: percent.optional(),
  /** A change to which subscribers must agree, or may have to, waits for `Price Change Approved`. */
  approvalForConsent: z.boolean().optional(),
  desired: z.enum(['off', 'report', 'enforce']).default('off'),
  subscriptionWrites: z.enum(['auto', 'bulk', 'perTerritory']).default('auto'),
  /** `all`: every price of the team is read daily, and what Apple moves by itself is told; absent: `off`. */
  watch: z.enum(['off', 'all']).optional(),
  /** What else effects may be measured by where no territory kept its price; absent: nothing. */
  effectComparisons: z.array(effectComparison).max(200).optional(),
});

/** A secret name with one `*`, for the permissions of many teams. */
const secretPattern = z
  .string()
  .regex(
    /^[A-Za-z0-9/_+=.@-]{4,}\*[A-Za-z0-9/_+=.@-]*$/,
    'must be a secret name with one *, such as app-store-connect/*/reports, and at least 4 characters before the *',
  );

/** A team, vendor or app that is no longer fetched; its stored reports stay queryable. */
const retired = z.strictObject({
  team: teamNameSchema,
  vendors: z.array(z.strictObject({ number: vendorNumber, reports: z.array(reportName).min(1) })).default([]),
  apps: z.array(z.strictObject({ id: appId, analytics: z.array(z.string()).min(1) })).default([]),
  /** Apps whose reviews were kept. */
  reviews: z.strictObject({ apps: z.array(appId).min(1) }).optional(),
});

/** Concurrent executions that a queue may start; AWS accepts 2 or more. */
const concurrency = z.number().int().min(2).max(1000).default(5);

const team = z.strictObject({
  name: teamNameSchema,
  keys: z.strictObject({ reports: secretName, prices: secretName.optional() }),
  vendors: z.array(vendor).default([]),
  apps: z.array(app).optional(),
  prices: priceRules.optional(),
  reviews: reviews.optional(),
});

export const settingsSchema = z.strictObject({
  teams: z.array(team).min(1, 'must name at least one team'),
  keyMaxAgeDays: z.number().int().min(1).max(3650).default(90),
  notify: z
    .strictObject({ emails: z.array(z.email('must be an e-mail address')).default([]) })
    .default({ emails: [] }),
  retainData: z.boolean().default(true),
  /** Days after a report was stored at which Apple is asked again whether it has changed. */
  restatementDays: z.array(z.number().int().min(1).max(365)).default([1, 3, 7, 30]),
  reportVersions: reportVersions.optional(),
  retired: z.array(retired).default([]),
  /**
   * Grants access to secrets by a pattern for each kind of key instead of by a list of names. Needed where the list
   * does not fit into the policies of a role.
   */
  secretPatterns: z.strictObject({ reports: secretPattern, prices: secretPattern.optional() }).optional(),
  /** Concurrent executions at most: of the function that fetches reports, of the one that applies price changes. */
  concurrency: z
    .strictObject({ fetchReport: concurrency, applyPriceChange: concurrency })
    .default({ fetchReport: 5, applyPriceChange: 5 }),
  /** Whether each team has metrics of its own; absent: up to 20 teams, see {@link hasMetricsByTeam}. */
  metricsPerTeam: z.boolean().optional(),
});

/** What a deployment is told: the checked form of `context.appStoreConnect`. Holds no secret. */
export type Settings = z.output<typeof settingsSchema>;
export type TeamSettings = Settings['teams'][number];

/** A rule over whole settings that another module owns, such as "this report exists at Apple". */
export type SettingsRule = (settings: Settings) => Problem[];
