import { readFileSync } from 'node:fs';
import { parseSettings } from '../../functions/platform/config/settings.ts';
import { JobError } from '../../functions/platform/errors.ts';
import { type LocalStack, readLocalStack } from '../../local/local-stack.ts';
import type { DeploymentTarget, GlobalOptions } from '../context/context.ts';
import { APPLE_URL } from './apple-url.ts';
import { cdkJsonSchema, projectRegion } from './cdk-json.ts';

/**
 * Finds the deployment: of `cdk.json` here (or `--settings`) in the AWS account of the environment, or with
 * `--local` the one that `npm run local` serves.
 */
export function findDeployment(options: GlobalOptions, env: NodeJS.ProcessEnv): DeploymentTarget {
  const local = options.local === true ? localStack() : undefined;
  const json =
    options.settings === undefined && local !== undefined
      ? undefined
      : readJson(options.settings ?? 'cdk.json');
  const cdk = cdkJsonSchema.safeParse(json).data;
  // A settings file holds the settings themselves or, as cdk.json does, under context.appStoreConnect.
  const settings =
    json === undefined ? local?.settings : cdk === undefined ? json : cdk.context.appStoreConnect;
  const region = projectRegion(env, cdk);
  return {
    settings: parseSettings(settings),
    endpoint: options.endpoint ?? local?.endpoint,
    ...(region !== undefined && { region }),
    appleUrl: env['APP_STORE_CONNECT_BASE_URL'] ?? local?.apple ?? APPLE_URL,
    clockOffsetMillis: local?.clockOffsetMillis ?? 0,
  };
}

/** @throws JobError `NO_LOCAL_STACK` */
function localStack(): LocalStack {
  const stack = readLocalStack();
  if (stack !== undefined) return stack;
  throw new JobError({
    code: 'NO_LOCAL_STACK',
    message:
      'No local stack is served from this directory. In a clone of the project start one in another terminal: npm run local. Without a clone, see asc-jobs simulate and asc-jobs try.',
    retryable: false,
  });
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new JobError({
      code: 'FILE_UNREADABLE',
      message: isMissing
        ? missing(path)
        : `${path} cannot be read as JSON (${error instanceof Error ? error.message : error}).`,
      retryable: false,
      cause: error,
    });
  }
}

const missing = (path: string): string =>
  path === 'cdk.json'
    ? `There is no cdk.json in this directory, and this command works on the deployment that it describes. Run it in the project's directory, or give --settings FILE. There is no project yet? asc-jobs init makes one. Without AWS: asc-jobs try (your own reports), doctor and token with --p8 FILE.`
    : `There is no file ${path}; look at the name and at the directory you are in.`;
