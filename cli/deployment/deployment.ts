import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseSettings, type Settings } from '../../functions/platform/config/settings.ts';
import { JobError } from '../../functions/platform/errors.ts';

/** The options that every command takes. */
export type GlobalOptions = {
  /** The stack that `npm run local` serves. */
  local?: boolean;
  /** Where AWS is, if not in AWS. */
  endpoint?: string;
  settings?: string;
  stage: string;
  json?: boolean;
};

/** Where a local run tells of itself, see local/serve.ts. */
export const LOCAL_STACK_FILE = '.local/stack.json';

const localStackSchema = z.object({ endpoint: z.string(), apple: z.string(), settings: z.unknown() });
const cdkJsonSchema = z.object({ context: z.object({ appStoreConnect: z.unknown() }) });

/** What the commands work on: the settings of a deployment, where its AWS is, and where Apple is. */
export type DeploymentTarget = { settings: Settings; endpoint: string | undefined; appleUrl: string };

const APPLE = 'https://api.appstoreconnect.apple.com';

/**
 * Finds the deployment: of `cdk.json` here (or `--settings`) in the AWS account of the environment, or with
 * `--local` the one that `npm run local` serves.
 */
export function findDeployment(options: GlobalOptions, env: NodeJS.ProcessEnv): DeploymentTarget {
  const local = options.local === true ? readLocalStack() : undefined;
  const settings =
    options.settings !== undefined
      ? settingsIn(readJson(options.settings))
      : local !== undefined
        ? local.settings
        : settingsIn(readJson('cdk.json'));
  return {
    settings: parseSettings(settings),
    endpoint: options.endpoint ?? local?.endpoint,
    appleUrl: env['APP_STORE_CONNECT_BASE_URL'] ?? local?.apple ?? APPLE,
  };
}

function readLocalStack() {
  if (existsSync(LOCAL_STACK_FILE)) return localStackSchema.parse(readJson(LOCAL_STACK_FILE));
  throw new JobError({
    code: 'NO_LOCAL_STACK',
    message: 'No local stack is served from this directory. Start one in another terminal: npm run local',
    retryable: false,
  });
}

/** A settings file holds the settings themselves or, as cdk.json does, under context.appStoreConnect. */
const settingsIn = (json: unknown): unknown => {
  const cdk = cdkJsonSchema.safeParse(json);
  return cdk.success ? cdk.data.context.appStoreConnect : json;
};

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new JobError({
      code: 'FILE_UNREADABLE',
      message: `${path} cannot be read as JSON (${error instanceof Error ? error.message : error}). Run the command in the project's directory, or give --settings FILE.`,
      retryable: false,
      cause: error,
    });
  }
}
