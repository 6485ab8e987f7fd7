import type * as z from 'zod';
import { formatProblems, JobError, type Problem } from '../errors.ts';
import { boundedProblems } from '../validation/problems.ts';
import { settingsChecks } from './settings-checks.ts';
import { settingsMessages } from './settings-messages.ts';
import { type Settings, type SettingsRule, settingsSchema } from './settings-schema.ts';
import { validPart } from './valid-part.ts';

export type { Settings, SettingsRule, TeamSettings } from './settings-schema.ts';

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
  const allRules = [...settingsChecks, ...rules];
  const parsed = settingsSchema.safeParse(json, { error: settingsMessages });
  if (!parsed.success) {
    // The rules check what is valid, so that a person sees every problem in one round.
    const part = validPart(settingsSchema, json);
    const further =
      part === undefined
        ? []
        : allRules
            .flatMap((rule) => rule(part.value))
            .map(({ path, message }) => ({ path: part.originalPath(path), message }));
    throw new SettingsError([...parsed.error.issues.flatMap(toProblems), ...further]);
  }
  const problems = allRules.flatMap((rule) => rule(parsed.data));
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
