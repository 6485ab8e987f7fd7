import { type Duration, RemovalPolicy, type Size, Stack, Tags, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Settings } from '../../functions/platform/config/settings.ts';
import { METRICS_NAMESPACE } from '../../functions/platform/logging/metrics.ts';
import { functionCode } from './function-code.ts';
import { FUNCTION_TAG } from './tags.ts';

export const USUAL_MEMORY_MEGABYTES = 512;

export type JobFunctionProps = {
  /** What the function does, for whoever meets it in the console. */
  description: string;
  /** The file under `functions/` that exports `handler`. */
  entry: string;
  timeout: Duration;
  /** Travels with the code as `settings.json`, see {@link functionCode}. */
  settings: Settings;
  /** Joins {@link defaultEnvironment}. */
  environment: Record<string, string>;
  memorySize?: number;
  /** Room under /tmp; Lambda gives 512 MiB unasked. */
  ephemeralStorageSize?: Size;
};

/**
 * A function as all of ours are: Node 24 on arm64, bundled as ES modules, structured logs that
 * end after six months, and a role that may write to that log and else only what the caller grants it.
 */
export class JobFunction extends LambdaFunction {
  /** The role, under its own type: grants go to it, statement by statement. */
  readonly functionRole: Role;

  constructor(scope: Construct, id: string, props: JobFunctionProps) {
    const parts = new Construct(scope, `${id}Parts`);
    const logGroup = new LogGroup(parts, 'Logs', {
      retention: RetentionDays.SIX_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Not the managed policy AWSLambdaBasicExecutionRole: it may write to every log of the account.
    const role = new Role(parts, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `App Store Connect Jobs: ${props.description}`,
    });
    logGroup.grantWrite(role);
    super(scope, id, {
      description: props.description,
      code: functionCode(scope, id, props.entry, props.settings),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySize ?? USUAL_MEMORY_MEGABYTES,
      timeout: props.timeout,
      ...(props.ephemeralStorageSize && { ephemeralStorageSize: props.ephemeralStorageSize }),
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      // Off: X-Ray would show the invocation and nothing within it, as nothing here is instrumented, and it
      // needs a permission on all resources. Correlation ids in the log lead to Apple's request ids.
      tracing: Tracing.DISABLED,
      environment: { ...defaultEnvironment(scope), ...props.environment },
    });
    this.functionRole = role;
    for (const part of [this, parts]) Tags.of(part).add(FUNCTION_TAG, id);
    Validations.of(this).acknowledge({
      id: 'Serverless-LambdaTracing',
      reason: 'Nothing is instrumented for X-Ray; structured logs carry the correlation ids.',
    });
  }
}

/** What every function is told. */
function defaultEnvironment(scope: Construct): Record<string, string> {
  return {
    // The young generation is kept small, as Node gives it the more the more memory a machine has: a conversion
    // of a million rows then peaks at less memory, at the same speed (npm run bench).
    NODE_OPTIONS: '--enable-source-maps --max-semi-space-size=16',
    // The metrics' dimension: the stack's name, so that two stages in one account don't add up.
    POWERTOOLS_SERVICE_NAME: Stack.of(scope).stackName,
    POWERTOOLS_METRICS_NAMESPACE: METRICS_NAMESPACE,
    POWERTOOLS_LOG_LEVEL: 'INFO',
  };
}
