import { z } from 'zod';
import { formatProblems, JobError, type Problem } from '../errors.ts';
import { boundedProblems } from '../validation/problems.ts';

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

const vendor = z.strictObject({
  number: z
    .string('must be text in quotes, as App Store Connect shows it')
    .regex(
      /^\d{5,12}$/,
      'must be the digits shown in App Store Connect under Payments and Financial Reports',
    ),
  reports: z.array(reportName).min(1, 'must name at least one report'),
  backfillDays: z.number().int().min(0).max(3650).default(365),
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
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be a currency of three capitals, such as EUR')
    .optional(),
});

const blockedPeriod = z
  .strictObject({
    from: z.iso.date('must be a day such as 2026-12-20'),
    to: z.iso.date('must be a day such as 2026-12-31'),
    reason: z.string().max(200).optional(),
  })
  .refine(({ from, to }) => from <= to, 'must end on or after the day it begins');

const app = z.strictObject({
  id: z
    .string('must be text in quotes, as App Store Connect shows it')
    .regex(/^\d{5,15}$/, "must be the app's Apple ID: the digits under App Information"),
  analytics: z.array(z.string()).min(1, 'must name at least one report'),
  /** Whether Apple is asked once for the history from before the first request, too. */
  snapshot: z.boolean().default(false),
});

const priceRules = z.strictObject({
  maxIncreasePercent: percent.default(30),
  maxDecreasePercent: percent.max(100).default(60),
  /** What holds in single territories instead, by their three letters. */
  territories: z
    .record(
      z.string().regex(/^[A-Z]{3}$/, 'must be a territory of three capitals, such as USA'),
      territoryRules,
    )
    .default({}),
  /** The percentages count against the price of so many days ago too; absent: against the present one only. */
  limitWindowDays: z.number().int().min(1).max(365).optional(),
  maxChangesPerDay: z.number().int().min(1).max(10_000).default(100),
  /** Pacific days on which no change is sent. */
  blockedPeriods: z.array(blockedPeriod).default([]),
  /** A change of more than this waits for `Price Change Approved`; absent: none does. */
  approvalAbovePercent: percent.optional(),
  desired: z.enum(['off', 'report', 'enforce']).default('off'),
  subscriptionWrites: z.enum(['auto', 'bulk', 'perTerritory']).default('auto'),
});

/** What a team is called: harmless in object keys, table keys, paths and commands. */
export const teamNameSchema = z
  .string('is missing')
  .regex(/^[a-z0-9-]{1,32}$/, 'must be 1 to 32 of a-z, 0-9 and -');

const team = z.strictObject({
  name: teamNameSchema,
  keys: z.strictObject({ reports: secretName, prices: secretName.optional() }),
  vendors: z.array(vendor).default([]),
  apps: z.array(app).optional(),
  prices: priceRules.optional(),
});

const settingsSchema = z.strictObject({
  teams: z.array(team).min(1, 'must name at least one team'),
  keyMaxAgeDays: z.number().int().min(1).max(3650).default(90),
  notify: z
    .strictObject({ emails: z.array(z.email('must be an e-mail address')).default([]) })
    .default({ emails: [] }),
  retainData: z.boolean().default(true),
  /** Days after a report was stored at which Apple is asked again whether it has changed. */
  restatementDays: z.array(z.number().int().min(1).max(365)).default([1, 3, 7, 30]),
  reportVersions: reportVersions.optional(),
});

/** What a deployment is told: the checked form of `context.appStoreConnect`. Holds no secret. */
export type Settings = z.output<typeof settingsSchema>;
export type TeamSettings = Settings['teams'][number];

/** A rule over whole settings that another module owns, such as "this report exists at Apple". */
export type SettingsRule = (settings: Settings) => Problem[];

/** The settings were refused. `problems` holds every one of them, each with its path. */
export class SettingsError extends JobError<'SETTINGS_INVALID'> {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super({
      code: 'SETTINGS_INVALID',
      message: `${problems.length} problem${problems.length === 1 ? '' : 's'} in the settings (context.appStoreConnect in cdk.json, or the file given with -c settings=FILE):\n${formatProblems(boundedProblems(problems))}`,
      retryable: false,
    });
    this.problems = problems;
  }
}

/**
 * Checks settings and fills in defaults.
 *
 * @param json what `context.appStoreConnect` or the settings file holds, already parsed as JSON
 * @param rules more rules; they run once the shape is right, and all their findings are listed together
 * @throws SettingsError naming every problem at once
 */
export function parseSettings(json: unknown, rules: readonly SettingsRule[] = []): Settings {
  const parsed = settingsSchema.safeParse(json);
  if (!parsed.success) {
    throw new SettingsError(parsed.error.issues.flatMap(toProblems));
  }
  const problems = [uniqueTeams, uniqueVendors, uniqueReports, uniqueApps, ...rules].flatMap((rule) =>
    rule(parsed.data),
  );
  if (problems.length > 0) throw new SettingsError(problems);
  return parsed.data;
}

function toProblems(issue: z.core.$ZodIssue): Problem[] {
  const path = formatPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: formatPath([...issue.path, key]),
      message: 'is not a setting; remove it or correct its spelling',
    }));
  }
  return [{ path, message: issue.message }];
}

function formatPath(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text === '' ? '(root)' : text.replace(/^\./, '');
}

const uniqueTeams: SettingsRule = ({ teams }) =>
  repeated(teams.map(({ name }) => name)).map((index) => ({
    path: `teams[${index}].name`,
    message: `"${teams[index]?.name}" is used twice; team names are unique`,
  }));

const uniqueVendors: SettingsRule = ({ teams }) =>
  teams.flatMap((team, t) =>
    repeated(team.vendors.map(({ number }) => number)).map((index) => ({
      path: `teams[${t}].vendors[${index}].number`,
      message: `"${team.vendors[index]?.number}" is listed twice in team ${team.name}; join the two entries`,
    })),
  );

const uniqueReports: SettingsRule = ({ teams }) =>
  teams.flatMap((team, t) =>
    team.vendors.flatMap((vendor, v) =>
      repeated(vendor.reports).map((index) => ({
        path: `teams[${t}].vendors[${v}].reports[${index}]`,
        message: `"${vendor.reports[index]}" is listed twice; remove one`,
      })),
    ),
  );

const uniqueApps: SettingsRule = ({ teams }) =>
  teams.flatMap(({ name, apps = [] }, t) => [
    ...repeated(apps.map(({ id }) => id)).map((index) => ({
      path: `teams[${t}].apps[${index}].id`,
      message: `"${apps[index]?.id}" is listed twice in team ${name}; join the two entries`,
    })),
    ...apps.flatMap(({ analytics }, a) =>
      repeated(analytics).map((index) => ({
        path: `teams[${t}].apps[${a}].analytics[${index}]`,
        message: `"${analytics[index]}" is listed twice; remove one`,
      })),
    ),
  ]);

/** Indexes of the values that stand earlier in the list already. */
function repeated(values: readonly string[]): number[] {
  return values.flatMap((value, index) => (values.indexOf(value) < index ? [index] : []));
}
