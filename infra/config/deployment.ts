import { readFileSync } from 'node:fs';
import type { Node } from 'constructs';
import { distance } from 'fastest-levenshtein';
import * as z from 'zod';
import { parseSettings, type Settings, SettingsError } from '../../functions/platform/config/settings.ts';
import type { Problem } from '../../functions/platform/errors.ts';
import { closestMatches } from '../../functions/platform/util/closest-matches.ts';
import { settingsRules } from './settings-rules.ts';

/** What a deployment is told on the command line, besides the settings. */
const options = z.object({
  stage: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,15}$/, 'must be 1 to 16 of a-z, 0-9 and -, and start with a letter')
    .default('prod'),
  scopedTokens: z.enum(['on', 'off'], 'must be on or off').default('on'),
  appStoreConnectBaseUrl: z.url('must be a URL').optional(),
  /** Where docs/runbook.md can be read: alarms link to its paragraphs. */
  runbookBaseUrl: z
    .string()
    .regex(/^[^\s#]{1,300}$/, 'must be a URL or path without #')
    .default('docs/runbook.md'),
  /** `customer`: a KMS key of the deployment's own for bucket and tables, see docs/deploy.md for the trade. */
  encryption: z.enum(['aws', 'customer'], 'must be aws or customer').default('aws'),
  /** `on`: one more alarm for each job, which gathers its alarms and tells nobody: half a dollar each. */
  jobAlarms: z.enum(['on', 'off'], 'must be on or off').default('off'),
  /** `off`: no dashboard, for accounts that have three already. */
  dashboard: z.enum(['on', 'off'], 'must be on or off').default('on'),
  slackWorkspaceId: z
    .string()
    .regex(/^T[0-9A-Z]+$/, 'must look like T01234567')
    .optional(),
  slackChannelId: z
    .string()
    .regex(/^[CG][0-9A-Z]+$/, 'must look like C01234567')
    .optional(),
});

/** The names of all options, as `-c` takes them. */
const OPTION_NAMES = Object.keys(options.shape);

/** Context names this close to an option are taken for typing errors; context of other stacks is left alone. */
const MAXIMUM_TYPING_ERRORS = 2;

/** Everything that one deployment differs by from another. */
export type Deployment = z.output<typeof options> & {
  /** Ends each stack's name: empty for `prod`, `-dev` for the stage `dev`. */
  suffix: string;
  settings: Settings;
};

/** What a program may say that makes a deployment of its own; the settings as in `context.appStoreConnect`. */
export type DeploymentInput = z.input<typeof options> & { settings: unknown };

/**
 * Checks what a deployment is told. For apps of one's own that use these stacks.
 *
 * @throws SettingsError naming every problem at once
 */
export const createDeployment = ({ settings, ...given }: DeploymentInput): Deployment =>
  checked(
    given,
    () => settings,
    (name) => name,
  );

/**
 * Reads `-c settings=`, the options above and `context.appStoreConnect`.
 *
 * @throws SettingsError naming every problem of them all at once
 */
export const readDeployment = (node: Node): Deployment =>
  checked(
    Object.fromEntries(OPTION_NAMES.map((name) => [name, node.tryGetContext(name)])),
    () => readSettingsJson(node),
    (name) => `-c ${name}`,
    misspelledOptions(node),
  );

/** Context that is neither an option nor the settings, and whose name is a typing error away from one. */
function misspelledOptions(node: Node): Problem[] {
  const known = [...OPTION_NAMES, 'settings', 'appStoreConnect'];
  const given: unknown = node.getAllContext();
  const names = typeof given === 'object' && given !== null ? Object.keys(given) : [];
  return names
    .filter((name) => /^\w+$/.test(name) && !known.includes(name))
    .flatMap((name) => {
      const [meant] = closestMatches(name, known, 1).filter(
        (each) => distance(name, each) <= MAXIMUM_TYPING_ERRORS,
      );
      return meant === undefined
        ? []
        : [
            {
              path: `-c ${name}`,
              message: `is not an option; did you mean ${meant}? Without it the default would hold`,
            },
          ];
    });
}

function checked(
  given: unknown,
  readSettings: () => unknown,
  named: (option: string) => string,
  known: readonly Problem[] = [],
): Deployment {
  const problems: Problem[] = [...known];
  const parsed = options.safeParse(given);
  if (!parsed.success) {
    problems.push(
      ...parsed.error.issues.map(({ path, message }) => ({ path: named(path.join('.')), message })),
    );
  }
  const settings = collecting(problems, () => parseSettings(readSettings(), settingsRules));
  if (!parsed.success || settings === undefined || problems.length > 0) throw new SettingsError(problems);
  const { stage } = parsed.data;
  return { ...parsed.data, suffix: stage === 'prod' ? '' : `-${stage}`, settings };
}

function readSettingsJson(node: Node): unknown {
  const file: unknown = node.tryGetContext('settings');
  if (file === undefined) {
    const inline: unknown = node.tryGetContext('appStoreConnect');
    if (inline !== undefined) return inline;
    throw new SettingsError([
      {
        path: 'context.appStoreConnect',
        message: 'is missing; write the settings there or pass -c settings=FILE',
      },
    ]);
  }
  try {
    return JSON.parse(readFileSync(String(file), 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SettingsError([
      { path: '-c settings', message: `must name a file with JSON in it: ${reason}` },
    ]);
  }
}

/** Runs a check; what it finds joins the problems known so far. */
function collecting<T>(problems: Problem[], check: () => T): T | undefined {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}
